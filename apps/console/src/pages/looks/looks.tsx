import type { LookView } from '@lanepay/cloud/staff/api.ts'
import { useAsk } from '../../kit/ask.ts'
import { now } from '../../kit/clock.ts'
import { useTexts } from '../../kit/language.ts'
import { Answered, Empty } from '../../kit/page.tsx'
import { roleTexts } from '../../kit/role-texts.ts'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** The last fifty looks. */
export function Looks({ path, label, withOperator }: { path: string; label: string; withOperator?: true }) {
  const t = useTexts(texts)
  const roles = useTexts(roleTexts)
  const looks = useAsk<readonly LookView[]>(path)
  return (
    <Answered ask={looks}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty title={t.none}>
            <p>{t.noneHow}</p>
          </Empty>
        ) : (
          <DataTable
            label={label}
            rows={rows}
            rowKey={({ look }) => look}
            columns={[
              {
                key: 'began',
                title: t.began,
                show: ({ beganAt }) => <Time at={beganAt} />,
                by: ({ beganAt }) => beganAt,
              },
              {
                key: 'ended',
                title: t.ended,
                show: ({ endedAt, endsAt }) =>
                  endedAt === null && endsAt > now() ? t.goesOn : <Time at={endedAt ?? endsAt} />,
              },
              { key: 'who', title: t.who, show: ({ account }) => account, by: ({ account }) => account },
              { key: 'role', title: t.role, show: ({ role }) => roles[role], by: ({ role }) => roles[role] },
              ...(withOperator
                ? [{ key: 'operator', title: t.operator, show: ({ operator }: LookView) => operator }]
                : []),
              { key: 'reason', title: t.reason, show: ({ reason }) => reason },
            ]}
          />
        )
      }
    </Answered>
  )
}
