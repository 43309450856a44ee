import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'wouter'
import { useTell } from '../../kit/ask.ts'
import { useTexts } from '../../kit/language.ts'
import { NewPassword, type TypedTwice } from '../../kit/new-password.tsx'
import { Page, ProblemBox } from '../../kit/page.tsx'
import { texts } from './texts.ts'

// The link's secret stands behind the `#`: no server on the way has seen it, and it leaves the address as soon as it is read.
const secret = location.hash.slice(1)
history.replaceState(null, '', location.pathname)

/** Where a one-time link leads: its person sets the password. */
export default function SetPassword() {
  const t = useTexts(texts)
  const [typed, setTyped] = useState<TypedTwice>({ password: '', again: '' })
  const set = useTell<object, { readonly account: string }>('/api/staff/link')
  if (set.data)
    return (
      <Page title={t.title}>
        <p role="status">{t.done(set.data.account)}</p>
        <Link href="/sign-in">{t.signIn}</Link>
      </Page>
    )
  return (
    <Page title={t.title} lead={t.rule}>
      <form
        className="lp-card lp-narrow lp-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (typed.password === typed.again) set.mutate({ link: secret, password: typed.password })
        }}
      >
        <NewPassword typed={typed} onType={setTyped} />
        <ProblemBox problem={set.error} />
        <Button type="primary" htmlType="submit" loading={set.isPending}>
          {t.set}
        </Button>
      </form>
    </Page>
  )
}
