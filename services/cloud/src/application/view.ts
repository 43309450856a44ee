import type { Database } from '@lanepay/database/database.ts'
import { checkApplication } from '@lanepay/domain/applicant/check.ts'
import type { Place } from '@lanepay/domain/applicant/form.ts'
import { checksFor } from '@lanepay/domain/applicant/review.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { ApplicantView, ChannelView, DeskView, DueView, StepView } from './api.ts'
import { applicationCan } from './decide.ts'
import { type ApplicationDeps, keyValues, kindsOf, papersOf } from './parts.ts'
import { keyOf } from './place.ts'
import { maskedForm, openForm } from './sealed.ts'
import { type ApplicationRow, type ChannelRow, type StepRow, selectChannels, selectSteps } from './store.ts'
import { dayInChina, installationDue, reviewDue } from './working-days.ts'

/** What both sides are shown of an application: masked, with what is wrong and where it stands. */
async function commonView(deps: ApplicationDeps, row: ApplicationRow, whoOf: (who: string) => string) {
  const { database, clock, houseKey } = deps
  const key = keyOf(row.id)
  const db = database.of(key.bucket)
  const [papers, steps, channels, calendar] = await Promise.all([
    papersOf(db, key),
    db.query<StepRow>(selectSteps, keyValues(key)),
    db.query<ChannelRow>(selectChannels, keyValues(key)),
    deps.calendar(),
  ])
  const { form } = openForm(houseKey, row.id, row.sealed)
  // Later than that nobody can mend it, and a paper that has expired meanwhile is the reviewer's to see.
  const checked = applicationCan('write', row.state) || row.state === 'in-review'
  return {
    form,
    common: {
      ...{ id: row.id, state: row.state, version: row.version, form: maskedForm(form) },
      papers: papers.map(({ kind, width, height, uploaded_at }) => ({ kind, width, height, uploadedAt: uploaded_at })),
      mistakes: checked ? checkApplication(form, kindsOf(papers), dayInChina(clock.now())) : [],
      mend: row.mend,
      steps: steps.map(
        ({ at, act, after, who, why }): StepView => ({
          ...{ at, act, state: after, who: whoOf(who), mend: why.mend ?? [], changed: (why.changed ?? []) as Place[] },
          ...{ checks: why.checks ?? [], note: why.note ?? '' },
        }),
      ),
      ...{ savedAt: row.saved_at, submittedAt: row.submitted_at },
      reviewDue: row.submitted_at === null ? null : reviewDue(calendar, row.submitted_at as Instant),
      installationDue: row.approved_at === null ? null : installationDue(calendar, row.approved_at as Instant),
      channels: channels.map(({ channel, state, sign_url }): ChannelView => ({ channel, state, signUrl: sign_url })),
      lotNumber: row.lot_number,
      account: row.opened_at === null ? null : row.account,
    },
  }
}

/** For whoever applies: by whom of ours is none of its business. */
export async function applicantView(deps: ApplicationDeps, row: ApplicationRow): Promise<ApplicantView> {
  const { common } = await commonView(deps, row, (who) =>
    who === 'applicant' || who === 'lanepay' || who.startsWith('channel ') ? who : 'reviewer',
  )
  const mayInvite = common.account !== null && !(await hasPassword(deps.database, common.account))
  return { ...common, mayInvite }
}

export async function deskView(
  deps: ApplicationDeps & Pick<DeskView, 'channelsHere'>,
  row: ApplicationRow,
  staffId: string,
): Promise<DeskView> {
  const { form, common } = await commonView(deps, row, (who) => who)
  return {
    ...{ ...common, reviewer: row.reviewer_account, isMine: row.reviewer === staffId },
    ...{ checks: checksFor(form), channelsHere: deps.channelsHere, operatorId: row.operator_id },
  }
}

const hasPassword = async (database: Database, account: string): Promise<boolean> => {
  const [row] = await database.reference.query<{ has_password: boolean }>(
    {
      name: 'has-staff-password',
      text: 'select password is not null as has_password from staff where account = $1 and ended_at is null',
    },
    [account],
  )
  return row?.has_password ?? true
}

/** Whether a day that something was due is over; null where nobody knows the day. */
export const isLate = (due: DueView, now: number): boolean | null => ('day' in due ? dayInChina(now) > due.day : null)
