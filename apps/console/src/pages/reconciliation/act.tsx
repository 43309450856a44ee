import type { ActAsk, ActView } from '@lanepay/cloud/reconciliation/api.ts'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { DataTable } from '../../kit/table.tsx'
import { problems, texts } from './texts.ts'

/** What a person does with one discrepancy, with some, or with all of a class and day; answered line by line where not all took it. */
export function Act({
  which,
  count,
  label,
  onDone,
}: {
  readonly which: ActAsk['which']
  readonly count: number
  readonly label?: string
  readonly onDone?: () => void
}) {
  const t = useTexts(texts)
  const [open, setOpen] = useState(false)
  const [results, setResults] = useState<ActView['results'] | null>(null)
  const close = () => {
    setOpen(false)
    setResults(null)
  }
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {label ?? t.actOn(count)}
      </Button>
      <Modal open={open} title={label ?? t.actOn(count)} onCancel={close} footer={null} destroyOnHidden width={640}>
        {results === null ? (
          <Asking
            which={which}
            count={count}
            onCancel={close}
            onDone={(view) => {
              const done = view.results.filter((one) => one.done).length
              say(t.done(done, view.results.length - done))
              onDone?.()
              if (done === view.results.length) close()
              else setResults(view.results)
            }}
          />
        ) : (
          <>
            <DataTable
              label={t.results}
              extent="part"
              rows={results}
              rowKey={(one) => String(results.indexOf(one))}
              columns={[
                { key: 'day', title: t.day, show: ({ day }) => day },
                { key: 'item', title: t.item, show: ({ item }) => item },
                {
                  key: 'result',
                  title: t.result,
                  show: ({ done, code }) => (done ? t.didIt : (t.codes[code as keyof typeof t.codes] ?? code)),
                },
              ]}
            />
            <div className="lp-form-end">
              <Button onClick={close}>{t.close}</Button>
            </div>
          </>
        )}
      </Modal>
    </>
  )
}

function Asking({
  which,
  count,
  onCancel,
  onDone,
}: {
  readonly which: ActAsk['which']
  readonly count: number
  readonly onCancel: () => void
  readonly onDone: (view: ActView) => void
}) {
  const t = useTexts(texts)
  const [act, setAct] = useState<ActAsk['act']>('take')
  const [number, setNumber] = useState('')
  const [reason, setReason] = useState('')
  const tell = useTell<ActAsk, ActView>('/api/platform/discrepancies/acts')
  const isWhole = act === 'take' || (reason.trim() !== '' && (act !== 'explain' || number.trim() !== ''))
  return (
    <form
      className="lp-form"
      onSubmit={(event) => {
        event.preventDefault()
        tell.mutate(
          {
            ...{ act, which, reason: reason.trim() },
            ...(act === 'explain' ? { number: number.trim() } : {}),
          },
          { onSuccess: onDone },
        )
      }}
    >
      <ChoiceField
        label={t.which}
        name="act"
        value={act}
        onChange={setAct}
        options={(['take', 'explain', 'settle'] as const).map((value) => ({ value, label: t.acts[value] }))}
      />
      {act === 'explain' && (
        <Field label={t.number} name="number" hint={t.numberHint} problem={tell.error} own={problems}>
          {(props) => (
            <Input {...props} maxLength={80} value={number} onChange={({ target }) => setNumber(target.value)} />
          )}
        </Field>
      )}
      <Field
        label={`${t.reason}${act === 'take' ? t.optional : ''}`}
        name="reason"
        hint={t.reasonHint}
        problem={tell.error}
        own={problems}
      >
        {(props) => (
          <Input {...props} maxLength={200} value={reason} onChange={({ target }) => setReason(target.value)} />
        )}
      </Field>
      <p className="lp-what">{t.effect(count)}</p>
      <ProblemBox problem={tell.error} own={problems} />
      <div className="lp-form-end">
        <Button onClick={onCancel}>{t.cancel}</Button>
        <Button type="primary" htmlType="submit" loading={tell.isPending} disabled={!isWhole}>
          {t.go}
        </Button>
      </div>
    </form>
  )
}
