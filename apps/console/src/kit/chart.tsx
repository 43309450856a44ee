import { Button } from 'antd'
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart as ChartJs,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js'
import { useEffect, useRef, useState } from 'react'
import { mayMove, useIsDark } from './appearance.ts'
import { useTexts } from './language.ts'
import { DataTable } from './table.tsx'

ChartJs.register(
  ...[BarController, BarElement, LineController, LineElement, PointElement],
  ...[CategoryScale, LinearScale, Tooltip, Legend],
)

/** One row of figures of a chart. */
export type Series = { readonly name: string; readonly values: readonly (number | null)[] }

const texts = {
  zh: { numbers: '看数字', chart: '看图', of: '项目' },
  en: { numbers: 'Show the numbers', chart: 'Show the chart', of: 'Of' },
}
const colours = {
  light: { ink: '#45525f', rule: '#cfd6dd', series: ['#0b5cab', '#8a94a0', '#08623a', '#a8590a'] },
  dark: { ink: '#bac6d1', rule: '#364450', series: ['#6fb1f5', '#8595a3', '#7fe0ac', '#ffc21a'] },
}

/** Bars or lines over the same labels; the same as a table of numbers on demand, and for whoever does not see. */
export function Chart({
  kind,
  label,
  labels,
  series,
  format,
}: {
  readonly kind: 'bar' | 'line'
  /** What it shows, in a sentence. */
  readonly label: string
  readonly labels: readonly string[]
  readonly series: readonly Series[]
  readonly format: (value: number) => string
}) {
  const t = useTexts(texts)
  const [asNumbers, setAsNumbers] = useState(false)
  return (
    <div>
      {asNumbers ? (
        <DataTable
          label={label}
          extent="part"
          rows={labels.map((text, at) => ({ text, at }))}
          rowKey={({ text }) => text}
          columns={[
            { key: 'label', title: t.of, show: ({ text }) => text },
            ...series.map(({ name, values }) => ({
              key: name,
              title: name,
              end: true,
              show: ({ at }: { at: number }) => {
                const value = values[at]
                return value === null || value === undefined ? '' : format(value)
              },
            })),
          ]}
        />
      ) : (
        <Canvas kind={kind} label={label} labels={labels} series={series} format={format} />
      )}
      <div className="lp-pager">
        <Button size="small" onClick={() => setAsNumbers(!asNumbers)}>
          {asNumbers ? t.chart : t.numbers}
        </Button>
      </div>
    </div>
  )
}

function Canvas({ kind, label, labels, series, format }: Parameters<typeof Chart>[0]) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const isDark = useIsDark()
  const drawn = JSON.stringify([labels, series])
  useEffect(() => {
    if (!canvas.current) return
    const colour = colours[isDark ? 'dark' : 'light']
    const chart = new ChartJs(canvas.current, {
      type: kind,
      data: {
        labels: [...labels],
        datasets: series.map(({ name, values }, at) => ({
          label: name,
          data: [...values],
          backgroundColor: colour.series[at % colour.series.length]!,
          borderColor: colour.series[at % colour.series.length]!,
          borderWidth: kind === 'line' ? 2 : 0,
          pointRadius: 2,
        })),
      },
      options: {
        maintainAspectRatio: false,
        animation: mayMove ? { duration: 300 } : false,
        interaction: { mode: 'index', intersect: false },
        plugins: {
          legend: { display: series.length > 1, labels: { color: colour.ink } },
          tooltip: {
            callbacks: { label: ({ dataset, parsed }) => `${dataset.label}: ${format(Number(parsed.y))}` },
          },
        },
        scales: {
          x: { ticks: { color: colour.ink }, grid: { display: false } },
          y: {
            beginAtZero: true,
            ticks: { color: colour.ink, precision: 0, callback: (value) => format(Number(value)) },
            grid: { color: colour.rule },
          },
        },
      },
    })
    return () => chart.destroy()
  }, [kind, drawn, isDark])
  return (
    <div className="lp-chart">
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  )
}
