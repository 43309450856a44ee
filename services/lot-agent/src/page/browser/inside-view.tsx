import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { SessionsView } from '../api.ts'
import { ask, type Refused } from './ask.ts'
import { usePage } from './context.ts'
import { Empty, Plate } from './parts.tsx'
import { Refusal } from './refusal.tsx'
import { moment, stayed } from './shown.ts'

/** Who is inside, found by any part of the plate. */
export function InsideView({ field }: { field: RefObject<HTMLInputElement | null> }) {
  const { state, t, now, over, signedOut } = usePage()
  const [part, setPart] = useState('')
  const [found, setFound] = useState<SessionsView | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const looks = useRef(0)
  const look = async (after: string | null): Promise<void> => {
    const mine = ++looks.current
    const query = new URLSearchParams({ plate: part, ...(after === null ? {} : { after }) })
    const answer = await ask<SessionsView>(`sessions?${query}`)
    // An answer that was overtaken by a newer question is no news.
    if (mine !== looks.current) return
    setRefused(answer.ok ? null : answer.error)
    if (!answer.ok) return answer.error.code === 'not-signed-in' ? signedOut() : undefined
    setFound((before) =>
      after === null || !before
        ? answer.value
        : { ...answer.value, sessions: [...before.sessions, ...answer.value.sessions] },
    )
  }
  // Anew whenever something happened in the lot; the log counts it.
  useEffect(() => {
    const timer = setTimeout(() => void look(null), 150)
    return () => clearTimeout(timer)
  }, [part, state.link.lastSeq])
  return (
    <section class="sheet" aria-labelledby="inside-heading">
      <h2 id="inside-heading">{t.sessions.heading}</h2>
      <div class="field">
        <label for="part">{t.sessions.search}</label>
        <input
          id="part"
          ref={field}
          type="search"
          class="big"
          value={part}
          maxLength={20}
          autoComplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => setPart(currentTarget.value)}
        />
      </div>
      <Refusal error={refused} />
      <p role="status" class="soft">
        {found && t.sessions.matching(found.matching)}
      </p>
      {found?.sessions.length === 0 &&
        (part === '' ? (
          <Empty title={t.sessions.none} hint={t.sessions.noneHint} />
        ) : (
          <Empty title={t.sessions.notFound(part)} hint={t.sessions.notFoundHint} />
        ))}
      <ul class="sessions">
        {found?.sessions.map((session) => (
          <li key={session.id}>
            <button type="button" onClick={() => over({ what: 'story', session: session.id })}>
              <Plate plate={session.plate} pass={session.pass} />
              <span class="tag">{session.pass ? t.sessions.pass : t.sessions.standing[session.standing]}</span>
              <span class="soft">
                {moment(session.enteredAt, now)} {t.sessions.entered} · {t.lane.stayed(stayed(session.enteredAt, now))}
                {session.lane !== null && ` · ${t.sessions.at(session.lane)}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found?.next && (
        <button type="button" onClick={() => void look(found.next)}>
          {t.more}
        </button>
      )}
    </section>
  )
}
