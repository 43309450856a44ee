import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { useTell } from '../../kit/ask.ts'
import { Field, PasswordField } from '../../kit/field.tsx'
import { chosen } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { Page, ProblemBox } from '../../kit/page.tsx'
import { wayBack } from '../../kit/ways.ts'
import { texts } from './texts.ts'

/** Account and password; the code only once the server asks for it. Afterwards back to where one was. */
export default function SignIn() {
  const t = useTexts(texts)
  const client = useQueryClient()
  const [, go] = useLocation()
  const [search] = useSearchParams()
  const [account, setAccount] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState<string | null>(null)
  const signIn = useTell('/api/staff/sign-in')
  const submit = () =>
    signIn.mutate(
      { account, password, ...(code === null || code.trim() === '' ? {} : { code: code.replaceAll(' ', '') }) },
      {
        onSuccess: () => {
          chosen.forget() // of whoever sat here before
          client.clear()
          go(wayBack(search.get('to')), { replace: true })
        },
        onError: (problem) => {
          if (problem.code === 'code-needed') setCode('')
        },
      },
    )
  const isAsking = code !== null && signIn.error?.code === 'code-needed'
  return (
    <Page title={t.title}>
      <form
        className="lp-card lp-narrow lp-form"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Field label={t.account} name="account">
          {(props) => (
            <Input
              {...props}
              autoFocus
              required
              autoComplete="username"
              autoCapitalize="none"
              maxLength={64}
              value={account}
              onChange={({ target }) => setAccount(target.value)}
            />
          )}
        </Field>
        <PasswordField label={t.password} name="password" value={password} onChange={setPassword} />
        {code !== null && (
          <Field label={t.code} name="code" hint={t.codeHint}>
            {(props) => (
              <Input
                {...props}
                autoFocus
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={40}
                value={code}
                onChange={({ target }) => setCode(target.value)}
              />
            )}
          </Field>
        )}
        {isAsking ? null : <ProblemBox problem={signIn.error} />}
        <Button type="primary" htmlType="submit" loading={signIn.isPending}>
          {t.signIn}
        </Button>
        <p className="lp-hint">{t.lost}</p>
      </form>
    </Page>
  )
}
