import type { OfferedView, PersonsView, PersonView, Role, StaffSort } from '@lanepay/cloud/staff/api.ts'
import { Button } from 'antd'
import { useState } from 'react'
import { useAddress } from '../../kit/address.ts'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { FileButtons } from '../../kit/export.tsx'
import { ChoiceField } from '../../kit/field.tsx'
import { FindField } from '../../kit/find-field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { roleTexts } from '../../kit/role-texts.ts'
import { say } from '../../kit/said.tsx'
import { Masked, Time } from '../../kit/shown.tsx'
import { sortOf } from '../../kit/sorted.ts'
import { DataTable } from '../../kit/table.tsx'
import { LinkShown } from './link-shown.tsx'
import { PersonDialog } from './person-dialog.tsx'
import { texts } from './texts.ts'

/** Columns by which the server puts persons in order (services/cloud/src/staff/api.ts). */
const sorts: readonly StaffSort[] = ['account', 'role', 'seen']
type Act = { readonly id: string; readonly act: 'end' | 'link' | 'drop-second-factor'; readonly reason: string }

/** Persons of one realm: who they are, what they may, and what can be done about each. */
export function Persons({
  title,
  base,
  at,
  roles,
}: {
  readonly title: string
  readonly base: string
  readonly at: 'operator' | 'platform'
  readonly roles: readonly Role[]
}) {
  const t = useTexts(texts)
  const names = useTexts(roleTexts)
  const here = useHere()
  const { words, set } = useAddress()
  const found = {
    text: words.text?.trim() || undefined,
    role: roles.find((role) => role === words.role),
    ended: words.ended === '1' ? 'yes' : undefined,
    sort: sortOf(words.sort, sorts) ? words.sort : undefined,
  }
  const persons = useAsk<PersonsView>(base, { ...found, after: words.after }, { keepsOld: true })
  // What a dialog shows stays while it closes: so the keyboard goes back to what opened it.
  const [dialog, setDialog] = useState<{ readonly open: boolean; readonly person: PersonView | null }>({
    ...{ open: false, person: null },
  })
  const [link, setLink] = useState<{ readonly open: boolean; readonly link: OfferedView } | null>(null)
  const offered = (link: OfferedView) => setLink({ open: true, link })
  const act = useTell<Act, Partial<OfferedView>>(({ id, act }) => `${base}/${id}/${act}`, {
    bodyOf: ({ reason }) => ({ reason }),
  })
  const mayManage = here.may('staff.manage', at)
  const stateOf = ({ endedAt, hasPassword }: PersonView) =>
    endedAt !== null ? t.states.ended : hasPassword ? t.states.active : t.states.waiting
  const actsOn = (one: PersonView) =>
    one.endedAt !== null || one.id === here.me.person.id ? null : (
      <>
        <Button aria-haspopup="dialog" onClick={() => setDialog({ open: true, person: one })}>
          {t.change}
        </Button>
        <Because
          label={t.link}
          title={t.linkTitle(one.account)}
          what={t.linkWhat}
          act={async (reason) => offered((await act.mutateAsync({ id: one.id, act: 'link', reason })) as OfferedView)}
        />
        {one.hasSecondFactor && (
          <Because
            label={t.drop}
            title={t.dropTitle(one.account)}
            what={t.dropWhat}
            danger
            act={async (reason) => {
              await act.mutateAsync({ id: one.id, act: 'drop-second-factor', reason })
              say(t.dropped)
            }}
          />
        )}
        <Because
          label={t.end}
          title={t.endTitle(one.account)}
          what={t.endWhat}
          danger
          sure={t.end}
          act={async (reason) => {
            await act.mutateAsync({ id: one.id, act: 'end', reason })
            say(t.ended)
          }}
        />
      </>
    )
  return (
    <Page
      title={title}
      lead={t.lead}
      actions={
        mayManage && (
          <Button type="primary" aria-haspopup="dialog" onClick={() => setDialog({ open: true, person: null })}>
            {t.invite}
          </Button>
        )
      }
    >
      <div className="lp-filters">
        <FindField label={t.find} />
        <ChoiceField
          label={t.role}
          name="role"
          value={found.role ?? ''}
          onChange={(role) => set({ role, after: undefined })}
          options={[{ value: '', label: t.anyRole }, ...roles.map((role) => ({ value: role, label: names[role] }))]}
        />
        <label>
          <input
            type="checkbox"
            checked={found.ended !== undefined}
            onChange={({ target }) =>
              set({ ended: target.checked ? '1' : undefined, after: undefined }, { stays: true })
            }
          />{' '}
          {t.showEnded}
        </label>
      </div>
      {here.look === null && (
        <div className="lp-actions">
          <FileButtons path={`${base}/file`} words={found} />
        </div>
      )}
      <Answered ask={persons}>
        {({ persons: rows, next }) => {
          const isNarrowed = found.text !== undefined || found.role !== undefined
          if (rows.length === 0)
            return (
              <Empty title={isNarrowed ? t.noneFound : t.none}>
                <p>{isNarrowed ? t.noneFoundHow : t.noneHow}</p>
              </Empty>
            )
          return (
            <>
              <DataTable
                label={title}
                extent="page"
                rows={rows}
                rowKey={({ id }) => id}
                columns={[
                  { key: 'account', title: t.account, show: ({ account }) => account, asks: true },
                  { key: 'role', title: t.role, show: ({ role }) => names[role], asks: true },
                  { key: 'name', title: t.name, show: ({ name }) => <Masked text={name} /> },
                  { key: 'phone', title: t.phone, show: ({ phone }) => <Masked text={phone} /> },
                  { key: 'lots', title: t.lots, show: (one) => lotsText(one, t.all) },
                  { key: 'state', title: t.state, show: stateOf },
                  {
                    key: 'factor',
                    title: t.factor,
                    show: ({ hasSecondFactor }) => (hasSecondFactor ? t.yes : t.no),
                  },
                  {
                    key: 'seen',
                    title: t.seen,
                    asks: true,
                    show: ({ seenAt }) => (seenAt === null ? t.never : <Time at={seenAt} />),
                  },
                ]}
                {...(mayManage ? { actions: { title: t.act, show: actsOn } } : {})}
              />
              <Pager next={next} />
            </>
          )
        }}
      </Answered>
      <PersonDialog {...{ base, roles, offered, ...dialog }} close={() => setDialog({ ...dialog, open: false })} />
      {link && <LinkShown {...link} close={() => setLink({ ...link, open: false })} gone={() => setLink(null)} />}
    </Page>
  )
}

/** `1, 2 (1+2)`: lots by number, and of a booth its lanes. */
const lotsText = ({ lots, partner }: PersonView, all: string): string =>
  partner !== null
    ? partner
    : lots === 'all'
      ? all
      : lots.map(({ lot, lanes }) => (lanes ? `${lot} (${lanes.join('+')})` : String(lot))).join(', ')
