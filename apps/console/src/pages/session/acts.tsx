import type { LockAsk, StoryView } from '@lanepay/cloud/session/api.ts'
import { Input } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { instantIn, instantOf } from '../../kit/lot/instant.ts'
import { OpenGate } from '../../kit/lot/open-gate.tsx'
import { orderProblems } from '../../kit/lot/orders.tsx'
import { say } from '../../kit/said.tsx'
import { texts } from './texts.ts'

type Send = (path: string, body: object) => Promise<void>

/** What a person may order about a stay that goes on; each says what will happen and asks why. */
export function Acts({
  view,
  way,
  base,
  send,
}: {
  readonly view: StoryView
  readonly way: string
  readonly base: string
  readonly send: Send
}) {
  const t = useTexts(texts)
  const here = useHere()
  const lock = useTell<LockAsk>(`${way}/lock`)
  const { stay, standsIn, cannot } = view
  if (stay.state !== 'inside' && stay.state !== 'leaving') return null
  const may = here.may('stays.correct', 'lane')
  const order = (body: object) => (reason: string) => send(`${way}/orders`, { reason, order: body })
  const lane = view.lanes.find(({ id }) => id === standsIn?.lane)
  const gateWay = base.includes('/lanes/') ? base : `${base}/lanes/${standsIn?.lane}`
  return (
    <>
      {standsIn && lane && (
        <OpenGate
          way={gateWay}
          lane={t.lane(lane.id, lane.name)}
          standing={{ occupancy: standsIn.occupancy, plate: stay.plate }}
          send={send}
        />
      )}
      {may &&
        !cannot.includes('lock') &&
        ([true, false] as const).map((locked) => (
          <Because
            key={String(locked)}
            label={locked ? t.lock : t.unlock}
            title={locked ? t.lockTitle : t.unlockTitle}
            what={locked ? t.lockWhat : t.unlockWhat}
            sure={locked ? t.lock : t.unlock}
            own={orderProblems}
            act={async (reason) => {
              await lock.mutateAsync({ locked, reason })
              say(locked ? t.locked : t.unlocked)
            }}
          />
        ))}
      {may && !cannot.includes('correct') && <Correct view={view} order={(body) => order(body)} />}
      {may && !cannot.includes('close') && <Close view={view} order={(body) => order(body)} />}
      {may && !cannot.includes('void') && (
        <Because
          danger
          label={t.void}
          title={t.voidTitle}
          what={t.voidWhat}
          sure={t.sure.void}
          own={orderProblems}
          act={order({ kind: 'void' })}
        />
      )}
    </>
  )
}

type Ordering = { readonly view: StoryView; readonly order: (body: object) => (reason: string) => Promise<unknown> }

function Correct({ view: { stay }, order }: Ordering) {
  const t = useTexts(texts)
  const [enteredAt, setEnteredAt] = useState(instantIn(stay.enteredAt))
  const [plate, setPlate] = useState(stay.plate)
  const [vehicleClass, setVehicleClass] = useState(stay.vehicleClass ?? '')
  const at = instantOf(enteredAt)
  // What the person did not touch is not said: a second's rounding is no correction.
  const body = {
    kind: 'correct',
    ...(at !== null && enteredAt !== instantIn(stay.enteredAt) ? { enteredAt: at } : {}),
    ...(plate.trim() !== '' && plate.trim() !== stay.plate ? { plate: plate.trim() } : {}),
    ...(vehicleClass.trim() !== '' && vehicleClass.trim() !== stay.vehicleClass
      ? { vehicleClass: vehicleClass.trim() }
      : {}),
  }
  return (
    <Because
      label={t.correct}
      title={t.correctTitle}
      what={t.correctWhat}
      sure={t.sure.correct}
      own={orderProblems}
      act={order(body)}
      more={
        <>
          <Field label={t.enteredAt} name="order/enteredAt">
            {(props) => (
              <Input
                {...props}
                type="datetime-local"
                step={1}
                value={enteredAt}
                onChange={({ target }) => setEnteredAt(target.value)}
              />
            )}
          </Field>
          <Field label={t.plate} name="order/plate">
            {(props) => (
              <Input {...props} maxLength={20} value={plate} onChange={({ target }) => setPlate(target.value)} />
            )}
          </Field>
          <Field label={t.vehicleClass} name="order/vehicleClass">
            {(props) => (
              <Input
                {...props}
                maxLength={64}
                value={vehicleClass}
                onChange={({ target }) => setVehicleClass(target.value)}
              />
            )}
          </Field>
        </>
      }
    />
  )
}

function Close({ view, order }: Ordering) {
  const t = useTexts(texts)
  const ways = view.lanes.filter(({ direction }) => direction !== 'entry')
  const [lane, setLane] = useState(String(ways[0]?.id ?? ''))
  const [leftAt, setLeftAt] = useState('')
  const at = leftAt === '' ? null : instantOf(leftAt)
  if (ways.length === 0) return null
  return (
    <Because
      label={t.close}
      title={t.closeTitle}
      what={t.closeWhat}
      sure={t.sure.close}
      own={orderProblems}
      act={order({ kind: 'close', lane: Number(lane), ...(at === null ? {} : { leftAt: at }) })}
      more={
        <>
          <ChoiceField
            label={t.closeLane}
            name="order/lane"
            value={lane}
            onChange={setLane}
            options={ways.map(({ id, name }) => ({ value: String(id), label: t.lane(id, name) }))}
          />
          <Field label={t.leftAt} name="order/leftAt">
            {(props) => (
              <Input
                {...props}
                type="datetime-local"
                step={1}
                value={leftAt}
                onChange={({ target }) => setLeftAt(target.value)}
              />
            )}
          </Field>
        </>
      }
    />
  )
}
