import type { OneLotView } from '@lanepay/cloud/lot/api.ts'
import { Link, useParams } from 'wouter'
import { useAsk } from '../../kit/ask.ts'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { OrderState, useLotOrders } from '../../kit/lot/orders.tsx'
import { wayOfLot } from '../../kit/lot/way.ts'
import { Answered, Page } from '../../kit/page.tsx'
import { Time } from '../../kit/shown.tsx'
import { Agent } from './agent.tsx'
import { Devices } from './devices.tsx'
import { InsideDifferences } from './inside-differences.tsx'
import { LaneDifferences } from './lane-differences.tsx'
import { Lanes } from './lanes.tsx'
import { Settings } from './settings.tsx'
import { texts } from './texts.ts'
import { Untold } from './untold.tsx'

/** One lot: its lanes and who stands there, its devices, its agent, and what it is called. Of it one lane, for whoever sits there. */
export default function Lot() {
  const t = useTexts(texts)
  const here = useHere()
  const { lot = '', lane } = useParams<{ lot: string; lane?: string }>()
  const base = wayOfLot(here, lot, lane)
  const ask = useAsk<OneLotView>(base, {}, { everyMs: 5_000 })
  const { send, last } = useLotOrders(base)
  const isLane = lane !== undefined
  return (
    <Page title={ask.data ? t.title(ask.data.lot, ask.data.name) : t.wait}>
      <p>
        <Link href={isLane ? '/lane-sessions' : '/lots'}>{isLane ? t.backToLane : t.back}</Link>
        {!isLane && (
          <>
            {' · '}
            <Link href={`/sessions?lot=${lot}`}>{t.reads}</Link>
          </>
        )}
      </p>
      <OrderState base={base} order={last} />
      <Answered ask={ask}>
        {(view) => (
          <>
            <Facts view={view} />
            {!isLane && <Untold lot={view.lot} />}
            <Lanes view={view} isLane={isLane} send={send} />
            {!isLane && (view.system === 'bolink' || view.lists.includes('lists-lanes')) && (
              <LaneDifferences view={view} />
            )}
            {!isLane && view.lists.includes('lists-inside') && <InsideDifferences lot={view.lot} />}
            <Devices view={view} />
            {!isLane && <Agent view={view} />}
            {!isLane && <Settings key={`${view.lot} ${view.name} ${view.helpPhone}`} view={view} />}
          </>
        )}
      </Answered>
    </Page>
  )
}

function Facts({ view }: { readonly view: OneLotView }) {
  const t = useTexts(texts)
  return (
    <section className="lp-card" aria-label={t.facts}>
      {view.suspended && (
        <p className="lp-banner lp-banner-warn" role="alert">
          <span>
            {t.suspended} <Time at={view.suspended.since} /> {view.suspended.because}
          </span>
        </p>
      )}
      {!view.online && <p className="lp-banner lp-banner-warn">{t.offline}</p>}
      {view.cannot.length > 0 && (
        <p className={view.system === 'agent' ? 'lp-hint' : 'lp-banner lp-banner-warn'}>
          {view.system === 'agent' ? t.ours : t.connected} {view.cannot.map((one) => t.cannot[one]).join(' · ')}
        </p>
      )}
      <dl className="lp-facts">
        <dt>{t.line}</dt>
        <dd className={view.online ? 'lp-good' : 'lp-bad'}>{view.online ? t.online : t.notThere}</dd>
        <dt>{t.inside}</dt>
        <dd>{view.inside}</dd>
        {view.free && (
          <>
            <dt>{t.free}</dt>
            <dd>
              {view.free.total === null ? view.free.spaces : t.freeOf(view.free.spaces, view.free.total)}{' '}
              <span className="lp-hint">
                {t.freeSaid} <Time at={view.free.at} short />
              </span>
            </dd>
          </>
        )}
        <dt>{t.helpPhone}</dt>
        <dd>{view.helpPhone ?? t.none}</dd>
      </dl>
    </section>
  )
}
