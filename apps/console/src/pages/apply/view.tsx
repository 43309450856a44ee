import type { ApplicantView, LinkView } from '@lanepay/cloud/application/api.ts'
import { type ApplicationForm, applicationKinds } from '@lanepay/domain/applicant/form.ts'
import { valueLabels } from '@lanepay/domain/applicant/labels.ts'
import { Button } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { StandingCard, StepsCard } from '../../kit/application/standing.tsx'
import { applicationProblems } from '../../kit/application/texts.ts'
import { useTell } from '../../kit/ask.ts'
import { ChoiceField } from '../../kit/field.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { Page, ProblemBox } from '../../kit/page.tsx'
import { Problem } from '../../kit/problem.ts'
import { request } from '../../kit/request.ts'
import { say } from '../../kit/said.tsx'
import { root } from '../../kit/ways.ts'
import { Filling } from './filling.tsx'
import { texts } from './texts.ts'
import { linkHeaders } from './wire.ts'

// The secret stands behind the `#`: no server on the way sees it. It stays in the address, which is what the applicant keeps.
const linkNow = (): string => location.hash.slice(1)

/** Where anybody applies: begins, fills in, hands in, and sees where it stands. */
export default function Apply() {
  const t = useTexts(texts)
  const [link, setLink] = useState(linkNow)
  useEffect(() => {
    const changed = () => setLink(linkNow())
    window.addEventListener('hashchange', changed)
    return () => window.removeEventListener('hashchange', changed)
  }, [])
  return (
    <Page title={t.title} lead={t.lead}>
      {link === '' ? (
        <Begin begun={(made) => location.replace(`${root}/apply#${made.link}`)} />
      ) : (
        <One key={link} link={link} />
      )}
    </Page>
  )
}

function Begin({ begun }: { readonly begun: (made: LinkView) => void }) {
  const t = useTexts(texts)
  const said = language.use()
  const [kind, setKind] = useState<ApplicationForm['kind']>('operator')
  const begin = useTell<object, LinkView>('/api/apply')
  return (
    <form
      className="lp-card lp-narrow lp-form"
      onSubmit={(event) => {
        event.preventDefault()
        begin.mutate({ kind }, { onSuccess: begun })
      }}
    >
      <ChoiceField
        label={t.as}
        name="kind"
        value={kind}
        onChange={setKind}
        options={applicationKinds.map((value) => ({ value, label: valueLabels.kind[value][said] }))}
      />
      <ProblemBox problem={begin.error} own={applicationProblems} />
      <Button type="primary" htmlType="submit" loading={begin.isPending}>
        {t.begin}
      </Button>
      <p className="lp-hint">{t.have}</p>
    </form>
  )
}

const looksAgainMs = 20_000
function One({ link }: { readonly link: string }) {
  const [view, setView] = useState<ApplicantView | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const look = useCallback(async () => {
    try {
      setView(await request<ApplicantView>('/api/apply/form', { headers: linkHeaders(link) }))
      setProblem(null)
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem({ code: 'unclear', status: 0 }))
    }
  }, [link])
  const isWritten = view?.state === 'draft' || view?.state === 'returned'
  useEffect(() => {
    void look()
  }, [look])
  // While others have it, what becomes of it is looked at again; while it is typed in, what is here is newer.
  useEffect(() => {
    if (view === null || isWritten) return
    const timer = setInterval(() => void look(), looksAgainMs)
    return () => clearInterval(timer)
  }, [look, view, isWritten])
  if (view === null)
    return problem ? (
      <ProblemBox
        problem={problem}
        again={() => void look()}
        own={{ 'link-unknown': { zh: texts.zh.broken, en: texts.en.broken } }}
      />
    ) : (
      <p className="lp-wait" role="status">
        …
      </p>
    )
  return (
    <>
      {isWritten && <KeepLink />}
      {view.state !== 'draft' && <StandingCard one={view} />}
      {view.account !== null && <Account link={link} view={view} />}
      {isWritten ? (
        <Filling link={link} view={view} seen={setView} />
      ) : (
        <ProblemBox problem={problem} again={() => void look()} />
      )}
      {view.state !== 'draft' && <StepsCard steps={view.steps} />}
    </>
  )
}

function KeepLink() {
  const t = useTexts(texts)
  return (
    <section className="lp-banner lp-banner-look" aria-label={t.keepTitle}>
      <div>
        <p>
          <strong>{t.keepTitle}</strong>
        </p>
        <p>{t.keep}</p>
      </div>
      <Button onClick={() => void navigator.clipboard.writeText(location.href).then(() => say(t.copied))}>
        {t.copy}
      </Button>
    </section>
  )
}

/** The account of the first manager: its password is set by whoever has the link, once. */
function Account({ link, view }: { readonly link: string; readonly view: ApplicantView }) {
  const t = useTexts(texts)
  const [problem, setProblem] = useState<Problem | null>(null)
  const invite = async () => {
    try {
      const { url } = await request<{ readonly url: string }>('/api/apply/invite', {
        ...{ method: 'POST', body: {}, headers: linkHeaders(link) },
      })
      location.assign(url)
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem({ code: 'unclear', status: 0 }))
    }
  }
  return (
    <section className="lp-card">
      <dl className="lp-facts">
        {view.lotNumber !== null && (
          <>
            <dt>{t.lotNumber}</dt>
            <dd>{view.lotNumber}</dd>
          </>
        )}
        <dt>{t.account}</dt>
        <dd>{view.account}</dd>
      </dl>
      <ProblemBox problem={problem} own={applicationProblems} />
      {view.mayInvite ? (
        <>
          <p>{t.inviteHint}</p>
          <div className="lp-actions">
            <Button type="primary" onClick={() => void invite()}>
              {t.invite}
            </Button>
          </div>
        </>
      ) : (
        <a href={`${root}/sign-in`}>{t.signIn}</a>
      )}
    </section>
  )
}
