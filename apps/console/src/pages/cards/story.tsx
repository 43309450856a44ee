import type { CardStory, ChangeAsk, RenewAsk } from '@lanepay/cloud/vehicle/api.ts'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { Answered, ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { dayText, Money, Plate, Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { vehicleProblems } from '../../kit/vehicle-problems.ts'
import { CardFields, endOf, NotedFields, notedIn, nothingNoted, platesIn, startOf } from './fields.tsx'
import { texts } from './texts.ts'

/** One card: what it is, what became of it, and what may be done with it. */
export function Story({
  lot,
  id,
  mayChange,
  close,
}: {
  readonly lot: number
  readonly id: string
  readonly mayChange: boolean
  readonly close: () => void
}) {
  const t = useTexts(texts)
  const story = useAsk<CardStory>(`~/lots/${lot}/cards/${id}`)
  return (
    <section className="lp-card" aria-label={t.story}>
      <Answered ask={story} own={vehicleProblems}>
        {(card) => (
          <>
            <div className="lp-head">
              <h2>{card.card}</h2>
              <div className="lp-actions">
                {mayChange && card.state !== 'stopped' && (
                  <>
                    <Renew lot={lot} card={card} />
                    <Change lot={lot} card={card} />
                    <Stop lot={lot} card={card} />
                  </>
                )}
                <Button onClick={close}>{t.close}</Button>
              </div>
            </div>
            <p>
              {t.states[card.state]}, {card.productName}, {dayText(card.from)} - {dayText(card.until - 1)}.{' '}
              {card.plates.map((plate) => (
                <span key={plate}>
                  <Plate plate={plate} />{' '}
                </span>
              ))}
              {card.holder && (
                <>
                  {t.holder}: {`${card.holder.name} ${card.holder.phone}`}
                </>
              )}
            </p>
            <DataTable
              label={t.steps}
              extent="part"
              rows={card.steps}
              rowKey={({ at, kind }) => `${at} ${kind}`}
              columns={[
                { key: 'when', title: t.when, show: ({ at }) => <Time at={at} /> },
                { key: 'kind', title: t.steps, show: ({ kind }) => t.kinds[kind] },
                { key: 'who', title: t.who, show: ({ account }) => account },
                { key: 'why', title: t.why, show: ({ reason }) => reason },
                {
                  key: 'noted',
                  title: t.paid,
                  show: ({ noted }) =>
                    noted && (
                      <>
                        {t.notedAs[noted.as]} <Money fen={noted.fen} />
                      </>
                    ),
                },
              ]}
            />
          </>
        )}
      </Answered>
    </section>
  )
}

function Renew({ lot, card }: { readonly lot: number; readonly card: CardStory }) {
  const t = useTexts(texts)
  const [open, setOpen] = useState(false)
  const [months, setMonths] = useState('1')
  const [noted, setNoted] = useState(nothingNoted)
  const tell = useTell<RenewAsk, { readonly until: number }>(`~/lots/${lot}/cards/${card.id}/renew`)
  const isRight = /^[1-9]\d?$/.test(months.trim()) && Number(months) <= 60
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t.renew}
      </Button>
      <Modal
        open={open}
        title={`${t.renew} ${card.card}`}
        onCancel={() => setOpen(false)}
        footer={null}
        destroyOnHidden
      >
        <form
          className="lp-form"
          onSubmit={async (event) => {
            event.preventDefault()
            const done = await tell.mutateAsync({ months: Number(months), ...notedIn(noted) }).catch(() => null)
            if (done === null) return
            say(t.renewed(dayText(done.until - 1)))
            setOpen(false)
            setNoted(nothingNoted)
          }}
        >
          <Field label={t.months} name="months" problem={tell.error}>
            {(props) => (
              <Input {...props} inputMode="numeric" value={months} onChange={({ target }) => setMonths(target.value)} />
            )}
          </Field>
          <NotedFields typed={noted} set={setNoted} />
          <ProblemBox problem={tell.error} own={vehicleProblems} />
          <div className="lp-form-end">
            <Button onClick={() => setOpen(false)}>{t.cancel}</Button>
            <Button type="primary" htmlType="submit" loading={tell.isPending} disabled={!isRight}>
              {t.renew}
            </Button>
          </div>
        </form>
      </Modal>
    </>
  )
}

function Change({ lot, card }: { readonly lot: number; readonly card: CardStory }) {
  const t = useTexts(texts)
  const [typed, setTyped] = useState({
    ...{ plates: card.plates.join(' '), from: dayText(card.from), until: dayText(card.until - 1) },
  })
  const tell = useTell<ChangeAsk>(`~/lots/${lot}/cards/${card.id}/change`)
  return (
    <Because
      label={t.change}
      title={`${t.change}: ${card.card}`}
      what={t.changeWhat}
      own={vehicleProblems}
      more={<CardFields typed={typed} set={(part) => setTyped({ ...typed, ...part })} problem={tell.error} />}
      act={async (reason) => {
        const { plates, from, until } = typed
        await tell.mutateAsync({
          ...{ plates: platesIn(plates), reason },
          ...(from === dayText(card.from) ? {} : { from: startOf(from) }),
          ...(until === dayText(card.until - 1) ? {} : { until: endOf(until) }),
        })
        say(t.changed)
      }}
    />
  )
}

function Stop({ lot, card }: { readonly lot: number; readonly card: CardStory }) {
  const t = useTexts(texts)
  const tell = useTell(`~/lots/${lot}/cards/${card.id}/stop`)
  return (
    <Because
      label={t.stop}
      title={`${t.stop} ${card.card}`}
      what={t.stopWhat(card.card)}
      danger
      own={vehicleProblems}
      act={async (reason) => {
        await tell.mutateAsync({ reason })
        say(t.stopped)
      }}
    />
  )
}
