import { instantOut, type Tx } from '@lanepay/database/database.ts'
import { checkApplication, type Mistake } from '@lanepay/domain/applicant/check.ts'
import type { Draft, PaperKind } from '@lanepay/domain/applicant/form.ts'
import { checksFor } from '@lanepay/domain/applicant/review.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelName, Id, Instant } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { Who } from '../staff/route.ts'
import { noteLine } from '../staff/trail.ts'
import type { ApproveAsk, applicationStateNames, DeskView, MendView, QueueQuery, QueueView } from './api.ts'
import type { Applying, MadeLink, Refused } from './applying.ts'
import { keepBranch } from './branches.ts'
import { decideAct } from './decide.ts'
import { freeLotNumber, homeBucket } from './lot-place.ts'
import { type lotStandings, lotToTell } from './lot-standing.ts'
import type { Opening } from './opening.ts'
import { type ApplicationDeps, keyValues, kindsOf, papersOf, type Step, standingOf, writeStep } from './parts.ts'
import { type ApplicationKey, keyOf } from './place.ts'
import { openForm, openPaper } from './sealed.ts'
import {
  type ApplicationRow,
  askChannel,
  countStates,
  lockApplication,
  type QueueRowOfTable,
  selectApplication,
  selectPaper,
  selectQueue,
  setApproved,
  setState,
  takeLotNumber,
} from './store.ts'
import { deskView, isLate } from './view.ts'
import { dayInChina, missingYear, reviewDue } from './working-days.ts'

/*
 * The side of whoever reviews. Papers and numbers are opened one by one, and each opening leaves a line in the trail; so does every act.
 */

type Reviewer = { readonly who: Who; readonly staffId: Id }
const pageRows = 50
/** Nobody but whoever has its link looks into what was not handed in. */
const handedIn = err<Refused>({ kind: 'not-in-this-state' })

