import { Button } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { PasswordField } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { NewPassword, type TypedTwice } from '../../kit/new-password.tsx'
import { ProblemBox } from '../../kit/page.tsx'
import { texts } from './texts.ts'

/** Another password. The server ends every sign-in with it, this one too: `onChanged` leads to the next. */
export function ChangePassword({ onChanged }: { readonly onChanged: () => void }) {
  const t = useTexts(texts).password
  const [old, setOld] = useState('')
  const [typed, setTyped] = useState<TypedTwice>({ password: '', again: '' })
  const change = useTell('/api/me/password')
  return (
    <section className="lp-card">
      <h2>{t.title}</h2>
      <form
        className="lp-form lp-narrow"
        onSubmit={(event) => {
          event.preventDefault()
          if (typed.password === typed.again)
            change.mutate({ password: old, next: typed.password }, { onSuccess: onChanged })
        }}
      >
        <p>{t.about}</p>
        <PasswordField label={t.old} name="password" value={old} onChange={setOld} />
        <NewPassword typed={typed} onType={setTyped} />
        <ProblemBox problem={change.error} />
        <div className="lp-form-end">
          <Button htmlType="submit" loading={change.isPending}>
            {t.set}
          </Button>
        </div>
      </form>
    </section>
  )
}
