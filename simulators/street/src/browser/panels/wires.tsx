import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { KeptMessage } from '../../feed.ts'
import { plainWords } from '../../plain-words.ts'
import { live, useMessages } from '../live.ts'
import { useTexts, wireNames, wireText } from '../texts.ts'
import { timeToSecond } from '../time.ts'

type Wire = KeptMessage['wire']
/** The same thing said again and again on one wire is one entry. */
type Entry = { readonly first: KeptMessage; readonly last: KeptMessage; readonly times: number }

/** Asking the same and hearing the same, once more. */
function saysTheSame(one: KeptMessage, other: KeptMessage): boolean {
  if (one.title !== other.title || one.from !== other.from) return false
  const isQuestion = /^(?:GET |comet poll|heartbeat|alipay\.trade\.query)/.test(one.title)
  return isQuestion
    ? plainWords(one)?.en === plainWords(other)?.en
    : JSON.stringify(one.detail) === JSON.stringify(other.detail)
}

function entriesOf(messages: readonly KeptMessage[]): Entry[] {
  const entries: Entry[] = []
  const latest = new Map<Wire, number>()
  for (const message of messages) {
    const index = latest.get(message.wire)
    const before = index === undefined ? undefined : entries[index]
    if (index !== undefined && before && saysTheSame(before.last, message))
      entries[index] = { ...before, last: message, times: before.times + 1 }
    else {
      latest.set(message.wire, entries.length)
      entries.push({ first: message, last: message, times: 1 })
    }
  }
  return entries
}

/** What went over each wire, decoded, as it happens. */
export function Wires() {
  const { t, language } = useTexts()
  const [hidden, setHidden] = useState<ReadonlySet<Wire>>(new Set())
  const [pausedAt, setPausedAt] = useState<number | null>(null)
  const [copied, setCopied] = useState(false)
  const list = useRef<HTMLOListElement>(null)
  const [follows, setFollows] = useState(true)

  const all = useMessages()
  const shown = useMemo(
    () => entriesOf(all.filter(({ wire, n }) => !hidden.has(wire) && (pausedAt === null || n <= pausedAt))).slice(-400),
    [all, hidden, pausedAt],
  )
  const counts = useMemo(() => {
    const count = new Map<Wire, number>()
    for (const { wire } of all) count.set(wire, (count.get(wire) ?? 0) + 1)
    return count
  }, [all])
  const newest = shown.at(-1)?.last.n
  useLayoutEffect(() => {
    if (follows) list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [newest, follows])
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(timer)
  }, [copied])

  const toggle = (wire: Wire) => {
    const next = new Set(hidden)
    if (!next.delete(wire)) next.add(wire)
    setHidden(next)
  }
  const copy = async () => {
    const visible = all.filter(({ wire }) => !hidden.has(wire))
    await navigator.clipboard.writeText(visible.map((message) => JSON.stringify(message)).join('\n'))
    setCopied(true)
  }
  const waiting = pausedAt === null ? 0 : all.filter(({ n }) => n > pausedAt).length
  return (
    <section class="wires" aria-label={t.wires}>
      <div class="wires-head">
        <h2>{t.wires}</h2>
        <button
          type="button"
          class="small"
          aria-pressed={pausedAt !== null}
          onClick={() => setPausedAt(pausedAt === null ? (all.at(-1)?.n ?? 0) : null)}
        >
          {pausedAt === null ? t.pause : `${t.resume}${waiting > 0 ? ` (${waiting})` : ''}`}
        </button>
        <button type="button" class="small" onClick={() => live.forgetMessages()}>
          {t.clear}
        </button>
        <button type="button" class="small" onClick={() => void copy()}>
          {copied ? t.copied : t.copy}
        </button>
      </div>
      <fieldset class="wire-filter">
        <legend class="sr">{t.wires}</legend>
        {wireNames.map((wire) => (
          <button
            key={wire}
            type="button"
            class={`chip ${wire}`}
            aria-pressed={!hidden.has(wire)}
            onClick={() => toggle(wire)}
          >
            {wireText(language, wire)} <small>{counts.get(wire) ?? 0}</small>
          </button>
        ))}
      </fieldset>
      <ol
        ref={list}
        class="wire-list"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region is reached by keyboard
        tabIndex={0}
        aria-label={t.wires}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          setFollows(scrollHeight - scrollTop - clientHeight < 40)
        }
      >
        {shown.length === 0 ? <li class="quiet empty">{t.noWires}</li> : null}
        {shown.map((entry) => (
          <WireEntry key={entry.first.n} entry={entry} />
        ))}
      </ol>
      {follows ? null : (
        <button type="button" class="small primary to-newest" onClick={() => setFollows(true)}>
          ↓ {t.newest}
        </button>
      )}
    </section>
  )
}

function WireEntry({ entry: { first, last, times } }: { entry: Entry }) {
  const { t, language } = useTexts()
  const [isOpen, setOpen] = useState(false)
  const [isRaw, setRaw] = useState(false)
  const { wire, from, to, title, detail, raw } = last
  const words = useMemo(() => plainWords(last), [last])
  const text = isRaw && raw !== undefined ? raw : JSON.stringify(detail ?? {}, null, 2)
  return (
    <li class={`wire ${wire}`}>
      <button type="button" class="wire-line" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span class="wire-meta">
          <time>{timeToSecond(first.at)}</time>
          <b>{wireText(language, wire)}</b>
          <span>
            {from} → {to}
          </span>
          {times > 1 ? (
            <span class="times" title={`… ${timeToSecond(last.at)}`}>
              ×{times}
            </span>
          ) : null}
        </span>
        {words ? <strong class="wire-words">{words[language]}</strong> : null}
        <span class="wire-title">{title}</span>
      </button>
      {isOpen ? (
        <div class="wire-detail">
          <div class="wire-tools">
            {raw === undefined ? null : (
              <button type="button" class="small" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
                {isRaw ? t.decoded : t.raw}
              </button>
            )}
            <button type="button" class="small" onClick={() => void navigator.clipboard.writeText(text)}>
              {t.copy}
            </button>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region is reached by keyboard */}
          <pre tabIndex={0}>{isRaw ? text : <Json text={text} />}</pre>
        </div>
      ) : null}
    </li>
  )
}

const token = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?/g

/** JSON in colours. */
function Json({ text }: { text: string }) {
  const parts = []
  let from = 0
  for (const found of text.matchAll(token)) {
    parts.push(text.slice(from, found.index))
    const kind = found[2] !== undefined ? 'key' : found[1] !== undefined ? 'text' : 'value'
    parts.push(
      <span key={found.index} class={`json-${kind}`}>
        {found[1] ?? found[0]}
      </span>,
    )
    if (found[2] !== undefined) parts.push(found[2])
    from = found.index + found[0].length
  }
  parts.push(text.slice(from))
  return <>{parts}</>
}
