import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { ok } from '@lanepay/domain/result.ts'
import type { Tokens } from '@lanepay/lot-systems/logged-in.ts'
import { openAtRest, sealAtRest } from '../server/at-rest.ts'

/** Longer than a login takes at most (call.ts); who died over it is followed after that. */
const loginTakesMs = 15_000
/** So long a new token is left in peace, and up to as long again: two who share an account are not to end each other's at one pace. */
const freshMs = 10_000
const pauseMs = 250

const selectToken: Statement = {
  name: 'select-called-token',
  text: 'select sealed, got_at from called_login where account = $1',
}
/** For one alone, and only in place of the token that was refused. */
const claimLogin: Statement = {
  name: 'claim-called-login',
  text: `
  insert into called_login as l (account, claimed_until) values ($1, $2)
  on conflict (account) do update set claimed_until = excluded.claimed_until
   where l.sealed is not distinct from $3 and (l.claimed_until is null or l.claimed_until <= $4)
  returning account`,
}
/** Of whoever holds the claim still: who was followed meanwhile has a token that is ended. */
const endLogin: Statement = {
  name: 'end-called-login',
  text: `
  update called_login
     set claimed_until = null, sealed = coalesce($3, sealed), got_at = coalesce($4, got_at)
   where account = $1 and claimed_until = $2`,
}

const purpose = 'called-login'
/** The name that an account's token is kept under, which tells nobody of its password. */
export const accountOf = (houseKey: Uint8Array, system: string, account: readonly string[]): string =>
  createHmac('sha256', houseKey)
    .update(JSON.stringify([purpose, system, ...account]))
    .digest('base64url')

/** Tokens of the accounts that charging software is called under, sealed, for all lots and processes that share them. */
export const tokensOf =
  ({
    database,
    houseKey,
    clock,
  }: {
    readonly database: Database
    readonly houseKey: Uint8Array
    readonly clock: Clock
  }) =>
  (account: string): Tokens => {
    const db = database.reference
    const isFresh = (gotAt: number): boolean => clock.now() < gotAt + freshMs * (1 + Math.random())
    return {
      last: async () => {
        const [row] = await db.query<{ sealed: string | null; got_at: number }>(selectToken, [account])
        if (!row || row.sealed === null) return null
        const token = openAtRest(houseKey, purpose, account, row.sealed)
        return { id: row.sealed, token, isFresh: isFresh(row.got_at) }
      },
      renew: async (old, login) => {
        const now = clock.now()
        const until = instantOut(now + loginTakesMs)
        const [claimed] = await db.query(claimLogin, [account, until, old?.id ?? null, instantOut(now)])
        if (!claimed) return ok(false)
        let got: readonly [sealed: string, at: Date | null] | readonly [null, null] = [null, null]
        try {
          const token = await login()
          if (!token.ok) return token
          got = [sealAtRest(houseKey, purpose, account, token.value), instantOut(clock.now())]
          return ok(true)
        } finally {
          await db.query(endLogin, [account, until, ...got])
        }
      },
      pause: () => sleep(pauseMs * (0.5 + Math.random())),
    }
  }
