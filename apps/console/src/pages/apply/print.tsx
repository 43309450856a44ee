import { Button, Input } from 'antd'
import { useState } from 'react'
import { applicationProblems } from '../../kit/application/texts.ts'
import { save } from '../../kit/export.tsx'
import { Field } from '../../kit/field.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { Problem, problemOf } from '../../kit/problem.ts'
import { texts } from './texts.ts'
import { linkHeaders } from './wire.ts'

/** The whole form as a PDF, for whoever knows the end of the applicant's identity card. `before`: what was typed is out. */
export function Print({ link, before }: { readonly link: string; readonly before: () => Promise<unknown> }) {
  const t = useTexts(texts)
  const said = language.use()
  const [idEnding, setEnding] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const print = async () => {
    setBusy(true)
    setProblem(null)
    try {
      await before()
      const response = await fetch('/api/apply/print', {
        ...{ method: 'POST', headers: { ...linkHeaders(link), 'content-type': 'application/json' } },
        body: JSON.stringify({ idEnding: idEnding.trim(), language: said }),
      })
      if (!response.ok) throw await problemOf(response)
      save(await response.blob(), 'application.pdf')
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem({ code: 'offline', status: 0 }))
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="lp-card lp-form">
      <h2>{t.print}</h2>
      <p className="lp-hint">{t.printHint}</p>
      <Field label={t.idEnding} name="idEnding">
        {(props) => (
          <Input
            {...props}
            className="lp-day"
            maxLength={4}
            autoComplete="off"
            value={idEnding}
            onChange={({ target }) => setEnding(target.value)}
          />
        )}
      </Field>
      <ProblemBox problem={problem} own={applicationProblems} />
      <div className="lp-actions">
        <Button loading={busy} disabled={!/^\d{3}[\dXx]$/.test(idEnding.trim())} onClick={() => void print()}>
          {t.download}
        </Button>
      </div>
    </section>
  )
}
