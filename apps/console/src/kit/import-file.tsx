import type { Imported, Text } from '@lanepay/cloud/vehicle/api.ts'
import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTell } from './ask.ts'
import { Field } from './field.tsx'
import { language, useTexts } from './language.ts'
import { ProblemBox } from './page.tsx'
import type { Problem } from './problem.ts'
import { say } from './said.tsx'
import { DataTable, type TableColumn } from './table.tsx'
import { vehicleProblems } from './vehicle-problems.ts'

const texts = {
  zh: {
    title: '从 Excel 导入',
    file: '文件',
    look: '先核对',
    take: (count: number) => `导入这 ${count} 行`,
    took: (count: number) => `已导入 ${count} 行，正在告诉车场。`,
    line: '行',
    does: '会怎样',
    pick: '导入',
    summary: (parts: readonly string[]) => `${parts.join('，')}。`,
    onlyWrong: '只看有错的行',
  },
  en: {
    title: 'Import from Excel',
    file: 'File',
    look: 'Look at it',
    take: (count: number) => `Take these ${count} rows`,
    took: (count: number) => `${count} rows taken; the lot is being told.`,
    line: 'Row',
    does: 'What it does',
    pick: 'Take',
    summary: (parts: readonly string[]) => `${parts.join(', ')}.`,
    onlyWrong: 'Only rows that are wrong',
  },
}

/** Of this many lines each is shown; those that are wrong always. */
const shownAtMost = 200
type Line = { readonly line: number; readonly does: string; readonly why: Text | null }
type Take = 'look' | 'right' | readonly number[]
const changesSomething = ({ does }: Line): boolean => does !== 'nothing' && does !== 'wrong'

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

/** A table out of a file: looked at first, line by line, then taken, all that is right of it or the lines that are left ticked. */
export function ImportFile<One extends Line>({
  path,
  how,
  with: more = {},
  fields,
  columns,
  words,
}: {
  readonly path: string
  /** Which columns the file has, and what becomes of it. */
  readonly how: ReactNode
  /** Told beside the file. */
  readonly with?: object
  /** Beside the field of the file. */
  readonly fields?: (problem: Problem | null) => ReactNode
  /** What a line is about. */
  readonly columns: readonly TableColumn<One>[]
  /** What a line does, in the order in which they are counted. */
  readonly words: Readonly<Record<One['does'], string>>
}) {
  const t = useTexts(texts)
  const [file, setFile] = useState('')
  const tell = useTell<object, Imported<One>>(path)
  const [view, setView] = useState<Imported<One> | null>(null)
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set())
  const ask = async (take: Take) => {
    const answer = await tell.mutateAsync({ ...more, file, take }).catch(() => null)
    if (answer === null) return
    setView(answer)
    setLeft(new Set())
    if (answer.taken > 0) say(t.took(answer.taken))
  }
  const taken = (view?.lines ?? []).filter((one) => changesSomething(one) && !left.has(one.line))
  return (
    <section className="lp-card">
      <h2>{t.title}</h2>
      <p className="lp-hint">{how}</p>
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
        {fields?.(tell.error)}
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
      {view && <Report view={view} columns={columns} words={words} left={left} setLeft={setLeft} />}
    </section>
  )
}

function Report<One extends Line>({
  view,
  columns,
  words,
  left,
  setLeft,
}: {
  readonly view: Imported<One>
  readonly columns: readonly TableColumn<One>[]
  readonly words: Readonly<Record<One['does'], string>>
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
  const count = (what: string) => view.lines.filter(({ does }) => does === what).length
  const wrong = view.lines.filter(({ does }) => does === 'wrong')
  const shown = onlyWrong ? wrong : view.lines.slice(0, shownAtMost)
  return (
    <>
      <p role="status">{t.summary(Object.entries<string>(words).map(([does, word]) => `${word} ${count(does)}`))}</p>
      <label>
        <input type="checkbox" checked={onlyWrong} onChange={({ target }) => setOnlyWrong(target.checked)} />{' '}
        {t.onlyWrong}
      </label>
      <DataTable<One>
        label={t.title}
        extent="part"
        rows={shown}
        rowKey={({ line }) => String(line)}
        columns={[
          { key: 'line', title: t.line, end: true, show: ({ line }) => line },
          ...columns,
          {
            key: 'does',
            title: t.does,
            show: ({ does, why }) => (
              <span className={does === 'wrong' ? 'lp-bad' : ''}>
                {words[does as One['does']]} {why?.[said]}
              </span>
            ),
          },
          {
            key: 'pick',
            title: t.pick,
            show: (one) =>
              view.taken === 0 &&
              changesSomething(one) && (
                <input
                  type="checkbox"
                  aria-label={`${t.pick} ${one.line}`}
                  checked={!left.has(one.line)}
                  onChange={({ target }) => {
                    const next = new Set(left)
                    if (target.checked) next.delete(one.line)
                    else next.add(one.line)
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
