import type { OneLotView, SettingsAsk } from '@lanepay/cloud/lot/api.ts'
import type { LaneDifference, LaneDifferencesView } from '@lanepay/cloud/lot-lists/api.ts'
import { Button } from 'antd'
import { useAsk, useTell } from '../../kit/ask.ts'
import { useHere } from '../../kit/here.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { lotsNo } from '../../kit/lot/no-words.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** Where the lanes of the plan and those that the lot's software names differ, and what to do about each; nothing where they agree. */
export function LaneDifferences({ view }: { readonly view: OneLotView }) {
  const t = useTexts(texts)
  const said = language.use()
  const here = useHere()
  const found = useAsk<LaneDifferencesView>(`~/lots/${view.lot}/lane-differences`)
  const tell = useTell<SettingsAsk>(`~/lots/${view.lot}/settings`)
  const lanes = found.data?.lanes ?? []
  const unanswered = found.data?.unanswered ?? null
  if (unanswered !== null)
    return (
      <p className="lp-banner lp-banner-warn" role="alert">
        {t.lanesUnanswered}
        {unanswered === 'lot-silent' ? t.lanesSilent : lotsNo(unanswered, said)}
      </p>
    )
  if (found.error) return <ProblemBox problem={found.error} again={() => void found.refetch()} />
  if (lanes.length === 0) return null
  const mayRename = here.look === null && here.may('lots.change', 'lot')
  const lane = (name: string, direction: string) => `${name} (${t.ways[direction] ?? t.ways.unknown})`
  const rename = ({ ours, theirs }: LaneDifference) =>
    tell.mutate(
      {
        ...{ name: view.name, helpPhone: view.helpPhone },
        lanes: [{ lane: ours!.lane, name: theirs!.name.trim().slice(0, 40) }],
      },
      { onSuccess: () => say(t.saved) },
    )
  return (
    <section className="lp-card">
      <h2>{t.differences}</h2>
      <p className="lp-what">{t.differencesWhat}</p>
      <DataTable<LaneDifference>
        label={t.differences}
        extent="part"
        rows={lanes}
        rowKey={({ channel }) => channel}
        columns={[
          { key: 'channel', title: t.channel, show: ({ channel }) => channel },
          {
            key: 'theirs',
            title: t.theirLane,
            show: ({ theirs }) => (theirs ? lane(theirs.name, theirs.direction) : t.noLane),
          },
          {
            key: 'ours',
            title: t.ourLane,
            show: ({ ours }) => (ours ? `${ours.lane} ${lane(ours.name, ours.direction)}` : t.noLane),
          },
          {
            key: 'do',
            title: t.toDo,
            show: (one) => (
              <>
                {t.doAbout[one.what]} {one.what !== 'name' && one.planLine !== null && <code>{one.planLine}</code>}
                {one.what === 'name' && mayRename && (
                  <Button loading={tell.isPending} onClick={() => rename(one)}>
                    {t.takeName}
                  </Button>
                )}
              </>
            ),
          },
        ]}
      />
      <ProblemBox problem={tell.error} />
    </section>
  )
}
