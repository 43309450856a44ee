import { instantOut } from '@lanepay/database/database.ts'
import type { Draft } from '@lanepay/domain/applicant/form.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { provision } from '../lot/provision.ts'
import { offerLink } from '../staff/link.ts'
import { type Managing, managing } from '../staff/manage.ts'
import type { Who } from '../staff/route.ts'
import { linkUrl } from '../staff/routes.ts'
import type { StaffDeps } from '../staff/sign-in.ts'
import type { Refused } from './applying.ts'
import { type ApplicationDeps, keyValues, writeStep } from './parts.ts'
import { keyOf } from './place.ts'
import { openForm } from './sealed.ts'
import {
  type ApplicationRow,
  selectApplication,
  selectOperatorName,
  selectToOpen,
  setOpened,
  type ToOpenRow,
} from './store.ts'

/*
 * Opens what was approved: the operator, its lot with number and lanes, the account of its first manager; for a partner its account. What is
 * opened was said in the approval, so doing it again, by whichever process, opens nothing else.
 */

const byItself: Who = { staffId: null, account: 'lanepay', role: 'server', address: '', lookId: null }
/** What the process that approved it has not opened in this time, another one opens. */
const restMs = 10_000

export function opening(deps: ApplicationDeps & StaffDeps & { readonly log: Log; readonly publicUrl: string }) {
  const { database, clock, houseKey, log } = deps
  const manage = managing(deps)
  const find = async (id: string): Promise<ApplicationRow | null> =>
    (await database.of(keyOf(id).bucket).query<ApplicationRow>(selectApplication, keyValues(keyOf(id))))[0] ?? null

  async function open(row: ApplicationRow): Promise<void> {
    const { form } = openForm(houseKey, row.id, row.sealed)
    if (row.lot_number !== null) await openLot(row, form)
    if (row.account !== null) await openAccount(manage, row, form)
    const key = keyOf(row.id)
    await twiceIfUnknown(() =>
      database.of(key.bucket).transaction(async (tx) => {
        const now = clock.now()
        const [first] = await tx.query(setOpened, [...keyValues(key), instantOut(now)])
        if (first) await writeStep(tx, key, now, { act: 'open', before: row.state, after: row.state, who: 'lanepay' })
      }),
    )
  }

  async function openLot(row: ApplicationRow, form: Draft): Promise<void> {
    const operatorId = row.operator_id!
    const [known] = await database.reference.query<{ name: string }>(selectOperatorName, [operatorId])
    await provision(
      database,
      {
        ...{ bucket: row.lot_bucket!, number: row.lot_number!, name: form.lotName!, helpPhone: form.adminPhone! },
        platformFeeBasisPoints: row.platform_fee_basis_points!,
        operator: { id: operatorId, name: known?.name ?? form.businessName!.slice(0, 60) },
        // What a channel calls the operator is written when the channel says so (channel/).
        accounts: [],
        lanes: form.lanes!.map(({ number, name, direction }) => ({ id: number, name, direction })),
      },
      clock.now(),
    )
  }

  async function openAccount(opener: Managing, row: ApplicationRow, form: Draft): Promise<void> {
    const isPartner = row.party !== null
    const opened = await opener.open({ operatorId: row.operator_id }, byItself, {
      ...{ account: row.account!, name: form.applicantName!, phone: form.adminPhone!, lots: 'all' },
      ...(isPartner ? { role: 'partner', party: row.party! } : { role: 'owner' }),
    })
    if (opened.ok) return
    // Ours, by an earlier try: its name is the lot's number, which nobody else has.
    if (opened.error.kind !== 'account-taken') throw new Error(`the account cannot be opened: ${opened.error.kind}`)
  }

  return {
    /** Opens one now; what fails is logged, and done again by the round. */
    async openNow(id: string): Promise<void> {
      const row = await find(id)
      if (row === null || row.approved_at === null || row.opened_at !== null) return
      await open(row).catch((error: Error) =>
        log('error', 'application-not-opened', { application: id, because: error.message }),
      )
    },
    /** Opens what waits for it since a while. */
    async round(): Promise<void> {
      const until = instantOut(clock.now() - restMs)
      for (const { db, buckets } of database.nodes)
        for (const { id } of await db.query<ToOpenRow>(selectToOpen, [buckets, until])) await this.openNow(id)
    },
    /**
     * A link by which the first manager sets its password, for whoever has the application's own link; each is good once and the last one works.
     * Once a password is set there is none: then the account is its person's.
     */
    async invite(row: ApplicationRow): Promise<Result<string, Refused>> {
      if (row.opened_at === null || row.account === null) return err({ kind: 'not-opened' })
      type AccountRow = { staff_id: string; password: string | null }
      const offered = await twiceIfUnknown(() =>
        database.of(0).transaction(async (tx) => {
          const [account] = await tx.query<AccountRow>(
            {
              name: 'lock-invited-account',
              text: 'select staff_id, password from staff where account = $1 and ended_at is null for update',
            },
            [row.account],
          )
          return account === undefined || account.password !== null
            ? null
            : offerLink(tx, Buffer.from(houseKey), account.staff_id, clock.now() as Instant)
        }),
      )
      return offered === null ? err({ kind: 'account-in-use' }) : ok(linkUrl(deps.publicUrl, offered))
    },
  }
}
export type Opening = ReturnType<typeof opening>
