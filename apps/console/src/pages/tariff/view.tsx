import type { TakeBackAsk, TariffView } from '@lanepay/cloud/tariff/api.ts'
import { Button } from 'antd'
import { useState } from 'react'
import { useAddress } from '../../kit/address.ts'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { ChoiceField } from '../../kit/field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { OneLot } from '../../kit/one-lot.tsx'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { Time, timeText } from '../../kit/shown.tsx'
import { SoftwareSays } from '../../kit/software-says.tsx'
import { Told } from '../../kit/told.tsx'
import { WholeList } from '../../kit/whole-list.tsx'
import { Editor } from './editor.tsx'
import { problems, texts } from './texts.ts'

/** A lot's price list: what is in force, what was published, and another one that is being written. */
export default function Tariff() {
  const t = useTexts(texts)
  return (
    <Page title={t.title} lead={t.lead}>
      <OneLot>{({ lot }) => <OfLot lot={lot} />}</OneLot>
    </Page>
  )
}

/** The lot's own list, or that of an area inside it, where its plan has any. */
function OfLot({ lot }: { readonly lot: number }) {
  const t = useTexts(texts)
  const { words, set } = useAddress()
  const area = words.area ?? ''
  const view = useAsk<TariffView>(`~/lots/${lot}/tariff`, area === '' ? {} : { area }, { everyMs: 10_000 })
  return (
    <Answered ask={view} own={problems}>
      {(answer) => (
        <>
          {answer.areas.length > 0 && (
            <div className="lp-filters">
              <ChoiceField
                label={t.of}
                name="area"
                value={area}
                onChange={(next) => set({ area: next, 'versions-after': undefined })}
                options={[
                  { value: '', label: t.wholeLot },
                  ...answer.areas.map((name) => ({ value: name, label: name })),
                ]}
              />
            </div>
          )}
          <SoftwareSays lot={lot} kind="price" title={t.posted} what={t.postedWhat} />
          {answer.decidesItself ? (
            <Empty title={t.itself}>
              <p>{t.itselfHow}</p>
            </Empty>
          ) : (
            <Lists key={area} lot={lot} area={area === '' ? undefined : area} view={answer} />
          )}
        </>
      )}
    </Answered>
  )
}

type Of = { readonly lot: number; readonly area: string | undefined; readonly view: TariffView }
function Lists({ lot, area, view }: Of) {
  const here = useHere()
  const mayPublish = here.look === null && here.may('prices.change', 'lot')
  const current = view.versions.find(({ state }) => state === 'in-force')
  /** Which list the editor begins with; counted up, so that the same one begins again. */
  const [begun, setBegun] = useState({ n: 0, tariff: current?.tariff })
  return (
    <>
      <Standing
        lot={lot}
        area={area}
        view={view}
        mayPublish={mayPublish}
        begin={(tariff) => setBegun(({ n }) => ({ n: n + 1, tariff }))}
      />
      <Editor key={begun.n} lot={lot} area={area} view={view} begin={begun.tariff} mayPublish={mayPublish} />
      <History lot={lot} view={view} />
    </>
  )
}

function Standing({
  lot,
  area,
  view,
  mayPublish,
  begin,
}: Of & {
  readonly mayPublish: boolean
  readonly begin: (tariff: unknown) => void
}) {
  const t = useTexts(texts)
  const back = useTell<TakeBackAsk>(`~/lots/${lot}/tariff/take-back`)
  return (
    <section className="lp-card">
      <h2>{t.standing}</h2>
      {view.elsewhere && <p className="lp-bad">{t.elsewhere}</p>}
      {view.versions.length === 0 ? (
        <Empty title={area === undefined ? t.none : t.noneOfArea(area)}>
          <p>{area === undefined ? t.noneHow : t.noneOfAreaHow}</p>
        </Empty>
      ) : (
        <>
          <p>
            {t.version} {view.version} {view.told && <Told told={view.told} />}
          </p>
          <WholeList
            name="versions"
            label={t.versions}
            rows={view.versions.toReversed()}
            rowKey={({ from }) => String(from)}
            findIn={({ from, state, carsInside }) =>
              [timeText(from), t.states[state], t.carsInside[carsInside]].join(' ')
            }
            file={{ path: `~/lots/${lot}/tariff-file`, words: { of: 'versions', area } }}
            none={null}
            columns={[
              { key: 'from', title: t.from, show: ({ from }) => <Time at={from} />, by: ({ from }) => from },
              {
                key: 'state',
                title: t.state,
                show: ({ state }) => t.states[state],
                by: ({ state }) => t.states[state],
              },
              {
                key: 'cars',
                title: t.cars,
                show: ({ carsInside }) => t.carsInside[carsInside],
                by: ({ carsInside }) => t.carsInside[carsInside],
              },
            ]}
            actions={{
              title: t.edit,
              show: ({ from, state, tariff }) => (
                <>
                  <Button onClick={() => begin(tariff)}>{t.edit}</Button>
                  {mayPublish && state === 'to-come' && (
                    <Because
                      label={t.takeBack}
                      title={t.takeBack}
                      what={t.takeBackWhat}
                      danger
                      own={problems}
                      act={async (reason) => {
                        await back.mutateAsync({
                          ...(area === undefined ? {} : { area }),
                          from,
                          reason,
                          seen: view.version,
                        })
                        say(t.takenBack)
                      }}
                    />
                  )}
                </>
              ),
            }}
          />
        </>
      )}
    </section>
  )
}

function History({ lot, view }: Pick<Of, 'lot' | 'view'>) {
  const t = useTexts(texts)
  if (view.history.length === 0) return null
  return (
    <section className="lp-card">
      <h2>{t.history}</h2>
      <WholeList
        name="history"
        label={t.history}
        rows={view.history}
        rowKey={({ version }) => String(version)}
        findIn={({ version, madeAt, area, account, reason }) =>
          [version, timeText(madeAt), area ?? t.wholeLot, account, reason].join(' ')
        }
        file={{ path: `~/lots/${lot}/tariff-file`, words: { of: 'history' } }}
        none={null}
        columns={[
          { key: 'version', title: t.version, show: ({ version }) => version, by: ({ version }) => version },
          { key: 'when', title: t.when, show: ({ madeAt }) => <Time at={madeAt} />, by: ({ madeAt }) => madeAt },
          { key: 'of', title: t.of, show: ({ area }) => area ?? t.wholeLot, by: ({ area }) => area },
          {
            key: 'from',
            title: t.from,
            show: ({ addedFrom }) => (addedFrom === null ? t.back : <Time at={addedFrom} />),
            by: ({ addedFrom }) => addedFrom,
          },
          { key: 'who', title: t.who, show: ({ account }) => account, by: ({ account }) => account },
          { key: 'why', title: t.why, show: ({ reason }) => reason },
          { key: 'lot', title: t.lot, show: ({ told }) => told && <Told told={told} /> },
        ]}
      />
    </section>
  )
}
