import type { StoryLine, StoryView } from '@lanepay/cloud/session/api.ts'
import { useTexts } from '../../kit/language.ts'
import { LotPicture } from '../../kit/lot/picture.tsx'
import { stayWords, wordIn } from '../../kit/lot/stay-words.ts'
import { Money, plateText, Time, timeText } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** All that happened to a stay, in order, with who and why. */
export function Story({ view }: { readonly view: StoryView }) {
  const t = useTexts(texts)
  const details = useDetails()
  const names = new Map(view.lanes.map(({ id, name }) => [id, name]))
  const rows = view.story.map((line, at) => ({ line, at }))
  return (
    <section className="lp-card">
      <h2>{t.story}</h2>
      <DataTable
        label={t.story}
        extent="part"
        rows={rows}
        rowKey={({ at }) => String(at)}
        columns={[
          { key: 'at', title: t.time, show: ({ line }) => <Time at={line.at} /> },
          { key: 'what', title: t.what, show: ({ line }) => wordIn(t.kinds, line.kind) },
          {
            key: 'lane',
            title: t.where,
            show: ({ line: { lane } }) => (lane === undefined ? '' : t.lane(lane, names.get(lane) ?? '')),
          },
          { key: 'who', title: t.who, show: ({ line }) => line.by ?? '' },
          { key: 'why', title: t.why, show: ({ line }) => details(line) },
          {
            key: 'amount',
            title: t.amount,
            end: true,
            show: ({ line }) => (line.amountFen === undefined ? '' : <Money fen={line.amountFen} />),
          },
        ]}
      />
    </section>
  )
}

/** What a line says besides: in words where there are some, else as it came. */
function useDetails(): (line: StoryLine) => string {
  const t = useTexts(texts)
  const stays = useTexts<Readonly<Record<string, string>>>(stayWords)
  return ({ kind, because, state, facts = {} }) => {
    const said = (key: string) => (facts[key] === undefined || facts[key] === null ? null : String(facts[key]))
    const parts = [
      kind === 'corrected'
        ? [
            said('plate') && `${t.set.plate} ${plateText(said('plate')!)}`,
            said('enteredAt') && `${t.set.enteredAt} ${timeText(Number(facts.enteredAt))}`,
            said('vehicleClass') && `${t.set.vehicleClass} ${said('vehicleClass')}`,
          ]
            .filter(Boolean)
            .join(', ')
        : null,
      said('cause') && wordIn(t.causes, said('cause')),
      said('order') && wordIn(t.orders, said('order')),
      said('channel') && wordIn(t.channels, said('channel')),
      said('went') && wordIn(t.went, said('went')),
      said('how') && wordIn(stays, said('how')),
      said('as') && wordIn(stays, said('as')),
      said('area'),
      said('party') && (said('party') === '0' ? t.platform : t.partner(said('party')!)),
      said('alarm'),
      said('invoice'),
      said('act') && wordIn(t.acts, said('act')),
      state && wordIn(t.states, state),
      said('answer'),
      because,
    ]
    return [...new Set(parts.filter((part) => part))].join(' · ')
  }
}

/** Pictures of the reads that began and ended it: the entry, and the last time it stood at each lane. */
export function Pictures({ view }: { readonly view: StoryView }) {
  const t = useTexts(texts)
  const names = new Map(view.lanes.map(({ id, name }) => [id, name]))
  const reads = new Map<string, { readonly lane: number; readonly at: number }>()
  for (const { kind, lane, at, picture } of view.story)
    if (picture && lane !== undefined) reads.set(kind === 'entered' ? 'entry' : String(lane), { lane, at })
  // The read of an entry is both: it stood there and came in.
  const entry = reads.get('entry')
  if (entry) reads.delete(String(entry.lane))
  const lot = `~/lots/${view.lot.number}`
  const shown =
    view.lot.system === 'bolink'
      ? (['in', 'out'] as const).map((of) => ({
          ...{ way: `${lot}/sessions/${view.stay.session}/pictures`, of },
          what: of === 'in' ? t.atEntry : t.atExit,
        }))
      : [...reads].map(([key, { lane, at }]) => ({
          ...{ way: `${lot}/lanes/${lane}/pictures`, of: at },
          what: `${key === 'entry' ? t.atEntry : (names.get(lane) ?? t.atExit)} ${timeText(at)}`,
        }))
  if (shown.length === 0) return null
  return (
    <section className="lp-card">
      <h2>{t.pictures}</h2>
      <div className="lp-cards">
        {shown.map((one) => (
          <LotPicture key={`${one.way} ${one.of}`} {...one} />
        ))}
      </div>
    </section>
  )
}
