import type { LaneView, OneLotView } from '@lanepay/cloud/lot/api.ts'
import type { MoveAsk } from '@lanepay/cloud/session/api.ts'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { Link } from 'wouter'
import { useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { Field } from '../../kit/field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useAct } from '../../kit/intention.ts'
import { useTexts } from '../../kit/language.ts'
import { OpenGate } from '../../kit/lot/open-gate.tsx'
import { orderProblems } from '../../kit/lot/orders.tsx'
import { LotPicture } from '../../kit/lot/picture.tsx'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { Plate, Time } from '../../kit/shown.tsx'
import { texts } from './texts.ts'

type Send = (path: string, body: object) => Promise<void>
/** What an arm may be told beside letting one vehicle through, each where the lot's system has a word for it. */
const moves = [
  { move: 'hold-open', ability: 'holds-gate-open' },
  { move: 'close', ability: 'closes-gate' },
] as const satisfies readonly { readonly move: MoveAsk['move']; readonly ability: string }[]

/** Each lane: who stands there now, its last picture, and what may be ordered of it from afar. */
export function Lanes({
  view,
  isLane,
  send,
}: {
  readonly view: OneLotView
  readonly isLane: boolean
  readonly send: Send
}) {
  const t = useTexts(texts)
  return (
    <section aria-label={t.lanes} className="lp-cards">
      {view.lanes.map((lane) => (
        <Lane key={lane.id} view={view} lane={lane} isLane={isLane} send={send} />
      ))}
    </section>
  )
}

function Lane({
  view,
  lane,
  isLane,
  send,
}: {
  readonly view: OneLotView
  readonly lane: LaneView
  readonly isLane: boolean
  readonly send: Send
}) {
  const t = useTexts(texts)
  const { standing } = lane
  const way = `~/lots/${view.lot}/lanes/${lane.id}`
  const name = `${lane.id} ${lane.name}`
  const isBlind = view.cannot.includes('reports-occupancy')
  const here = useHere()
  const tell = useTell<MoveAsk>(`${way}/move`)
  return (
    <section className="lp-card" aria-label={name}>
      <h2>
        {name} <span className="lp-hint">{t.direction[lane.direction]}</span>
      </h2>
      {standing === null ? (
        <p className="lp-hint">{isBlind ? '' : t.empty}</p>
      ) : (
        <p>
          {standing.plate === null ? t.unread : <Plate plate={standing.plate} />}{' '}
          <span className="lp-hint">{t.standsSince}</span> <Time at={standing.since} short />
          {standing.session !== null && (
            <>
              {' '}
              <Link
                href={
                  isLane
                    ? `/lane-sessions/${view.lot}/${lane.id}/${standing.session}`
                    : `/sessions/${view.lot}/${standing.session}`
                }
              >
                {t.stay}
              </Link>
            </>
          )}
        </p>
      )}
      <div className="lp-actions">
        {!view.cannot.includes('opens-gate') && (standing !== null || isBlind) && (
          <OpenGate way={way} lane={name} standing={standing} send={send} />
        )}
        {here.may('gate.open', 'lane') &&
          moves.map(({ move, ability }) =>
            view.cannot.includes(ability) ? null : (
              <Because
                key={move}
                label={t.move[move]}
                title={t.moveTitle[move](name)}
                what={t.moveWhat[move]}
                sure={t.move[move]}
                own={orderProblems}
                act={async (reason) => {
                  await tell.mutateAsync({ move, reason })
                  say(t.moved[move])
                }}
              />
            ),
          )}
        {!view.cannot.includes('shows') && <ShowWords way={way} lane={name} send={send} />}
      </div>
      {!view.cannot.includes('pictures') && <LotPicture way={`${way}/pictures`} what={`${t.lastPicture}: ${name}`} />}
    </section>
  )
}

/** Up to four lines for a lane's display. */
function ShowWords({ way, lane, send }: { readonly way: string; readonly lane: string; readonly send: Send }) {
  const t = useTexts(texts)
  const here = useHere()
  const [open, setOpen] = useState(false)
  const [lines, setLines] = useState(['', '', '', ''])
  const act = useAct()
  if (!here.may('displays.show', 'lane')) return null
  const said = lines.map((line) => line.trim())
  const shown = said.slice(0, said.findLastIndex((line) => line !== '') + 1).map((line) => (line === '' ? ' ' : line))
  const go = () =>
    act.run(async () => {
      await send(`${way}/show`, { lines: shown })
      setOpen(false)
    })
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t.show}
      </Button>
      <Modal open={open} title={t.showTitle(lane)} onCancel={() => setOpen(false)} footer={null} destroyOnHidden>
        <form
          className="lp-form"
          onSubmit={(event) => {
            event.preventDefault()
            void go()
          }}
        >
          <p className="lp-what">{t.showWhat}</p>
          {lines.map((line, at) => (
            <Field key={at} label={t.showLine(at + 1)} name={`lines/${at}`}>
              {(props) => (
                <Input
                  {...props}
                  maxLength={40}
                  value={line}
                  onChange={({ target }) => setLines(lines.map((old, n) => (n === at ? target.value : old)))}
                />
              )}
            </Field>
          ))}
          <ProblemBox problem={act.problem} own={orderProblems} />
          <div className="lp-form-end">
            <Button onClick={() => setOpen(false)}>{t.cancel}</Button>
            <Button type="primary" htmlType="submit" loading={act.busy} disabled={shown.length === 0}>
              {t.showSure}
            </Button>
          </div>
        </form>
      </Modal>
    </>
  )
}
