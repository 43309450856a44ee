import type { OneLotView } from '@lanepay/cloud/lot/api.ts'
import { useTexts } from '../../kit/language.ts'
import { StateWord, useBecause, useDrift } from '../../kit/lot/device-state.tsx'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** Cameras, gates and displays: how they are, since when and why, and how they were. */
export function Devices({ view }: { readonly view: OneLotView }) {
  const t = useTexts(texts)
  const because = useBecause()
  const drift = useDrift()
  return (
    <>
      <section className="lp-card">
        <h2>
          {t.devices} <span className="lp-hint">{view.live ? t.devicesLive : t.devicesKept}</span>
        </h2>
        {view.devices.length === 0 ? (
          <p className="lp-hint">{t.devicesNone}</p>
        ) : (
          <DataTable
            label={t.devices}
            extent="part"
            rows={view.devices}
            rowKey={({ device }) => device}
            columns={[
              {
                key: 'device',
                title: t.device,
                show: ({ device, lane }) => (lane === null ? device : `${lane}: ${device}`),
                by: ({ device, lane }) => `${lane ?? ''}: ${device}`,
              },
              {
                key: 'state',
                title: t.state,
                show: ({ state }) => <StateWord state={state} />,
                by: ({ state }) => state,
              },
              { key: 'why', title: t.why, show: (one) => (one.state === 'well' ? '' : because(one.because)) },
              {
                key: 'since',
                title: t.since,
                show: ({ since }) => (since === null ? '' : <Time at={since} short />),
                by: ({ since }) => since,
              },
              {
                key: 'heard',
                title: t.heard,
                show: ({ heardAt }) => (heardAt === null ? '' : <Time at={heardAt} short />),
                by: ({ heardAt }) => heardAt,
              },
              { key: 'drift', title: t.drift, show: ({ driftMs }) => drift(driftMs), by: ({ driftMs }) => driftMs },
              {
                key: 'faults',
                title: t.faults,
                end: true,
                show: ({ faults }) => (faults ? faults : ''),
                by: ({ faults }) => faults,
              },
            ]}
          />
        )}
      </section>
      <section className="lp-card">
        <h2>{t.history}</h2>
        {view.history.length === 0 ? (
          <p className="lp-hint">{t.historyNone}</p>
        ) : (
          <DataTable
            label={t.history}
            extent="part"
            rows={view.history}
            rowKey={({ device, since }) => `${device} ${since}`}
            columns={[
              { key: 'since', title: t.since, show: ({ since }) => <Time at={since} /> },
              { key: 'until', title: t.until, show: ({ until }) => (until === null ? t.still : <Time at={until} />) },
              { key: 'device', title: t.device, show: ({ device }) => device },
              { key: 'state', title: t.state, show: ({ state }) => <StateWord state={state} /> },
              { key: 'why', title: t.why, show: (one) => because(one.because) },
            ]}
          />
        )}
      </section>
    </>
  )
}
