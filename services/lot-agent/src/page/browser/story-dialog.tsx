import { useEffect, useState } from 'preact/hooks'
import type { SessionStory } from '../api.ts'
import { ask, type Refused } from './ask.ts'
import { usePage } from './context.ts'
import { classWords, eventWords } from './event-words.ts'
import { Over } from './parts.tsx'
import { Refusal } from './refusal.tsx'
import { moment, plateText, stayed, yuan } from './shown.ts'

/** One stay: what it owes line by line, what happened, its pictures, and what can be done about it. */
export function StoryDialog({ session }: { session: string }) {
  const { t, language, now, over, signedOut } = usePage()
  const [story, setStory] = useState<SessionStory | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  useEffect(() => {
    let over = false
    void ask<SessionStory>(`sessions/${session}`).then((answer) => {
      if (over) return
      if (answer.ok) setStory(answer.value)
      else if (answer.error.code === 'not-signed-in') signedOut()
      else setRefused(answer.error)
    })
    return () => {
      over = true
    }
  }, [session])
  if (!story)
    return (
      <Over heading={t.lane.story} wide>
        <Refusal error={refused} />
        {!refused && <p role="status">{t.loading}</p>}
      </Over>
    )
  const { plate, enteredAt, vehicleClass, id } = story.session
  const { owed } = story
  return (
    <Over heading={t.story.heading(plateText(plate))} wide>
      <p>
        {t.sessions.standing[story.session.standing]}
        {vehicleClass !== null && ` · ${classWords(vehicleClass, t)}`} · {moment(enteredAt, now)} {t.sessions.entered} ·{' '}
        {story.open ? t.lane.stayed(stayed(enteredAt, now)) : t.story.ended}
      </p>
      {story.open && !owed && <p class="note warn">{t.lane.noPrice}</p>}
      {owed && (
        <table class="lines">
          <tbody>
            {owed.lines.map((line, index) => (
              <tr key={index}>
                <th scope="row">{line.text[language]}</th>
                <td>{yuan(line.amountFen)}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">{t.story.price}</th>
              <td>{yuan(owed.priceFen)}</td>
            </tr>
            <tr>
              <th scope="row">{t.story.paid}</th>
              <td>{yuan(owed.paidFen)}</td>
            </tr>
            <tr class="total">
              <th scope="row">{t.story.owed}</th>
              <td>{yuan(owed.owedFen)}</td>
            </tr>
          </tbody>
        </table>
      )}
      {story.open && (
        <div class="buttons">
          {owed && owed.owedFen > 0 && (
            <button
              type="button"
              class="main"
              onClick={() => over({ what: 'cash', session: id, plate, owedFen: owed.owedFen })}
            >
              {t.lane.cash(yuan(owed.owedFen))}
            </button>
          )}
          {owed && owed.owedFen > 0 && (
            <button
              type="button"
              class="main"
              onClick={() => over({ what: 'scan', session: id, plate, owedFen: owed.owedFen })}
            >
              {t.lane.scan}
            </button>
          )}
          <button
            type="button"
            onClick={() => over({ what: 'correct', session: id, plate, to: plate, enteredAt, vehicleClass })}
          >
            {t.story.correct}
          </button>
          <button type="button" class="danger" onClick={() => over({ what: 'void', session: id, plate })}>
            {t.story.void}
          </button>
        </div>
      )}
      {story.story.some(({ kind }) => kind === 'cash-taken') && (
        <div class="buttons">
          <button type="button" onClick={() => over({ what: 'give-back', session: id, plate })}>
            {t.shift.giveBack}
          </button>
        </div>
      )}
      <h3>{t.story.happened}</h3>
      {story.story.length === 0 && <p>{t.story.nothing}</p>}
      <ol class="story">
        {story.story.map((event) => (
          <li key={event.seq}>
            <time>{moment(event.at, now)}</time>{' '}
            <span>
              <b>{t.log.kinds[event.kind] ?? event.kind}</b> {eventWords(event, now, t, language).join(' · ')}
            </span>
          </li>
        ))}
      </ol>
      {story.pictures.length > 0 && (
        <>
          <h3>{t.story.pictures}</h3>
          <div class="pictures">
            {story.pictures.map(({ at, lane, picture }) => (
              <figure key={picture}>
                <img
                  class="still"
                  src={`/api/pictures/${picture}`}
                  alt={`${t.log.lane(lane)} ${moment(at, now)}`}
                  loading="lazy"
                />
                <figcaption>
                  {t.log.lane(lane)} {moment(at, now)}
                </figcaption>
              </figure>
            ))}
          </div>
        </>
      )}
    </Over>
  )
}
