import type { ImportAsk, ImportView, ProductView } from '@lanepay/cloud/vehicle/api.ts'
import { Button } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { DataTable } from '../../kit/table.tsx'
import { vehicleProblems } from '../../kit/vehicle-problems.ts'
import { texts } from './texts.ts'

/** Of this many lines each is shown; those that are wrong always. */
const shownAtMost = 200

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

/** Cards out of a file: looked at first, line by line, then taken. */
export function ImportCards({ lot, products }: { readonly lot: number; readonly products: readonly ProductView[] }) {
  const t = useTexts(texts)
  const [product, setProduct] = useState(products[0]?.product ?? '')
  const [file, setFile] = useState('')
  const tell = useTell<ImportAsk, ImportView>(`~/lots/${lot}/cards/import`)
  const [view, setView] = useState<ImportView | null>(null)
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set())
  const ask = async (take: ImportAsk['take']) => {
    const answer = await tell.mutateAsync({ file, product, take }).catch(() => null)
    if (answer === null) return
    setView(answer)
    setLeft(new Set())
    if (answer.taken > 0) say(t.took(answer.taken))
  }
  const taken = (view?.lines ?? []).filter(
    ({ line, does }) => (does === 'opens' || does === 'changes') && !left.has(line),
  )
  return (
    <section className="lp-card">
      <h2>{t.import}</h2>
      <p className="lp-hint">{t.importHow}</p>
      <form
        className="lp-filters"
        onSubmit={(event) => {
          event.preventDefault()
          void ask('look')
        }}
      >
        <Field label={t.file} name="file" problem={tell.error}>
          {({ status: _, ...props }) => (
            <input
              {...props}
              type="file"
              accept=".xlsx,.csv"
              onChange={async ({ target }) => {
                const [one] = target.files ?? []
                setView(null)
                setFile(one ? await base64Of(one) : '')
              }}
            />
          )}
        </Field>
        <ChoiceField
          label={t.usualProduct}
          name="product"
          problem={tell.error}
          own={vehicleProblems}
          value={product}
          onChange={setProduct}
          options={products.map((one) => ({ value: one.product, label: one.name }))}
        />
        <Button htmlType="submit" loading={tell.isPending} disabled={file === ''}>
          {t.look}
        </Button>
        {taken.length > 0 && view?.taken === 0 && (
          <Button
            type="primary"
            loading={tell.isPending}
            onClick={() => void ask(left.size === 0 ? 'right' : taken.map(({ line }) => line))}
          >
            {t.take(taken.length)}
          </Button>
        )}
      </form>
      <ProblemBox problem={tell.error} own={vehicleProblems} />
      {view && <Report view={view} left={left} setLeft={setLeft} />}
    </section>
  )
}

function Report({
  view,
  left,
  setLeft,
}: {
  readonly view: ImportView
  readonly left: ReadonlySet<number>
  readonly setLeft: (left: ReadonlySet<number>) => void
}) {
  const t = useTexts(texts)
  const said = language.use()
  const [onlyWrong, setOnlyWrong] = useState(false)
  if (view.fault)
    return (
      <p className="lp-bad" role="alert">
        {view.fault[said]}
      </p>
    )
  const count = (what: ImportView['lines'][number]['does']) => view.lines.filter(({ does }) => does === what).length
  const wrong = view.lines.filter(({ does }) => does === 'wrong')
  const shown = onlyWrong ? wrong : view.lines.slice(0, shownAtMost)
  return (
    <>
      <p role="status">{t.summary(count('opens'), count('changes'), count('nothing'), count('wrong'))}</p>
      <label>
        <input type="checkbox" checked={onlyWrong} onChange={({ target }) => setOnlyWrong(target.checked)} />{' '}
        {t.onlyWrong}
      </label>
      <DataTable
        label={t.import}
        rows={shown}
        rowKey={({ line }) => String(line)}
        columns={[
          { key: 'line', title: t.line, end: true, show: ({ line }) => line },
          { key: 'card', title: t.card, show: ({ card }) => card },
          { key: 'plates', title: t.plates, show: ({ plates }) => plates.join(' ') },
          {
            key: 'does',
            title: t.does,
            show: ({ does, why }) => (
              <span className={does === 'wrong' ? 'lp-bad' : ''}>
                {t.doesWords[does]} {why?.[said]}
              </span>
            ),
          },
          {
            key: 'pick',
            title: t.pick,
            show: ({ line, does }) =>
              view.taken === 0 &&
              (does === 'opens' || does === 'changes') && (
                <input
                  type="checkbox"
                  aria-label={`${t.pick} ${line}`}
                  checked={!left.has(line)}
                  onChange={({ target }) => {
                    const next = new Set(left)
                    if (target.checked) next.delete(line)
                    else next.add(line)
                    setLeft(next)
                  }}
                />
              ),
          },
        ]}
      />
    </>
  )
}
