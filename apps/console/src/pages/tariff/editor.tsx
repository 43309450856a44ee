import type { PublishAsk, TariffView } from '@lanepay/cloud/tariff/api.ts'
import { Input } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { instantOf } from '../../kit/lot/instant.ts'
import { say } from '../../kit/said.tsx'
import { UsualForm } from './form.tsx'
import { Look } from './look.tsx'
import { Simulate } from './simulate.tsx'
import { problems, texts } from './texts.ts'
import { documentOf, firstUsual, usualIn } from './usual.ts'

const textOf = (document: unknown): string => JSON.stringify(document, null, 2)
/** An object of JSON; null for anything else. */
function documentIn(text: string): object | null {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? read : null
  } catch {
    return null
  }
}

/** A price list that is being written, with all there is to see of it, and what publishes it. */
export function Editor({
  lot,
  area,
  view,
  begin,
  mayPublish,
}: {
  readonly lot: number
  readonly area: string | undefined
  readonly view: TariffView
  /** What it begins with; undefined: the usual. */
  readonly begin: unknown
  readonly mayPublish: boolean
}) {
  const t = useTexts(texts)
  const first = begin ?? documentOf(firstUsual)
  const [text, setText] = useState(textOf(first))
  const [mode, setMode] = useState<'form' | 'json'>(usualIn(first) ? 'form' : 'json')
  const [whole, setWhole] = useState(true)
  const written = documentIn(text)
  const usual = usualIn(written)
  const document = mode === 'form' && !whole ? null : written
  return (
    <>
      <section className="lp-card">
        <h2>{t.draft}</h2>
        <ChoiceField
          label={t.mode}
          name="mode"
          value={mode}
          onChange={(next) => {
            setWhole(true)
            setMode(next)
          }}
          options={[
            { value: 'form', label: t.form },
            { value: 'json', label: t.json },
          ]}
        />
        {mode === 'form' && usual === null && <p className="lp-hint">{t.onlyJson}</p>}
        {mode === 'form' && usual !== null && (
          <UsualForm
            usual={usual}
            onChange={(made) => {
              setWhole(made !== null)
              if (made) setText(textOf(made))
            }}
          />
        )}
        {mode === 'json' && (
          <Field label={t.jsonLabel} name="tariff" wrong={written === null ? t.notJson : undefined}>
            {(props) => (
              <Input.TextArea
                {...props}
                className="lp-code"
                spellCheck={false}
                rows={18}
                value={text}
                onChange={({ target }) => setText(target.value)}
              />
            )}
          </Field>
        )}
        {mayPublish && <Publish lot={lot} area={area} seen={view.version} document={document} />}
      </section>
      <Look lot={lot} area={area} tariff={document} />
      <Simulate lot={lot} area={area} areas={view.areas} tariff={document} now={view.now} />
    </>
  )
}

function Publish({
  lot,
  area,
  seen,
  document,
}: {
  readonly lot: number
  readonly area: string | undefined
  readonly seen: number
  readonly document: object | null
}) {
  const t = useTexts(texts)
  const [from, setFrom] = useState('')
  const [carsInside, setCarsInside] = useState<'old' | 'new'>('old')
  const tell = useTell<PublishAsk>(`~/lots/${lot}/tariff/publish`)
  return (
    <div className="lp-actions">
      <Because
        label={t.publish}
        title={t.publish}
        sure={t.publish}
        what={t.publishWhat}
        own={problems}
        disabled={document === null}
        more={
          <>
            <Field label={t.fromField} name="from" hint={t.fromHint} problem={tell.error} own={problems}>
              {(props) => (
                <Input {...props} type="datetime-local" value={from} onChange={({ target }) => setFrom(target.value)} />
              )}
            </Field>
            <ChoiceField
              label={t.cars}
              name="carsInside"
              value={carsInside}
              onChange={setCarsInside}
              options={(['old', 'new'] as const).map((value) => ({ value, label: t.carsInside[value] }))}
            />
          </>
        }
        act={async (reason) => {
          await tell.mutateAsync({
            ...{ tariff: document as Record<string, unknown>, carsInside, reason, seen },
            ...(area === undefined ? {} : { area }),
            from: from === '' ? null : instantOf(from),
          })
          say(t.published)
        }}
      />
    </div>
  )
}
