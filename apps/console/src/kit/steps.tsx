import { useTexts } from './language.ts'
import { Time } from './shown.tsx'
import { DataTable } from './table.tsx'

type Step = { readonly state: string; readonly at: number; readonly who: string; readonly why: string }

const texts = {
  zh: { steps: '经过', at: '时间', state: '状态', who: '谁', why: '说明' },
  en: { steps: 'What happened', at: 'Time', state: 'State', who: 'Who', why: 'Why' },
}

/** What became of something, step by step, with who and why. */
export function Steps<S extends Step>({
  steps,
  stateName,
}: {
  readonly steps: readonly S[]
  readonly stateName: (state: S['state']) => string
}) {
  const t = useTexts(texts)
  return (
    <section className="lp-card">
      <h2>{t.steps}</h2>
      <DataTable
        label={t.steps}
        extent="part"
        rows={steps}
        rowKey={(step) => String(steps.indexOf(step))}
        columns={[
          { key: 'at', title: t.at, show: ({ at }) => <Time at={at} /> },
          { key: 'state', title: t.state, show: ({ state }) => stateName(state) },
          { key: 'who', title: t.who, show: ({ who }) => who },
          { key: 'why', title: t.why, show: ({ why }) => why },
        ]}
      />
    </section>
  )
}
