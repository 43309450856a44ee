import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useLocation } from 'wouter'
import { useTell } from '../../kit/ask.ts'
import { chosen, useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { Page } from '../../kit/page.tsx'
import { roleTexts } from '../../kit/role-texts.ts'
import { Masked } from '../../kit/shown.tsx'
import { Authenticator } from './authenticator.tsx'
import { ChangePassword } from './change-password.tsx'
import { SignIns } from './sign-ins.tsx'
import { texts } from './texts.ts'

/** One's own account: who one is, the authenticator, the password, and where one is signed in. */
export default function Account() {
  const t = useTexts(texts)
  const roles = useTexts(roleTexts)
  const { me } = useHere()
  const [, go] = useLocation()
  const client = useQueryClient()
  const out = useTell('/api/me/sign-out')
  const leave = () => {
    chosen.forget()
    go('/sign-in')
    client.clear()
  }
  return (
    <Page
      title={t.title}
      actions={
        <Button loading={out.isPending} onClick={() => out.mutate({}, { onSettled: leave })}>
          {t.out}
        </Button>
      }
    >
      <section className="lp-card">
        <dl className="lp-facts">
          <dt>{t.account}</dt>
          <dd>{me.person.account}</dd>
          <dt>{t.role}</dt>
          <dd>{roles[me.role]}</dd>
          <dt>{t.name}</dt>
          <dd>
            <Masked text={me.person.name} />
          </dd>
          <dt>{t.phone}</dt>
          <dd>
            <Masked text={me.person.phone} />
          </dd>
        </dl>
      </section>
      <Authenticator />
      <ChangePassword onChanged={leave} />
      <SignIns />
    </Page>
  )
}
