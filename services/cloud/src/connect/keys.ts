import { createHash } from 'node:crypto'
import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { judgeSigned, type KeyName, keyNameOf, type SignedCall, windowMs } from '@lanepay/lot-systems/own/sign.ts'
import { openAtRest, sealAtRest } from '../server/at-rest.ts'
import {
  type CallRow,
  dropOldCalls,
  dropOldNonces,
  dropOtherKeys,
  endCall,
  insertCall,
  insertNonce,
  selectCall,
  selectKey,
  upsertKey,
} from './store.ts'

const purpose = 'own-protocol-key'
/** What was called under an idempotency key is known so long. */
const keptMs = 7 * 24 * 3_600_000

/** Brings a lot's keys to its plan: those that it names no longer are gone at once. */
export async function keepKeys(
  tx: Tx,
  houseKey: Uint8Array,
  { bucket, lotId }: LotKey,
  keys: readonly { readonly name: string; readonly secret: string }[],
): Promise<void> {
  await tx.query(dropOtherKeys, [bucket, lotId, keys.map(({ name }) => name)])
  for (const { name, secret } of keys)
    await tx.query(upsertKey, [
      ...[bucket, lotId, name],
      sealAtRest(houseKey, purpose, keyNameOf({ bucket, lotId, name }), secret),
    ])
}

/** Who calls, by what it has signed, and what it called before. */
export function callers(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
}) {
  const { database, clock, newId, houseKey } = options
  const secretOf = async (key: KeyName): Promise<string | null> => {
    const [row] = await database.of(key.bucket).query<{ sealed: string }>(selectKey, [key.bucket, key.lotId, key.name])
    return row ? openAtRest(houseKey, purpose, keyNameOf(key), row.sealed) : null
  }
  return {
    /** Whose call it is; of one that nobody signed, or that came before, nothing is kept. */
    async who(call: SignedCall): Promise<Result<LotKey, 'unknown-key' | 'wrong-signature' | 'time-off' | 'replayed'>> {
      const { bucket, lotId } = call.key
      // No lot lives in a bucket that there is not.
      const secret = bucket > 255 ? null : await secretOf(call.key)
      if (secret === null) return err('unknown-key')
      const now = clock.now()
      const judged = judgeSigned(secret, call, now)
      if (!judged.ok) return judged
      const [fresh] = await database
        .of(bucket)
        .query<{ nonce: string }>(insertNonce, [bucket, lotId, call.nonce, instantOut(now)])
      return fresh ? ok({ bucket, lotId }) : err('replayed')
    },
    /**
     * Does once what is called under one idempotency key. `act` is given a name for it that stays the same; it may run again where its
     * process went in the middle, and must be written to. `key-used`: the key came with another path or body.
     */
    async once<E>(
      lot: LotKey,
      { idempotency, path, body }: Pick<SignedCall, 'idempotency' | 'path' | 'body'>,
      act: (id: Id) => Promise<Result<null, E>>,
    ): Promise<Result<null, E | 'key-used'>> {
      const db = database.of(lot.bucket)
      const key = [lot.bucket, lot.lotId, idempotency]
      const content = createHash('sha256').update(`${path}\n${body}`).digest('hex')
      await db.query(insertCall, [...key, content, newId(), instantOut(clock.now())])
      const call = (await db.query<CallRow>(selectCall, key))[0]!
      if (call.content_hash !== content) return err('key-used')
      if (call.done_at !== null) return ok(null)
      const done = await act(call.id as Id)
      if (done.ok) await db.query(endCall, [...key, instantOut(clock.now())])
      return done
    },
    /** One round: forgets what is too old to come again. */
    async round(): Promise<void> {
      const now = clock.now()
      for (const { db, buckets } of database.nodes) {
        await db.query(dropOldNonces, [buckets, instantOut(now - 2 * windowMs)])
        await db.query(dropOldCalls, [buckets, instantOut(now - keptMs)])
      }
    },
  }
}
export type Callers = ReturnType<typeof callers>
