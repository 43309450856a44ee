import type { HolidayLineView, HolidaysAsk, HolidaysReadView, HolidayYearView } from '@lanepay/cloud/application/api.ts'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { DataTable } from '../../kit/table.tsx'
import { problems, texts, wrongTexts } from './texts.ts'

/** What people copy out of: UTF-8, or what Excel writes in China. */
async function textOf(file: File): Promise<string> {
  const bytes = await file.arrayBuffer()
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

/** One year as a text: looked at line by line, then kept as a whole. */
export function PutYear({
  year,
  choices,
  choose,
  known,
}: {
  readonly year: number
  readonly choices: readonly number[]
  readonly choose: (year: number) => void
  readonly known: HolidayYearView | null
}) {
  const t = useTexts(texts)
  const [text, setText] = useState(
    [...(known?.off ?? []).map((one) => `${one} 放假`), ...(known?.worked ?? []).map((one) => `${one} 上班`)].join(
      '\n',
    ),
  )
  const [source, setSource] = useState(known?.source ?? '')
  const [lines, setLines] = useState<readonly HolidayLineView[] | null>(null)
  const tell = useTell<HolidaysAsk, HolidaysReadView>(`/api/platform/holidays/${year}`)
  const wrong = (lines ?? []).filter(({ does }) => does === 'wrong')
  const asks = (take: HolidaysAsk['take']) =>
    tell.mutate(
      { text, source, take },
      {
        onSuccess: (read) => {
          setLines(read.lines)
          if (read.kept) say(t.kept)
        },
      },
    )
  const changes = (next: string) => {
    setText(next)
    setLines(null)
  }
  return (
    <section className="lp-card">
      <h2>{t.enter(year)}</h2>
      <form
        className="lp-form"
        onSubmit={(event) => {
          event.preventDefault()
          asks('look')
        }}
      >
        <ChoiceField
          label={t.which}
          name="year"
          value={String(year)}
          onChange={(next) => choose(Number(next))}
          options={choices.map((one) => ({ value: String(one), label: String(one) }))}
        />
        <Field label={t.text} name="text" hint={t.textHint} problem={tell.error} own={problems}>
          {(props) => (
            <Input.TextArea
              {...props}
              rows={10}
              maxLength={20_000}
              spellCheck={false}
              value={text}
              onChange={({ target }) => changes(target.value)}
            />
          )}
        </Field>
        <Field label={t.file} name="file">
          {({ status: _, ...props }) => (
            <input
              {...props}
              type="file"
              accept=".csv,.txt"
              onChange={async ({ target }) => {
                const [one] = target.files ?? []
                if (one) changes(await textOf(one))
              }}
            />
          )}
        </Field>
        <Field label={t.source} name="source" hint={t.sourceHint} problem={tell.error} own={problems}>
          {(props) => (
            <Input {...props} maxLength={200} value={source} onChange={({ target }) => setSource(target.value)} />
          )}
        </Field>
        <ProblemBox problem={tell.error} own={problems} />
        <div className="lp-actions">
          <Button htmlType="submit" loading={tell.isPending} disabled={text.trim() === ''}>
            {t.look}
          </Button>
          {lines !== null && wrong.length === 0 && (
            <Button type="primary" loading={tell.isPending} onClick={() => asks('keep')}>
              {t.keep}
            </Button>
          )}
        </div>
      </form>
      {lines !== null && <Report lines={lines} wrong={wrong.length} />}
    </section>
  )
}

function Report({ lines, wrong }: { readonly lines: readonly HolidayLineView[]; readonly wrong: number }) {
  const t = useTexts(texts)
  const why = useTexts(wrongTexts)
  const count = (kind: 'off' | 'worked') => lines.reduce((sum, one) => sum + one[kind].length, 0)
  return (
    <>
      <p role="status">{t.summary(count('off'), count('worked'), wrong)}</p>
      <DataTable<HolidayLineView>
        label={t.report}
        extent="part"
        rows={lines.filter(({ text }) => text.trim() !== '')}
        rowKey={({ line }) => String(line)}
        columns={[
          { key: 'line', title: t.line, end: true, show: ({ line }) => line },
          { key: 'what', title: t.what, show: ({ text }) => text },
          {
            key: 'does',
            title: t.does,
            show: ({ off, worked, does, wrong: is }) =>
              is !== null ? (
                <span className="lp-bad">{why[is]}</span>
              ) : does === 'nothing' ? (
                <span className="lp-hint">{t.nothing}</span>
              ) : (
                [
                  ...(off.length > 0 ? [t.takesOff(off.join(' '))] : []),
                  ...(worked.length > 0 ? [t.takesWorked(worked.join(' '))] : []),
                ].join('; ')
              ),
          },
        ]}
      />
    </>
  )
}
