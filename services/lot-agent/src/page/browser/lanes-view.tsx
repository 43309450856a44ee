import { becauseWords } from '@lanepay/domain/device-words.ts'
import type { LaneView, ReadView } from '../api.ts'
import { BoothBar } from './booth-bar.tsx'
import { usePage } from './context.ts'
import { clockWords } from './event-words.ts'
import { Kiosks } from './kiosks.tsx'
import { Empty, Plate } from './parts.tsx'
import { moment, plateText, stayed, yuan } from './shown.ts'

export function LanesView() {
  const { state } = usePage()
  return (
    <>
      <BoothBar />
      <div class="lanes">
        {state.lanes.map((lane) => (
          <Lane key={lane.id} lane={lane} />
        ))}
      </div>
      <Kiosks />
    </>
  )
}

function Lane({ lane }: { lane: LaneView }) {
  const { t } = usePage()
  const heading = `lane-${lane.id}`
  return (
    <section class={`lane ${lane.direction} ${lane.occupancy ? 'taken' : ''}`} aria-labelledby={heading}>
      <header>
        <h2 id={heading}>{t.lane.name(lane)}</h2>
        <Arm arm={lane.arm} />
      </header>
      <Standing lane={lane} />
      <Shown lane={lane} />
      <Reads lane={lane} />
      <Devices lane={lane} />
    </section>
  )
}

function Arm({ arm }: { arm: LaneView['arm'] }) {
  const { t } = usePage()
  return (
    <span class={`arm ${arm ?? 'unknown'}`}>
      <svg viewBox="0 0 32 24" aria-hidden="true">
        <path class="post" d="M4 8h6v15H4z" />
        <path class="pole" d="M7 9h24v4H7z" />
      </svg>
      {t.lane.arm[arm ?? 'unknown']}
    </span>
  )
}

function Standing({ lane }: { lane: LaneView }) {
  const { t, now, over } = usePage()
  const { id, direction, area, occupancy, reads } = lane
  const isPaidHere = direction === 'exit' && (area === null || area.collects)
  if (!occupancy) return <Empty title={t.lane.empty} hint={t.lane.emptyHint} />
  const { plate, session, owed, gate, mayBe } = occupancy
  const owing = owed !== null && owed.owedFen > 0
  const picture = reads.find((read) => read.picture !== null && read.at >= occupancy.since - 5_000)?.picture
  return (
    <div class="standing">
      <p class="who">
        {plate ? <Plate plate={plate} pass={session?.pass ?? false} /> : <b>{t.lane.unread}</b>}
        {session && <span class="tag">{t.sessions.standing[session.standing]}</span>}
      </p>
      <p class="soft">
        {t.lane.since(moment(occupancy.since, now))} · {t.lane.position[occupancy.position]}
        {session && direction === 'exit' && ` · ${t.lane.stayed(stayed(session.enteredAt, now))}`}
      </p>
      {isPaidHere && owing && (
        <p class="sum">
          {t.lane.owes} <b>{yuan(owed.owedFen)}</b>
        </p>
      )}
      {isPaidHere && owed && !owing && (
        <p class="good">{owed.clearedUntil === null ? t.lane.free : t.lane.cleared(moment(owed.clearedUntil, now))}</p>
      )}
      {session && !owed && <p class="note warn">{t.lane.noPrice}</p>}
      {!session && !mayBe && (
        <p class="note warn">{direction === 'exit' ? t.lane.noSession : plate ? t.lane.notIn : t.lane.unplatedIn}</p>
      )}
      {mayBe && (
        <div class="note warn">
          <p>{t.lane.mayBe(plateText(mayBe.plate))}</p>
          <button
            type="button"
            onClick={() =>
              over({
                what: 'correct',
                session: mayBe.id,
                plate: mayBe.plate,
                to: plate ?? mayBe.plate,
                enteredAt: mayBe.enteredAt,
                vehicleClass: mayBe.vehicleClass,
              })
            }
          >
            {t.lane.isIt}
          </button>
        </div>
      )}
      <p role="status" class={gate === null ? 'none' : `gate ${gate}`}>
        {gate && t.lane.gate[gate]}
      </p>
      <div class="buttons">
        {owing && session && (
          <button
            type="button"
            class="main"
            onClick={() => over({ what: 'cash', session: session.id, plate: session.plate, owedFen: owed.owedFen })}
          >
            {t.lane.cash(yuan(owed.owedFen))}
          </button>
        )}
        {owing && session && (
          <button
            type="button"
            class="main"
            onClick={() => over({ what: 'scan', session: session.id, plate: session.plate, owedFen: owed.owedFen })}
          >
            {t.lane.scan}
          </button>
        )}
        <button type="button" onClick={() => over({ what: 'open', lane: id })}>
          {t.lane.open}
        </button>
        {session && (
          <button type="button" onClick={() => over({ what: 'story', session: session.id })}>
            {t.lane.story}
          </button>
        )}
      </div>
      {picture && (
        <button
          type="button"
          class="thumb"
          onClick={() => over({ what: 'picture', picture, about: `${t.lane.name(lane)} ${plate ?? ''}` })}
        >
          <img class="still" src={`/api/pictures/${picture}`} alt={t.lane.picture} />
        </button>
      )}
    </div>
  )
}

function Shown({ lane: { shown } }: { lane: LaneView }) {
  const { t, now } = usePage()
  return (
    <div class="shown">
      <h3>
        {t.lane.display} {shown && <time>{moment(shown.at, now)}</time>}
      </h3>
      {shown ? (
        <div class="board">
          {shown.lines.map((line, index) => (
            <span key={index}>{line}</span>
          ))}
        </div>
      ) : (
        <p class="soft">{t.lane.displayUnknown}</p>
      )}
    </div>
  )
}

function Reads({ lane }: { lane: LaneView }) {
  const { t } = usePage()
  const { reads } = lane
  return (
    <div class="reads">
      <h3>{t.lane.reads}</h3>
      {reads.length === 0 && <p class="soft">{t.lane.noReads}</p>}
      <ul>
        {reads.slice(0, 3).map((read, index) => (
          <Read key={`${read.at} ${index}`} read={read} about={t.lane.name(lane)} />
        ))}
      </ul>
    </div>
  )
}

function Read({ read: { at, plate, plateText: text, stored, picture }, about }: { read: ReadView; about: string }) {
  const { t, now, over } = usePage()
  const name = plate ? plateText(plate) : text || t.lane.unread
  return (
    <li>
      <time>{moment(at, now)}</time> <span class={plate ? '' : 'soft'}>{name}</span>{' '}
      {stored && <span class="tag">{t.lane.stored}</span>}{' '}
      {picture && (
        <button
          type="button"
          class="plain link"
          aria-label={`${t.lane.picture} ${name}`}
          onClick={() => over({ what: 'picture', picture, about: `${about} ${name}` })}
        >
          {t.lane.picture}
        </button>
      )}
    </li>
  )
}

function Devices({ lane: { devices } }: { lane: LaneView }) {
  const { t, language, now } = usePage()
  return (
    <ul class="devices">
      {devices.map(({ device, state, because, clockOffMs, loginAgainAt }) => (
        <li key={device} class={state}>
          <b>{t.device.state[state]}</b> {device}
          {clockOffMs !== null && ` · ${clockWords(clockOffMs, t)}`}
          {because && <> · {becauseWords(because, language)}</>}
          {loginAgainAt !== null && ` · ${t.device.loginAgain(moment(loginAgainAt, now))}`}
        </li>
      ))}
    </ul>
  )
}
