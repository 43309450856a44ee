import { useEffect, useState } from 'preact/hooks'
import { eventKinds, type LogView as LogPage } from '../api.ts'
import { ask, type Refused } from './ask.ts'
import { usePage } from './context.ts'
import { eventWords } from './event-words.ts'
import { Empty } from './parts.tsx'
import { Refusal } from './refusal.tsx'
import { moment } from './shown.ts'

/** What happened, newest first. It does not move while it is read: newer lines come when asked for. */
export function LogView() {
  const { state, t, language, now, over, signedOut } = usePage()
  const [kind, setKind] = useState('')
  const [page, setPage] = useState<LogPage | null>(null)
  const [lookedAt, setLookedAt] = useState(0)
  const [refused, setRefused] = useState<Refused | null>(null)
  const look = async (before: number | null): Promise<void> => {
    const upTo = state.link.lastSeq
    const query = new URLSearchParams({
      ...(kind === '' ? {} : { kind }),
      ...(before === null ? {} : { before: String(before) }),
    })
    const answer = await ask<LogPage>(`log?${query}`)
    setRefused(answer.ok ? null : answer.error)
    if (!answer.ok) return answer.error.code === 'not-signed-in' ? signedOut() : undefined
    if (before === null) setLookedAt(upTo)
    setPage((known) =>
      before === null || !known ? answer.value : { ...answer.value, events: [...known.events, ...answer.value.events] },
    )
  }
  useEffect(() => void look(null), [kind])
  return (
    <section class="sheet" aria-labelledby="log-heading">
      <h2 id="log-heading">{t.log.heading}</h2>
      <div class="field">
        <label for="kind">{t.log.kind}</label>
        <select id="kind" value={kind} onChange={({ currentTarget }) => setKind(currentTarget.value)}>
          <option value="">{t.log.all}</option>
          {eventKinds.map((one) => (
            <option key={one} value={one}>
              {t.log.kinds[one]}
            </option>
          ))}
        </select>
      </div>
      <Refusal error={refused} />
      {page && state.link.lastSeq > Math.max(lookedAt, page.events[0]?.seq ?? 0) && (
        <button type="button" onClick={() => void look(null)}>
          {t.log.newer}
        </button>
      )}
      {page?.events.length === 0 && <Empty title={t.log.none} hint={t.log.noneHint} />}
      <ol class="story">
        {page?.events.map((event) => {
          const session = 'session' in event ? event.session : null
          return (
            <li key={event.seq} class={event.kind}>
              <time>{moment(event.at, now)}</time>{' '}
              <span>
                <b>{t.log.kinds[event.kind] ?? event.kind}</b> {eventWords(event, now, t, language).join(' · ')}{' '}
                {session && (
                  <button
                    type="button"
                    class="plain link"
                    aria-label={`${t.lane.story} ${event.seq}`}
                    onClick={() => over({ what: 'story', session })}
                  >
                    {t.lane.story}
                  </button>
                )}
              </span>
            </li>
          )
        })}
      </ol>
      {page?.next && (
        <button type="button" onClick={() => void look(page.next)}>
          {t.more}
        </button>
      )}
    </section>
  )
}
