import { becauseWords } from '@lanepay/domain/device-words.ts'
import { usePage } from './context.ts'
import { clockWords, ownClockWords } from './event-words.ts'
import { moment } from './shown.ts'

/** By more than this nobody should leave a clock off (domain.md 4). */
const overMs = 60_000

/** Devices with their clocks, the line, and what is in force. */
export function SystemView() {
  const { state, t, language, now } = usePage()
  const { link, lists, tariffVersion, capacity } = state
  const since = moment(link.since, now)
  return (
    <section class="sheet" aria-labelledby="system-heading">
      <h2 id="system-heading">{t.system.heading}</h2>
      <dl>
        <dt>{t.system.link}</dt>
        <dd>
          <b class={link.connected ? 'good' : 'bad'}>
            {link.connected ? t.link.upSince(since) : t.link.downSince(since)}
          </b>
          {!link.connected && <p>{t.link.downTodo}</p>}
          <p>
            {t.system.log(link.lastSeq, link.ackedSeq)} · {t.link.waiting(link.lastSeq - link.ackedSeq)}
          </p>
        </dd>
        {link.cloudOffMs !== null && (
          <>
            <dt>{t.system.ownClock}</dt>
            <dd>
              {ownClockWords(link.cloudOffMs, t)}
              {Math.abs(link.cloudOffMs) > overMs && <p class="note warn">{t.system.ownClockTodo}</p>}
            </dd>
          </>
        )}
        <dt>{t.system.capacity}</dt>
        <dd>
          {t.system.capacityText(capacity)} · {t.inside(state.inside, capacity)}
        </dd>
        <dt>{t.system.lists}</dt>
        <dd>{t.system.listsText(lists)}</dd>
        <dt>{t.system.tariff}</dt>
        <dd>{t.system.tariffText(tariffVersion)}</dd>
      </dl>
      <h3>{t.system.devices}</h3>
      <table class="equipment">
        <thead>
          <tr>
            <th scope="col">{t.system.lane}</th>
            <th scope="col">{t.system.name}</th>
            <th scope="col">{t.system.condition}</th>
            <th scope="col">{t.system.clock}</th>
            <th scope="col">{t.system.heard}</th>
          </tr>
        </thead>
        <tbody>
          {state.lanes.flatMap((lane) =>
            lane.devices.map(({ device, state, because, heardAt, clockOffMs, faults, loginAgainAt }) => (
              <tr key={`${lane.id} ${device}`} class={state}>
                <td>{t.lane.name(lane)}</td>
                <th scope="row">{device}</th>
                <td>
                  <b>{t.device.state[state]}</b>
                  {because && <p>{becauseWords(because, language)}</p>}
                  {loginAgainAt !== null && <p>{t.device.loginAgain(moment(loginAgainAt, now))}</p>}
                  {faults > 0 && <p>{t.device.faults(faults)}</p>}
                </td>
                <td>{clockOffMs === null ? '–' : clockWords(clockOffMs, t)}</td>
                <td>{heardAt === null ? '–' : moment(heardAt, now)}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </section>
  )
}
