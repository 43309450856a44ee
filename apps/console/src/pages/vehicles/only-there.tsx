import type { OnlyThereView } from '@lanepay/cloud/vehicle/api.ts'
import { Button } from 'antd'
import { useAsk, useTell } from '../../kit/ask.ts'
import { useAct } from '../../kit/intention.ts'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { Plate, Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { vehicleProblems } from '../../kit/vehicle-problems.ts'
import { texts } from './texts.ts'

/** What the software of a lot blocks and the list here does not; nothing where both agree. */
export function OnlyThere({ lot, mayPut }: { readonly lot: number; readonly mayPut: boolean }) {
  const t = useTexts(texts)
  const view = useAsk<OnlyThereView>(`~/lots/${lot}/only-there`, {}, { everyMs: 10_000 })
  const put = useTell<object, { readonly plate: string }>(`~/lots/${lot}/listed/blocked`)
  const act = useAct()
  const vehicles = view.data?.vehicles ?? []
  if (vehicles.length === 0) return null
  return (
    <section className="lp-card" aria-label={t.onlyThere}>
      <h2>{t.onlyThere}</h2>
      <p className="lp-what">{t.onlyThereHow}</p>
      <ProblemBox problem={act.problem} own={vehicleProblems} />
      <DataTable<OnlyThereView['vehicles'][number]>
        label={t.onlyThere}
        extent="part"
        rows={vehicles}
        rowKey={({ key }) => key}
        columns={[
          { key: 'plate', title: t.plate, show: ({ plate }) => <Plate plate={plate} /> },
          { key: 'note', title: t.note, show: ({ note }) => note },
          { key: 'by', title: t.by, show: ({ by }) => by },
          { key: 'saidAt', title: t.saidAt, show: ({ saidAt }) => <Time at={saidAt} /> },
          { key: 'why', title: t.why, show: ({ why }) => t.whys[why] },
        ]}
        {...(mayPut
          ? {
              actions: {
                title: t.act,
                show: ({ plate, note, why }) =>
                  why === 'not-here' && (
                    <Button
                      loading={act.busy}
                      onClick={() =>
                        void act.run(async () => {
                          // As the list takes notes.
                          const short = note
                            .replace(/\p{Cc}+/gu, ' ')
                            .trim()
                            .slice(0, 60)
                          const done = await put.mutateAsync({ plate, note: short })
                          say(t.added(done.plate))
                        })
                      }
                    >
                      {t.putToo}
                    </Button>
                  ),
              },
            }
          : {})}
      />
    </section>
  )
}
