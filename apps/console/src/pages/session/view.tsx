import type { StoryView } from '@lanepay/cloud/session/api.ts'
import { Link, useParams } from 'wouter'
import { useAsk } from '../../kit/ask.ts'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { OrderState, useLotOrders } from '../../kit/lot/orders.tsx'
import { stayWords, wordIn } from '../../kit/lot/stay-words.ts'
import { wayOfLot } from '../../kit/lot/way.ts'
import { Answered, Page } from '../../kit/page.tsx'
import { Money, Plate, plateText, Time, useDuration } from '../../kit/shown.tsx'
import { Acts } from './acts.tsx'
import { OwedNow, Paid, Quotes } from './money.tsx'
import { Pictures, Story } from './story.tsx'
import { texts } from './texts.ts'

/** One stay on one page: what it is, what it owes, what happened to it and who did what, and what a person may do about it. */
export default function Session() {
  const t = useTexts(texts)
  const here = useHere()
  const { lot = '', lane, session = '' } = useParams<{ lot: string; lane?: string; session: string }>()
  const base = wayOfLot(here, lot, lane)
  const way = `${base}/sessions/${session}`
  const ask = useAsk<StoryView>(way)
  const { send, last } = useLotOrders(base)
  const plate = ask.data?.stay.plate
  const isOpen = ask.data?.stay.state === 'inside' || ask.data?.stay.state === 'leaving'
  return (
    <Page
      title={plate === undefined ? t.wait : t.title(plateText(plate))}
      actions={
        ask.data && <Acts key={JSON.stringify(ask.data.stay)} view={ask.data} way={way} base={base} send={send} />
      }
    >
      <p>
        <Link href={lane === undefined ? '/sessions' : '/lane-sessions'}>{t.back}</Link>
      </p>
      <OrderState base={base} order={last} />
      <Answered ask={ask}>
        {(view) => (
          <>
            <Facts view={view} />
            {/* Only whoever runs the lot asks it: the platform sees what is known here. */}
            {isOpen && here.side === '/api/operator' && <OwedNow way={way} />}
            <Pictures view={view} />
            <Quotes view={view} />
            <Paid view={view} />
            <Story view={view} />
          </>
        )}
      </Answered>
    </Page>
  )
}

function Facts({ view: { now, stay, lot, lanes, cannot } }: { readonly view: StoryView }) {
  const t = useTexts(texts)
  const names = useTexts<Readonly<Record<string, string>>>(stayWords)
  const lasts = useDuration()
  const laneName = (id: number | null) =>
    id === null ? '' : t.lane(id, lanes.find((one) => one.id === id)?.name ?? '')
  const isOver = stay.state === 'superseded' || stay.state === 'voided'
  return (
    <section className="lp-card">
      <dl className="lp-facts">
        <dt>{t.plate}</dt>
        <dd>
          <Plate plate={stay.plate} />
        </dd>
        <dt>{t.state}</dt>
        <dd>
          {[wordIn(names, stay.state), stay.how === 'left' ? '' : wordIn(names, stay.how)].filter(Boolean).join(', ')}
        </dd>
        <dt>{t.lot}</dt>
        <dd>
          {lot.number} {lot.name} {!lot.online && <span className="lp-bad">({t.offline})</span>}
        </dd>
        <dt>{t.entered}</dt>
        <dd>
          <Time at={stay.enteredAt} /> {laneName(stay.entryLane)}
        </dd>
        {stay.leftAt !== null && (
          <>
            <dt>{t.left}</dt>
            <dd>
              <Time at={stay.leftAt} /> {laneName(stay.exitLane)}
            </dd>
          </>
        )}
        {!isOver && (
          <>
            <dt>{t.stayed}</dt>
            <dd>{lasts((stay.leftAt ?? now) - stay.enteredAt)}</dd>
          </>
        )}
        {stay.standing !== null && (
          <>
            <dt>{t.standing}</dt>
            <dd>{wordIn(names, stay.standing)}</dd>
          </>
        )}
        {stay.vehicleClass !== null && (
          <>
            <dt>{t.vehicleClass}</dt>
            <dd>{stay.vehicleClass}</dd>
          </>
        )}
        <dt>{t.paid}</dt>
        <dd>
          <Money fen={stay.paidFen} />
        </dd>
        {stay.owedWhenLeftFen !== null && stay.owedWhenLeftFen > 0 && (
          <>
            <dt>{t.owedLeft}</dt>
            <dd>
              <Money fen={stay.owedWhenLeftFen} />
            </dd>
          </>
        )}
        {stay.leaveBy !== null && (
          <>
            <dt>{t.leaveBy}</dt>
            <dd>
              <Time at={stay.leaveBy} />
            </dd>
          </>
        )}
        {stay.because !== null && (
          <>
            <dt>{t.because}</dt>
            <dd>{stay.because}</dd>
          </>
        )}
      </dl>
      {cannot.includes('correct') && <p className="lp-hint">{t.cannot}</p>}
    </section>
  )
}
