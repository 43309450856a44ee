import type { LooksView, LookView } from '@lanepay/cloud/staff/api.ts'
import { useAddress } from '../../kit/address.ts'
import { useAsk } from '../../kit/ask.ts'
import { now } from '../../kit/clock.ts'
import { FileButtons } from '../../kit/export.tsx'
import { FindField } from '../../kit/find-field.tsx'
import { useTexts } from '../../kit/language.ts'
import { OrderField } from '../../kit/order.tsx'
import { Answered, Empty } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { roleTexts } from '../../kit/role-texts.ts'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** Looks, the newest first: found by a part of who or why, page after page. */
export function Looks({ path, label, withOperator }: { path: string; label: string; withOperator?: true }) {
  const t = useTexts(texts)
  const roles = useTexts(roleTexts)
  const { words } = useAddress()
  const found = { text: words.text?.trim() || undefined, order: words.order === 'asc' ? words.order : undefined }
  const looks = useAsk<LooksView>(path, { ...found, before: words.before }, { keepsOld: true })
  return (
    <>
      <div className="lp-filters">
        <FindField label={t.find} />
        <OrderField />
      </div>
      <div className="lp-actions">
        <FileButtons path={`${path}/file`} words={found} />
      </div>
      <Answered ask={looks}>
        {({ looks: rows, next }) => (
          <>
            {rows.length === 0 ? (
              <Empty title={found.text ? t.noneFound : t.none}>
                <p>{found.text ? t.noneFoundHow : t.noneHow}</p>
              </Empty>
            ) : (
              <DataTable
                label={label}
                extent="page"
                rows={rows}
                rowKey={({ look }) => look}
                columns={[
                  { key: 'began', title: t.began, show: ({ beganAt }) => <Time at={beganAt} /> },
                  {
                    key: 'ended',
                    title: t.ended,
                    show: ({ endedAt, endsAt }) =>
                      endedAt === null && endsAt > now() ? t.goesOn : <Time at={endedAt ?? endsAt} />,
                  },
                  { key: 'who', title: t.who, show: ({ account }) => account },
                  { key: 'role', title: t.role, show: ({ role }) => roles[role] },
                  ...(withOperator
                    ? [{ key: 'operator', title: t.operator, show: ({ operator }: LookView) => operator }]
                    : []),
                  { key: 'reason', title: t.reason, show: ({ reason }) => reason },
                ]}
              />
            )}
            <Pager next={next} by="before" />
          </>
        )}
      </Answered>
    </>
  )
}
