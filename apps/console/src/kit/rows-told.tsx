import type { CardView, RowAsk, RowsView, VehiclesView } from '@lanepay/cloud/vehicle/api.ts'
import { useTell } from './ask.ts'
import { Because } from './because.tsx'
import { useTexts } from './language.ts'
import { say } from './said.tsx'
import { Time } from './shown.tsx'
import { DataTable } from './table.tsx'
import { vehicleProblems } from './vehicle-problems.ts'

const texts = {
  zh: {
    states: {
      waiting: '等待收费软件确认',
      told: '收费软件已生效',
      refused: '收费软件拒绝',
      silent: '收费软件没有回答',
    },
    counts: ({ waiting, refused, silent }: RowsView) =>
      waiting + refused + silent === 0
        ? '每一条都已由车场的收费软件确认。'
        : `车场的收费软件：${waiting} 条等待确认，${refused} 条被拒绝，${silent} 条没有回答（每小时再发）。`,
    troubles: '收费软件没有收下的',
    what: '内容',
    kinds: { product: '月卡产品', card: '月卡', free: '免费车辆', blocked: '黑名单' },
    goes: '（移除）',
    state: '收费软件',
    act: '操作',
    again: '再发一次',
    againWhat: '按现在的内容再告诉收费软件一次。',
    againDone: '正在再告诉车场。',
    forget: '不再发',
    forgetWhat: '收费软件里可能还留着它，请在那里看一看；这里不再发送，也不再显示。',
    forgotten: '不再发送。',
  },
  en: {
    states: {
      waiting: 'waiting for the charging software',
      told: 'in force there',
      refused: 'refused by the charging software',
      silent: 'the charging software did not answer',
    },
    counts: ({ waiting, refused, silent }: RowsView) =>
      waiting + refused + silent === 0
        ? 'The charging software of the lot has taken every row.'
        : `Charging software of the lot: ${waiting} waiting, ${refused} refused, ${silent} not answered (told again every hour).`,
    troubles: 'What the charging software has not taken',
    what: 'Row',
    kinds: { product: 'Card product', card: 'Month card', free: 'Free', blocked: 'Blocked' },
    goes: '(to be removed)',
    state: 'Charging software',
    act: 'Actions',
    again: 'Tell again',
    againWhat: 'The charging software is told once more what stands here now.',
    againDone: 'The lot is being told again.',
    forget: 'Tell no more',
    forgetWhat: 'The charging software may still have it: look there. It is told no more from here, and shown no more.',
    forgotten: 'It is told no more.',
  },
}

/** What the lot's charging software has made of one row, in its own words where it refused. */
export function RowTold({ told }: { readonly told: NonNullable<CardView['told']> }) {
  const t = useTexts(texts)
  const { state, because, at } = told
  return (
    <span className={state === 'told' ? 'lp-good' : state === 'waiting' ? '' : 'lp-bad'}>
      {t.states[state]} <Time at={at} short />
      {because !== null && <span className="lp-hint"> {because}</span>}
    </span>
  )
}

/** The column of that, for lots that are told row by row. */
export const useToldColumn = <Row extends { readonly told: CardView['told'] }>(isThere: boolean) => {
  const t = useTexts(texts)
  return isThere
    ? [{ key: 'told', title: t.state, show: ({ told }: Row) => told !== null && <RowTold told={told} /> }]
    : []
}

/** How the rows of a lot stand with its charging software, and what a person has to look at. */
export function RowsTold({
  lot,
  rows,
  mayChange,
}: {
  readonly lot: number
  readonly rows: NonNullable<VehiclesView['rows']>
  readonly mayChange: boolean
}) {
  const t = useTexts(texts)
  const again = useTell<RowAsk>(`~/lots/${lot}/rows/again`)
  const forget = useTell<RowAsk>(`~/lots/${lot}/rows/forget`)
  return (
    <>
      <p className="lp-hint">{t.counts(rows)}</p>
      {rows.troubles.length > 0 && (
        <DataTable<RowsView['troubles'][number]>
          label={t.troubles}
          extent="part"
          rows={rows.troubles}
          rowKey={({ kind, key }) => `${kind} ${key}`}
          columns={[
            {
              key: 'what',
              title: t.what,
              show: ({ kind, called, goes }) => `${t.kinds[kind]} ${called} ${goes ? t.goes : ''}`,
            },
            { key: 'told', title: t.state, show: (row) => <RowTold told={row} /> },
          ]}
          {...(mayChange
            ? {
                actions: {
                  title: t.act,
                  show: ({ kind, key, goes }) => (
                    <>
                      <Because
                        label={t.again}
                        title={t.again}
                        what={t.againWhat}
                        own={vehicleProblems}
                        act={async (reason) => {
                          await again.mutateAsync({ kind, key, reason })
                          say(t.againDone)
                        }}
                      />
                      {goes && (
                        <Because
                          label={t.forget}
                          title={t.forget}
                          what={t.forgetWhat}
                          danger
                          own={vehicleProblems}
                          act={async (reason) => {
                            await forget.mutateAsync({ kind, key, reason })
                            say(t.forgotten)
                          }}
                        />
                      )}
                    </>
                  ),
                },
              }
            : {})}
        />
      )}
    </>
  )
}
