import type { ApplicantView } from '@lanepay/cloud/application/api.ts'
import { fieldsFor } from '@lanepay/domain/applicant/check.ts'
import type { FormField } from '@lanepay/domain/applicant/form.ts'
import { Button } from 'antd'
import { useState } from 'react'
import { placeText, useMendText } from '../../kit/application/standing.tsx'
import { applicationProblems, ruleTexts } from '../../kit/application/texts.ts'
import { language, useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { Problem } from '../../kit/problem.ts'
import { request } from '../../kit/request.ts'
import { say } from '../../kit/said.tsx'
import { FormFieldOf, knownHere } from './form-field.tsx'
import { useKeeping } from './keeping.ts'
import { Lanes } from './lanes.tsx'
import { Papers } from './papers.tsx'
import { Print } from './print.tsx'
import { texts } from './texts.ts'
import { linkHeaders } from './wire.ts'

const sections = {
  who: [
    'kind',
    'accountKind',
    'applicantRole',
    'applicantName',
    'applicantId',
    'idFrom',
    'idUntil',
    'idAddress',
    'email',
  ],
  legal: ['legalName', 'legalId', 'legalIdFrom', 'legalIdUntil'],
  account: ['businessName', 'creditCode', 'cardHolder', 'cardNumber', 'bankCity', 'bankBranch', 'bankPhone'],
  lot: ['adminPhone', 'lotName', 'lotNumber', 'lotCity', 'lotAddress', 'spaces'],
  sign: ['filedBy', 'handler', 'filedPhone', 'filedOn'],
} as const satisfies Record<string, readonly Exclude<FormField, 'lanes'>[]>
const sectionNames = ['who', 'legal', 'account', 'lot'] as const

/** The form while it may be written to: keeps itself, says beside each field what is wrong, and is handed in. */
export function Filling({
  link,
  view,
  seen,
}: {
  readonly link: string
  readonly view: ApplicantView
  readonly seen: (view: ApplicantView) => void
}) {
  const t = useTexts(texts)
  const said = language.use()
  const rules = useTexts(ruleTexts)
  const mendText = useMendText()
  const keeping = useKeeping(link, view, seen)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const around = { link, view, keeping, tried }
  const known = knownHere(around)
  const asked = fieldsFor(known)
  const isShown = (field: FormField) => asked.includes(field) || (field === 'lotNumber' && known.kind !== 'partner')

  const submit = async () => {
    setTried(true)
    setBusy(true)
    setProblem(null)
    try {
      const { version, mistakes } = await keeping.flush()
      if (mistakes.length > 0) return
      seen(await request('/api/apply/submit', { method: 'POST', body: { version }, headers: linkHeaders(link) }))
      say(t.done)
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem({ code: 'unclear', status: 0 }))
    } finally {
      setBusy(false)
    }
  }
  const section = (name: keyof typeof sections) => {
    const shown = sections[name].filter(isShown)
    if (shown.length === 0) return null
    return (
      <section key={name} className="lp-card lp-form">
        <h2>{t.sections[name]}</h2>
        <div className="lp-fields">
          {shown.map((field) => (
            <FormFieldOf key={field} field={field} around={around} />
          ))}
        </div>
        {name === 'lot' && known.kind !== 'partner' && <Lanes around={around} />}
      </section>
    )
  }
  return (
    <>
      {view.mend.length > 0 && (
        <section className="lp-card" aria-label={t.mend}>
          <h2>{t.mend}</h2>
          <ul className="lp-worth">
            {view.mend.map((one) => (
              <li key={one.field}>
                <button type="button" className="lp-link" onClick={() => goTo(one.field)}>
                  {mendText(one)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {sectionNames.map(section)}
      <Papers link={link} around={around} seen={seen} />
      {section('sign')}
      <Print link={link} before={keeping.flush} />
      <section className="lp-card lp-form">
        <p role="status" className={keeping.state === 'waiting' ? 'lp-bad' : 'lp-hint'}>
          {t[keeping.state]}
        </p>
        {tried && view.mistakes.length > 0 && (
          <div role="alert">
            <p className="lp-wrong">{t.stillWrong(view.mistakes.length)}</p>
            <ul className="lp-worth">
              {view.mistakes.map(({ field, rule }) => (
                <li key={field}>
                  <button type="button" className="lp-link" onClick={() => goTo(field)}>
                    {placeText(field, said)}: {rules[rule as keyof typeof rules]}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
        <ProblemBox problem={problem ?? keeping.problem} own={applicationProblems} />
        <p className="lp-hint">{t.submitHint}</p>
        <div className="lp-form-end">
          <Button type="primary" loading={busy} onClick={() => void submit()}>
            {t.submit}
          </Button>
        </div>
      </section>
    </>
  )
}

/** To the place of the form that is to be mended, with the keyboard. */
function goTo(place: string): void {
  const found = document.querySelector(`[data-place="${place}"]`) ?? document.querySelector(`[data-place^="${place}"]`)
  found?.querySelector<HTMLElement>('input:not([tabindex="-1"]), select, button')?.focus()
}