export function desk(
  deps: ApplicationDeps & {
    readonly channelsHere: readonly ChannelName[]
    readonly applying: Applying
    readonly opening: Opening
    readonly lotStandings: ReturnType<typeof lotStandings>
  },
) {
  const { database, clock, newId, houseKey, applying, opening } = deps
  const find = async (key: ApplicationKey): Promise<ApplicationRow | null> =>
    (await database.of(key.bucket).query<ApplicationRow>(selectApplication, keyValues(key)))[0] ?? null

  /** One act in one transaction: the row locked, what is decided, its step, its line. */
  const inOne = <T, E>(
    id: string,
    who: Who,
    act: (
      tx: Tx,
      row: ApplicationRow,
      key: ApplicationKey,
      now: Instant,
    ) => Promise<Result<{ value: T; line: Line; step?: Omit<Step, 'who'> }, E>>,
  ): Promise<Result<T, E | Refused>> => {
    const key = keyOf(id)
    return twiceIfUnknown(() =>
      database.of(key.bucket).transaction(async (tx): Promise<Result<T, E | Refused>> => {
        const now = clock.now()
        const [row] = await tx.query<ApplicationRow>(lockApplication, keyValues(key))
        if (!row) return err({ kind: 'application-unknown' })
        const done = await act(tx, row, key, now)
        if (!done.ok) return done
        const { value, line, step } = done.value
        if (step) await writeStep(tx, key, now, { ...step, who: who.account })
        await noteLine(tx, { houseKey, newId, now }, { bucket: key.bucket, lotId: 0 }, who, {
          ...{ operatorId: row.operator_id, about: `application ${id}`, ...line },
        })
        return ok(value)
      }),
    )
  }
  type Line = { readonly act: string; readonly before?: string; readonly after?: string; readonly reason?: string }
  const move = (
    act: 'take' | 'return' | 'suspend' | 'resume',
    id: string,
    { who, staffId }: Reviewer,
    told: { readonly mend?: readonly MendView[]; readonly note?: string } = {},
  ): Promise<Result<null, Refused>> =>
    inOne<null, Refused>(id, who, async (tx, row, key) => {
      const next = decideAct(act, standingOf(row), staffId)
      if (!next.ok) return err({ kind: next.error })
      // Taken from one's own desk it is there already.
      const after = next.value
      await tx.query(setState, [
        ...[...keyValues(key), after, act === 'suspend' ? row.state : null],
        act === 'take' ? staffId : act === 'return' ? null : row.reviewer,
        JSON.stringify(told.mend ?? row.mend),
        ...[row.sealed, row.submitted_at === null ? null : instantOut(row.submitted_at)],
      ])
      if (act === 'suspend' || act === 'resume') await tx.query(lotToTell, keyValues(key))
      const line = { act: `application.${act}`, before: row.state, after, ...(told.note ? { reason: told.note } : {}) }
      return ok({ value: null, line, step: { act, before: row.state, after, ...told } })
    })

  const stand = async (act: 'suspend' | 'resume', id: string, reviewer: Reviewer, note: string) => {
    const moved = await move(act, id, reviewer, { note })
    if (moved.ok) await deps.lotStandings.tell(id)
    return moved
  }

  return {
    /** What waits, the oldest first: all, of one operator, or on one's own desk. */
    async queue(
      asked: QueueQuery,
      told: { readonly operatorId: string | null; readonly staffId: Id },
    ): Promise<QueueView> {
      const [, at, id] = /^(\d+)\.(\d+)$/.exec(asked.after ?? '') ?? []
      const way = asked.order ?? 'asc'
      const isNumber = /^[1-9]\d{0,6}$/.test(asked.text ?? '')
      const like = asked.text === undefined || isNumber ? null : `%${asked.text.replace(/[\\%_]/g, '\\$&')}%`
      const values = [
        ...[asked.state ?? null, told.operatorId, asked.mine ? told.staffId : null, like],
        ...[
          isNumber ? Number(asked.text) : null,
          at === undefined ? null : instantOut(Number(at)),
          id ?? null,
          pageRows + 1,
        ],
      ]
      const [calendar, found, counted] = await Promise.all([
        deps.calendar(),
        Promise.all(database.nodes.map(({ db }) => db.query<QueueRowOfTable>(selectQueue[way], values))),
        Promise.all(
          database.nodes.map(({ db }) =>
            db.query<{ state: (typeof applicationStateNames)[number]; applications: number }>(countStates, [
              told.operatorId,
            ]),
          ),
        ),
      ])
      const older = (a: QueueRowOfTable, b: QueueRowOfTable) => a.at - b.at || (BigInt(a.id) < BigInt(b.id) ? -1 : 1)
      const rows = found.flat().sort((a, b) => (way === 'asc' ? older(a, b) : older(b, a)))
      const page = rows.slice(0, pageRows)
      const last = rows.length > pageRows ? page.at(-1) : undefined
      const counts: Partial<Record<(typeof applicationStateNames)[number], number>> = {}
      for (const { state, applications } of counted.flat()) counts[state] = (counts[state] ?? 0) + applications
      return {
        rows: page.map((row) => {
          const waits = row.state === 'submitted' || row.state === 'in-review'
          const due = waits && row.submitted_at !== null ? reviewDue(calendar, row.submitted_at as Instant).most : null
          return {
            ...{ id: row.id, kind: row.kind, state: row.state, lotName: row.lot_name, lotNumber: row.lot_number },
            ...{ madeAt: row.made_at, submittedAt: row.submitted_at, reviewer: row.reviewer_account },
            ...{ reviewDue: due, isLate: due === null ? false : isLate(due, clock.now()) },
          }
        }),
        holidaysMissing: missingYear(calendar, dayInChina(clock.now())),
        next: last === undefined ? null : `${Math.round(last.at)}.${last.id}`,
        counts,
      }
    },

    /** One of them, masked; null where there is none. */
    async view(id: string, staffId: Id): Promise<DeskView | null> {
      const row = await find(keyOf(id))
      return row === null ? null : deskView(deps, row, staffId)
    },

    /** The whole form. */
    open: (id: string, who: Who): Promise<Result<Draft, Refused>> =>
      inOne<Draft, Refused>(id, who, async (_tx, row) =>
        row.state === 'draft'
          ? handedIn
          : ok({ value: openForm(houseKey, id, row.sealed).form, line: { act: 'application.open' } }),
      ),

    /** The whole form, to be printed. */
    print: (
      id: string,
      who: Who,
    ): Promise<Result<{ row: ApplicationRow; form: Draft; papers: readonly PaperKind[] }, Refused>> =>
      inOne(id, who, async (tx, row, key) =>
        row.state === 'draft'
          ? handedIn
          : ok({
              value: { row, form: openForm(houseKey, id, row.sealed).form, papers: kindsOf(await papersOf(tx, key)) },
              line: { act: 'application.print' },
            }),
      ),

    /** A paper as it was painted, JPEG. */
    paper: (id: string, kind: PaperKind, who: Who): Promise<Result<Buffer, Refused>> =>
      inOne<Buffer, Refused>(id, who, async (tx, row, key) => {
        if (row.state === 'draft') return handedIn
        const [paper] = await tx.query<{ sealed: Buffer }>(selectPaper, [...keyValues(key), kind])
        if (!paper) return err({ kind: 'application-unknown' })
        return ok({
          value: openPaper(houseKey, id, kind, paper.sealed),
          line: { act: 'application.open-paper', after: kind },
        })
      }),

    /** Another secret link for whoever has lost it. An operator's own person gets one of its own applications only. */
    offerLink: (id: string, who: Who, operatorId: string | null): Promise<Result<MadeLink, Refused>> =>
      inOne<MadeLink, Refused>(id, who, async (tx, row, key) => {
        if (operatorId !== null && row.operator_id !== operatorId) return err({ kind: 'application-unknown' })
        return ok({
          value: await applying.offerLink(tx, key),
          line: { act: 'application.link' },
          step: { act: 'link', before: row.state, after: row.state },
        })
      }),

    take: (id: string, reviewer: Reviewer) => move('take', id, reviewer),
    /** Back to whoever applies, with exactly what is to be mended. */
    return: (id: string, reviewer: Reviewer, mend: readonly MendView[]) => move('return', id, reviewer, { mend }),
    /** Stops the work on it; its lot takes no payments until it is resumed. */
    suspend: (id: string, reviewer: Reviewer, note: string) => stand('suspend', id, reviewer, note),
    resume: (id: string, reviewer: Reviewer, note: string) => stand('resume', id, reviewer, note),

    /**
     * Approves it, says in the same transaction what is opened for it, and then opens it; what fails on the way is opened by the worker. What
     * was opened before a channel had returned it is not opened again.
     */
    async approve(id: string, reviewer: Reviewer, asked: ApproveAsk): Promise<Result<null, Refused>> {
      const row = await find(keyOf(id))
      if (row === null) return err({ kind: 'application-unknown' })
      const bucket = row.lot_bucket ?? (await homeBucket(database, row.operator_id))
      const approved = await inOne<null, Refused>(id, reviewer.who, async (tx, locked, key, now) => {
        const next = decideAct('approve', standingOf(locked), reviewer.staffId)
        if (!next.ok) return err({ kind: next.error })
        const { form } = openForm(houseKey, id, locked.sealed)
        const mistakes: readonly Mistake[] = checkApplication(form, kindsOf(await papersOf(tx, key)), dayInChina(now))
        if (mistakes.length > 0) return err({ kind: 'form-mistakes', mistakes })
        if (checksFor(form).some((check) => !asked.checks.includes(check))) return err({ kind: 'checks-missing' })
        const isFirst = locked.approved_at === null
        const isPartner = form.kind === 'partner'
        const number = isPartner || !isFirst ? locked.lot_number : await numberFor(tx, form, bucket)
        if (number === 'taken') return err({ kind: 'lot-number-taken' })
        const party = isPartner ? (locked.party ?? newId()) : null
        const operatorId = isPartner ? null : (locked.operator_id ?? newId())
        // An operator that is there already has its persons.
        const account =
          !isFirst || locked.operator_id !== null ? locked.account : isPartner ? `partner-${party}` : `lot-${number}`
        await tx.query(setApproved, [
          ...[
            ...keyValues(key),
            next.value,
            instantOut(now),
            operatorId,
            number === null ? null : bucket,
            number,
            party,
            account,
          ],
          isFirst ? asked.platformFeeBasisPoints : locked.platform_fee_basis_points,
        ])
        for (const channel of asked.channels)
          if (deps.channelsHere.includes(channel))
            await tx.query(askChannel, [...keyValues(key), channel, instantOut(now)])
        await tx.query(keepBranch, [form.bankBranch])
        const after = number === null ? 'approved' : `approved, lot ${number}`
        return ok({
          value: null,
          line: { act: 'application.approve', before: locked.state, after },
          step: {
            ...{ act: 'approve', before: locked.state, after: next.value, checks: asked.checks },
            ...(asked.note ? { note: asked.note } : {}),
          },
        })
      })
      if (approved.ok) await opening.openNow(id)
      return approved
    },
  }

  /** The number that was wished for, or the next free one; taken for good in this transaction. */
  async function numberFor(tx: Tx, form: Draft, bucket: number): Promise<number | 'taken'> {
    if (form.lotNumber === undefined) return freeLotNumber(tx, bucket)
    const [taken] = await tx.query(takeLotNumber, [form.lotNumber, bucket])
    return taken ? form.lotNumber : 'taken'
  }
}
export type Desk = ReturnType<typeof desk>
