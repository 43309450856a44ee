import type { HourView, IllView, OverviewView } from '@lanepay/cloud/overview/api.ts'
import type { BalancesView } from '@lanepay/cloud/withdrawal/api.ts'
import { Link, useLocation } from 'wouter'
import { useAsk } from '../../kit/ask.ts'
import { now } from '../../kit/clock.ts'
import { Figure } from '../../kit/figure.tsx'
import { useHere, useLot } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { Chart } from '../../kit/lazy-chart.tsx'
import { type Live, useLive } from '../../kit/live.ts'
import { useBecause } from '../../kit/lot/device-state.tsx'
import { Page, ProblemBox } from '../../kit/page.tsx'
import { dayAfter, dayText, Money, Time, yuanText } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** An operator's day at a glance, as it happens: what came in, who is there, and what a person should look at. */
export function Morning() {
  const t = useTexts(texts)
  const lot = useLot()
  const live = useLive<OverviewView>('~/overview/live', 'overview', { lot })
  return (
    <Page title={t.title} actions={<State live={live} />}>
      {live.data === null && live.problem && <ProblemBox problem={live.problem} />}
      {live.data === null && !live.problem && (
        <p className="lp-wait" role="status">
          {t.coming}
        </p>
      )}
      {live.data && <Day view={live.data} />}
    </Page>
  )
}

function State({ live }: { readonly live: Live<OverviewView> }) {
  const t = useTexts(texts)
  return (
    <p className={live.state === 'live' ? 'lp-good' : 'lp-lead'} role="status">
      {t[live.state]}
    </p>
  )
}

function Day({ view }: { readonly view: OverviewView }) {
  const t = useTexts(texts)
  const { may } = useHere()
  const { today, before } = view
  return (
    <>
      {view.suspended.map(({ lot, name, since, because }) => (
        <p key={lot} className="lp-banner lp-banner-warn" role="alert">
          <span>
            {may('devices.read', 'operator') ? (
              <Link href={`/lots/${lot}`}>{t.suspended(lot, name)}</Link>
            ) : (
              t.suspended(lot, name)
            )}{' '}
            <Time at={since} /> {because}
          </span>
        </p>
      ))}
      <div className="lp-figures">
        <Figure name={t.came} value={yuanText(today.fen)} of={t.payments(today.payments)}>
          <Against now={today.fen} then={before.fen} text={yuanText(before.fen)} />
        </Figure>
        <Figure name={t.cars} value={String(today.entries)}>
          <Against now={today.entries} then={before.entries} text={String(before.entries)} />
        </Figure>
        <Figure name={t.inside} value={String(view.inside)} of={`${t.exits} ${view.exits}`} />
        <Available />
        <Figure name={t.refunded} value={yuanText(view.refundedFen)} />
      </div>
      <Worth view={view} />
      {today.payments === 0 && <p className="lp-lead">{t.none}</p>}
      <div className="lp-wide-cards">
        <Hours title={t.byHour} label={t.byHourLabel} view={view} of="fen" format={yuanText} />
        <Hours title={t.carsByHour} label={t.carsByHourLabel} view={view} of="entries" format={String} />
      </div>
      {view.channels.length > 0 && (
        <section className="lp-card">
          <h2>{t.byChannel}</h2>
          <DataTable
            label={t.byChannel}
            extent="part"
            rows={view.channels}
            rowKey={({ channel }) => channel}
            columns={[
              { key: 'channel', title: t.channel, show: ({ channel }) => t.channels[channel] ?? channel },
              { key: 'fen', title: t.amount, end: true, show: ({ fen }) => <Money fen={fen} /> },
              { key: 'payments', title: t.count, end: true, show: ({ payments }) => String(payments) },
              { key: 'before', title: t.before, end: true, show: ({ beforeFen }) => <Money fen={beforeFen} /> },
            ]}
          />
        </section>
      )}
    </>
  )
}

/** More or less than then, in whole percent; what began from nothing has none. */
function Against({ now, then, text }: { readonly now: number; readonly then: number; readonly text: string }) {
  const t = useTexts(texts)
  const percent = then === 0 ? null : Math.round(((now - then) / then) * 100)
  return (
    <p className="lp-hint">
      {t.against(text)}
      {percent !== null && (
        <strong className="lp-percent">
          {percent === 0 ? t.same : percent > 0 ? t.more(percent) : t.less(-percent)}
        </strong>
      )}
    </p>
  )
}

