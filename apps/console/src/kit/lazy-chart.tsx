import { type ComponentProps, lazy, Suspense } from 'react'
import { useTexts } from './language.ts'

const Drawn = lazy(() => import('./chart.tsx').then(({ Chart }) => ({ default: Chart })))

/** A chart (chart.tsx); what draws it is loaded with the first one. */
export function Chart(props: ComponentProps<typeof Drawn>) {
  const coming = useTexts({ zh: '正在画图…', en: 'Drawing …' })
  return (
    <Suspense fallback={<p className="lp-wait">{coming}</p>}>
      <Drawn {...props} />
    </Suspense>
  )
}
