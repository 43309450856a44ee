import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { Field, PasswordField } from '../../kit/field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { texts } from './texts.ts'

type Begun = { readonly secret: string; readonly uri: string; readonly qr: string }
type Confirmed = { readonly recoveryCodes: readonly string[] }

/** Sets up an authenticator: the password, the picture to scan, a first code, and then the recovery codes, once. */
export function Authenticator() {
  const t = useTexts(texts).factor
  const { secondFactor } = useHere().me
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const begin = useTell<{ readonly password: string }, Begun>('/api/me/authenticator')
  const confirm = useTell<{ readonly code: string }, Confirmed>('/api/me/authenticator/confirm')
  return (
    <section className="lp-card">
      <h2>{t.title}</h2>
      {confirm.data ? (
        <div role="status">
          <p>{t.done}</p>
          <p>{t.codes}</p>
          <ul className="lp-codes">
            {confirm.data.recoveryCodes.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </div>
      ) : begin.data ? (
        <form
          className="lp-form lp-narrow"
          onSubmit={(event) => {
            event.preventDefault()
            confirm.mutate({ code: code.replaceAll(' ', '') })
          }}
        >
          <p>
            {t.scan} <span className="lp-secret">{begin.data.secret}</span>
          </p>
          <img className="lp-qr" alt={t.qr} src={`data:image/svg+xml,${encodeURIComponent(begin.data.qr)}`} />
          <Field label={t.shown} name="code">
            {(props) => (
              <Input
                {...props}
                autoFocus
                required
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={40}
                value={code}
                onChange={({ target }) => setCode(target.value)}
              />
            )}
          </Field>
          <ProblemBox problem={confirm.error} />
          <div className="lp-form-end">
            <Button type="primary" htmlType="submit" loading={confirm.isPending}>
              {t.confirm}
            </Button>
          </div>
        </form>
      ) : (
        <form
          className="lp-form lp-narrow"
          onSubmit={(event) => {
            event.preventDefault()
            begin.mutate({ password })
          }}
        >
          <p>{secondFactor.isSetUp ? t.isSet(secondFactor.recoveryCodes) : t.none}</p>
          <PasswordField label={t.password} name="password" value={password} onChange={setPassword} />
          <ProblemBox problem={begin.error} />
          <div className="lp-form-end">
            <Button htmlType="submit" loading={begin.isPending}>
              {secondFactor.isSetUp ? t.beginAnother : t.begin}
            </Button>
          </div>
        </form>
      )}
    </section>
  )
}
