import { Input } from 'antd'
import { Field } from './field.tsx'
import { useTexts } from './language.ts'

export type TypedTwice = { readonly password: string; readonly again: string }

const texts = {
  zh: { password: '新密码', again: '再输一次', notTheSame: '两次输入不一致。' },
  en: { password: 'New password', again: 'Once more', notTheSame: 'The two are not the same.' },
}

/** A new password, typed twice; that the two differ is said once the second is as long. */
export function NewPassword({
  typed,
  onType,
}: {
  readonly typed: TypedTwice
  readonly onType: (typed: TypedTwice) => void
}) {
  const t = useTexts(texts)
  const { password, again } = typed
  const differ = again.length >= password.length && again !== password
  return (
    <>
      <Field label={t.password} name="next">
        {(props) => (
          <Input
            {...props}
            type="password"
            required
            minLength={10}
            maxLength={128}
            autoComplete="new-password"
            value={password}
            onChange={({ target }) => onType({ ...typed, password: target.value })}
          />
        )}
      </Field>
      <Field label={t.again} name="again" wrong={differ ? t.notTheSame : undefined}>
        {(props) => (
          <Input
            {...props}
            type="password"
            required
            autoComplete="new-password"
            value={again}
            onChange={({ target }) => onType({ ...typed, again: target.value })}
          />
        )}
      </Field>
    </>
  )
}
