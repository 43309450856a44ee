import { Button, Input } from 'antd'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useTell } from '../../kit/ask.ts'
import { Field } from '../../kit/field.tsx'
import { chosen, useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { Page, ProblemBox } from '../../kit/page.tsx'
import { Looks } from './looks.tsx'
import { texts } from './texts.ts'

/** Begins a look at the operator that is chosen above: from then on its pages show what its own people see. */
export default function Support() {
  const t = useTexts(texts)
  const { operator, look, may } = useHere()
  const [, go] = useLocation()
  const [reason, setReason] = useState('')
  const begin = useTell<object, { readonly look: string; readonly endsAt: number }>('/api/platform/looks')
  return (
    <Page title={t.beginTitle} lead={t.beginLead}>
      {look !== null ? (
        <p>{t.goingOn}</p>
      ) : operator === null ? (
        <p>{t.choose}</p>
      ) : (
        <form
          className="lp-card lp-narrow lp-form"
          onSubmit={(event) => {
            event.preventDefault()
            begin.mutate(
              { operator, reason: reason.trim() },
              {
                onSuccess: (begun) => {
                  chosen.setLook({ ...begun, operator, reason: reason.trim() })
                  go('/')
                },
              },
            )
          }}
        >
          <h2>{t.of(operator)}</h2>
          <Field label={t.why} name="reason" problem={begin.error}>
            {(props) => (
              <Input
                {...props}
                required
                minLength={3}
                maxLength={200}
                value={reason}
                onChange={({ target }) => setReason(target.value)}
              />
            )}
          </Field>
          <ProblemBox problem={begin.error} />
          <Button type="primary" htmlType="submit" loading={begin.isPending}>
            {t.begin}
          </Button>
        </form>
      )}
      {may('looks.read', 'platform') && (
        <>
          <h2>{t.before}</h2>
          <Looks path="/api/platform/looks" label={t.before} withOperator />
        </>
      )}
    </Page>
  )
}