/** What may be withdrawn now: of the operator as a whole, so only whoever sees all of its lots is told. */
function Available() {
  const t = useTexts(texts)
  const balances = useAsk<BalancesView>('~/balances', {}, { everyMs: 60_000 })
  if (!balances.data) return null
  const fen = balances.data.balances.reduce((sum, { availableFen }) => sum + availableFen, 0)
  return <Figure name={t.available} value={yuanText(fen)} of={t.unproven} />
}

function Worth({ view }: { readonly view: OverviewView }) {
  const t = useTexts(texts)
  const { may } = useHere()
  const [, go] = useLocation()
  const because = useBecause()
  const seesDevices = may('devices.read', 'operator')
  const today = `from=${dayText(now())}`
  const found = [
    {
      key: 'unordered',
      count: view.openedUnordered,
      text: t.unordered,
      to: `/unordered-openings?${today}`,
      shown: may('traffic.read', 'operator'),
    },
    { key: 'ill', count: view.illCount, text: t.ill, to: '/lots?show=wrong', shown: seesDevices },
    {
      ...{ key: 'alarms', count: view.alarmsToday, text: t.alarms, to: `/alarms?${today}` },
      shown: may('traffic.read', 'operator'),
    },
    {
      // They wait however old they are: as far back as a list goes.
      ...{ key: 'discrepancies', count: view.discrepancies, text: t.discrepancies },
      to: `/discrepancies?waits=true&from=${dayAfter(dayText(now()), -364)}`,
      shown: may('reports.read', 'operator'),
    },
  ].filter(({ count }) => count > 0)
  return (
    <section className="lp-card">
      <h2>{t.look}</h2>
      {found.length === 0 ? (
        <p className="lp-good">{t.allWell}</p>
      ) : (
        <ul className="lp-worth">
          {found.map(({ key, count, text, to, shown }) => (
            <li key={key}>{shown ? <Link href={to}>{text(count)}</Link> : text(count)}</li>
          ))}
        </ul>
      )}
      {view.openedByPerson > 0 && (
        <p className="lp-hint">
          {may('traffic.read', 'operator') ? (
            <Link href={`/gate-openings?${today}`}>{t.byPerson(view.openedByPerson)}</Link>
          ) : (
            t.byPerson(view.openedByPerson)
          )}
        </p>
      )}
      {view.ill.length > 0 && (
        <DataTable
          label={t.illTitle}
          extent="part"
          rows={view.ill}
          rowKey={({ lot, device }) => `${lot} ${device}`}
          {...(seesDevices ? { open: ({ lot }: IllView) => go(`/lots/${lot}`) } : {})}
          columns={[
            { key: 'lot', title: t.lot, show: ({ lot }) => String(lot) },
            { key: 'device', title: t.device, show: ({ device }) => device },
            {
              key: 'state',
              title: t.state,
              show: ({ state }) => <span className="lp-nowrap">{t.ways[state] ?? state}</span>,
            },
            { key: 'because', title: t.because, show: (row) => because(row.because) },
            { key: 'since', title: t.since, show: ({ since }) => <Time at={since} /> },
          ]}
        />
      )}
    </section>
  )
}

function Hours({
  title,
  label,
  view,
  of,
  format,
}: {
  readonly title: string
  readonly label: string
  readonly view: OverviewView
  readonly of: keyof HourView
  readonly format: (value: number) => string
}) {
  const t = useTexts(texts)
  const valuesOf = (hours: readonly HourView[]) => hours.map((hour) => hour[of])
  return (
    <section className="lp-card">
      <h2>{title}</h2>
      <Chart
        kind="bar"
        label={label}
        labels={view.hours.map((_, hour) => t.hour(hour))}
        series={[
          { name: t.todaySeries, values: valuesOf(view.hours) },
          { name: t.beforeSeries, values: valuesOf(view.hoursBefore) },
        ]}
        format={format}
      />
    </section>
  )
}
