import type { FoundAsk, FoundView, PatrolPlace, PatrolView } from '@lanepay/cloud/code/api.ts'
import { Button, Input } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { Link, useParams } from 'wouter'
import { useAsk, useTell } from '../../kit/ask.ts'
import { useTake } from '../../kit/export.tsx'
import { Field } from '../../kit/field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { Answered, Page, ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { End } from './end.tsx'
import { problems, texts, verdictTexts } from './texts.ts'

// The reader of codes is larger than all else here, and most of what is looked at here was scanned before.
const Scan = lazy(() => import('./scan.tsx'))

function usePlaceName() {
  const t = useTexts(texts)
  return ({ kind, lane }: Pick<PatrolPlace, 'kind' | 'lane'>): string =>
    lane === null ? t.inside : `${t.kinds[kind]} ${lane}`
}

/** One patrol: the places of the lot, what was found at each, and the camera to look with. */
export default function Patrol() {
  const t = useTexts(texts)
  const { lot = '', patrol = '' } = useParams<{ lot: string; patrol: string }>()
  const base = `~/lots/${lot}/patrols/${patrol}`
  const ask = useAsk<PatrolView>(base)
  const { busy, problem, take } = useTake(base)
  const mayWalk = useHere().may('codes.patrol', 'lot')
  const [at, setAt] = useState<string | null>(null)
  return (
    <Page
      title={ask.data ? t.of(ask.data.lot.name) : t.title}
      actions={
        <Button loading={busy !== null} onClick={() => void take('sheet', {}, '/sheet')}>
          {t.print}
        </Button>
      }
    >
      <p>
        <Link href={`/codes/${lot}/patrols`}>{t.back}</Link>
      </p>
      <span role="status">{busy === null ? '' : t.making}</span>
      <ProblemBox problem={problem} own={problems} />
      <Answered ask={ask} own={problems}>
        {(view) => {
          const place = view.list.find(({ code }) => code === at)
          const goesOn = mayWalk && view.endedAt === null
          return (
            <>
              <Progress view={view} />
              {goesOn && place && <Here key={place.code} base={base} place={place} close={() => setAt(null)} />}
              <Places view={view} goesOn={goesOn} look={setAt} />
              {goesOn && <End base={base} left={view.list.filter(({ found }) => found === null).length} />}
            </>
          )
        }}
      </Answered>
    </Page>
  )
}

function Progress({ view: { list, begunAt, begunBy, endedAt, places, rightly } }: { readonly view: PatrolView }) {
  const t = useTexts(texts)
  const right = list.filter(({ found }) => found?.verdict === 'right').length
  const looked = list.filter(({ found }) => found !== null).length
  return (
    <section className="lp-card" aria-label={t.rightly}>
      <p>{endedAt === null ? t.progress(right, looked, list.length) : `${t.rightly}: ${rightly} / ${places}`}</p>
      <p className="lp-hint">
        {t.begun} <Time at={begunAt} /> {t.by(begunBy)}
        {endedAt !== null && (
          <>
            {' · '}
            {t.ended} <Time at={endedAt} />
          </>
        )}
      </p>
    </section>
  )
}

function Places({
  view,
  goesOn,
  look,
}: {
  readonly view: PatrolView
  readonly goesOn: boolean
  readonly look: (code: string) => void
}) {
  const t = useTexts(texts)
  const placeName = usePlaceName()
  return (
    <DataTable<PatrolPlace>
      label={t.places}
      extent="part"
      rows={view.list}
      rowKey={({ code }) => code}
      columns={[
        { key: 'place', title: t.places, show: placeName },
        {
          key: 'number',
          title: t.checkNumber,
          show: ({ checkNumber }) => <span className="lp-number">{checkNumber}</span>,
        },
        { key: 'found', title: t.found, show: ({ found }) => <Verdict found={found} /> },
      ]}
      {...(goesOn
        ? {
            actions: {
              title: t.look,
              show: (place) => (
                <Button
                  aria-label={`${place.found === null ? t.look : t.again}: ${placeName(place)}`}
                  onClick={() => look(place.code)}
                >
                  {place.found === null ? t.look : t.again}
                </Button>
              ),
            },
          }
        : {})}
    />
  )
}

function Verdict({ found }: { readonly found: FoundView | null }) {
  const t = useTexts(texts)
  const words = useTexts(verdictTexts)
  if (found === null) return <span className="lp-hint">{t.notLooked}</span>
  const { word, todo } = words[found.verdict]
  const isRight = found.verdict === 'right'
  return (
    <>
      <b className={isRight ? 'lp-good' : 'lp-bad'}>{word}</b> {!isRight && found.found} {todo}{' '}
      <span className="lp-hint">
        <Time at={found.at} short /> {t.by(found.by)}
      </span>
    </>
  )
}

/** Where the person stands: what hangs there is scanned, typed, or is not there. */
function Here({
  base,
  place,
  close,
}: {
  readonly base: string
  readonly place: PatrolPlace
  readonly close: () => void
}) {
  const t = useTexts(texts)
  const name = usePlaceName()(place)
  const words = useTexts(verdictTexts)
  const [scanning, setScanning] = useState(false)
  const [typed, setTyped] = useState('')
  const tell = useTell<FoundAsk, FoundView>(`${base}/found`)
  const found = (text: string | null) => {
    setScanning(false)
    if (!tell.isPending)
      tell.mutate(
        { code: place.code, found: text },
        { onSuccess: ({ verdict }) => say(`${name}: ${words[verdict].word}`) },
      )
  }
  return (
    <section className="lp-card" aria-label={t.at(name)}>
      <h2>{t.at(name)}</h2>
      {tell.data && (
        <p className="lp-banner lp-banner-warn">
          <Verdict found={tell.data} />
        </p>
      )}
      {scanning ? (
        <Suspense fallback={<p className="lp-wait">…</p>}>
          <Scan found={found} />
        </Suspense>
      ) : null}
      <div className="lp-row-actions">
        <Button type="primary" onClick={() => setScanning(!scanning)}>
          {scanning ? t.stop : t.scan}
        </Button>
        <Button loading={tell.isPending} onClick={() => found(null)}>
          {t.nothing}
        </Button>
        <Button onClick={close}>{t.close}</Button>
      </div>
      <form
        className="lp-filters"
        onSubmit={(event) => {
          event.preventDefault()
          if (typed.trim() !== '') found(typed.trim())
        }}
      >
        <Field label={t.typed} name="found">
          {(props) => (
            <Input
              {...props}
              inputMode="tel"
              autoComplete="off"
              maxLength={40}
              value={typed}
              onChange={({ target }) => setTyped(target.value)}
            />
          )}
        </Field>
        <Button htmlType="submit" loading={tell.isPending} disabled={typed.trim() === ''}>
          {t.check}
        </Button>
      </form>
      <ProblemBox problem={tell.error} own={problems} />
    </section>
  )
}
