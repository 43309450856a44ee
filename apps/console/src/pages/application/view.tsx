import type { DeskView, LinkView, MendView } from '@lanepay/cloud/application/api.ts'
import type { Draft, Place } from '@lanepay/domain/applicant/form.ts'
import { Button } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'wouter'
import { MadeLink, MakeLink } from '../../kit/application/queue.tsx'
import { placeText, StandingCard, StepsCard } from '../../kit/application/standing.tsx'
import { applicationProblems, ruleTexts } from '../../kit/application/texts.ts'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { save } from '../../kit/export.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { Answered, Page, ProblemBox } from '../../kit/page.tsx'
import { Problem, problemOf } from '../../kit/problem.ts'
import { say } from '../../kit/said.tsx'
import { AtChannels } from './channels.tsx'
import { Deciding } from './deciding.tsx'
import { FormFacts, type Mending } from './form-facts.tsx'
import { DeskPapers } from './papers.tsx'
import { texts } from './texts.ts'

/** One application on the desk: its papers beside the check list, what was typed, and what may be done with it. */
export default function Application() {
  const { application } = useParams<{ application: string }>()
  const t = useTexts(texts)
  const path = `/api/platform/applications/${application}`
  const ask = useAsk<DeskView>(path)
  return (
    <Page title={t.title} lead={<Link href="/applications">{t.back}</Link>}>
      <Answered ask={ask} own={applicationProblems}>
        {(one) => <Desk key={`${one.id} ${one.version}`} one={one} path={path} />}
      </Answered>
    </Page>
  )
}

const mayBeSuspended: readonly DeskView['state'][] = [
  'submitted',
  'in-review',
  'returned',
  'approved',
  'channel-review',
  'to-sign',
  'live',
]

function Desk({ one, path }: { readonly one: DeskView; readonly path: string }) {
  const t = useTexts(texts)
  const said = language.use()
  const rules = useTexts(ruleTexts)
  const [mending, setMending] = useState<Mending>(new Map())
  const [whole, setWhole] = useState<Draft | null>(null)
  const [link, setLink] = useState<LinkView | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const take = useTell(`${path}/take`)
  const open = useTell<object, { readonly form: Draft }>(`${path}/open`)
  const suspend = useTell<{ readonly reason: string }>(`${path}/suspend`)
  const resume = useTell<{ readonly reason: string }>(`${path}/resume`)
  const mark = (field: Place, mend: Omit<MendView, 'field'> | null) => {
    const next = new Map(mending)
    if (mend) next.set(field, mend)
    else next.delete(field)
    setMending(next)
  }
  const isOnDesk = one.state === 'in-review' && one.isMine
  const marking = isOnDesk ? { mending, mark } : null
  const print = async () => {
    setProblem(null)
    const response = await fetch(`${path}/print`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json', 'x-lanepay-staff': '1' } },
      body: JSON.stringify({ language: said }),
    }).catch(() => null)
    if (response === null) setProblem(new Problem({ code: 'offline', status: 0 }))
    else if (response.ok) save(await response.blob(), `application-${one.id}.pdf`)
    else setProblem(await problemOf(response))
  }
  const changed = one.steps.find(({ act }) => act === 'submit')?.changed ?? []
  return (
    <>
      <StandingCard one={one} />
      <section className="lp-card">
        <dl className="lp-facts">
          <dt>{t.desk}</dt>
          <dd>{one.reviewer ?? t.nobody}</dd>
          {one.lotNumber !== null && (
            <>
              <dt>{t.lotNumber}</dt>
              <dd>{one.lotNumber}</dd>
            </>
          )}
          {one.account !== null && (
            <>
              <dt>{t.account}</dt>
              <dd>{one.account}</dd>
            </>
          )}
        </dl>
        <ProblemBox problem={take.error ?? open.error ?? problem} own={applicationProblems} />
        <div className="lp-actions">
          {(one.state === 'submitted' || (one.state === 'in-review' && !one.isMine)) && (
            <Button type="primary" loading={take.isPending} onClick={() => take.mutate({})}>
              {one.state === 'submitted' ? t.take : t.takeOver}
            </Button>
          )}
          {one.state !== 'draft' && (
            <>
              <Button
                loading={open.isPending}
                disabled={whole !== null}
                onClick={() => open.mutate({}, { onSuccess: ({ form }) => setWhole(form) })}
              >
                {t.open}
              </Button>
              <Button onClick={() => void print()}>{t.print}</Button>
            </>
          )}
          <MakeLink path={`${path}/link`} label={t.link} made={setLink} />
          {mayBeSuspended.includes(one.state) && (one.state !== 'live' || one.lotNumber !== null) && (
            <Because
              label={t.suspend}
              title={t.suspend}
              what={one.lotNumber === null ? t.suspendWhat : t.suspendLotWhat}
              danger
              own={applicationProblems}
              act={(reason) => suspend.mutateAsync({ reason }).then(() => say(t.done))}
            />
          )}
          {one.state === 'suspended' && (
            <Because
              label={t.resume}
              title={t.resume}
              what={one.lotNumber === null ? t.resumeWhat : t.resumeLotWhat}
              own={applicationProblems}
              act={(reason) => resume.mutateAsync({ reason }).then(() => say(t.done))}
            />
          )}
        </div>
        <p className="lp-hint">{t.openHint}</p>
      </section>
      {link && <MadeLink made={link} close={() => setLink(null)} />}
      {changed.length > 0 && (
        <section className="lp-card">
          <h2>{t.changed}</h2>
          <p>{changed.map((place) => placeText(place, said)).join(', ')}</p>
        </section>
      )}
      {one.state === 'in-review' && (
        <section className="lp-card">
          <h2>{t.mistakes}</h2>
          {one.mistakes.length === 0 ? (
            <p className="lp-good">{t.none}</p>
          ) : (
            <ul className="lp-worth">
              {one.mistakes.map(({ field, rule }) => (
                <li key={field}>
                  {placeText(field, said)}: {rules[rule as keyof typeof rules]}
                </li>
              ))}
            </ul>
          )}
        </section>
      )}
      <AtChannels one={one} path={path} />
      <div className="lp-wide-cards">
        <DeskPapers one={one} path={path} marking={marking} />
        <div className="lp-column">
          {isOnDesk && <Deciding one={one} path={path} mending={mending} />}
          <FormFacts form={whole ?? one.form} marking={marking} />
        </div>
      </div>
      <StepsCard steps={one.steps} />
    </>
  )
}
