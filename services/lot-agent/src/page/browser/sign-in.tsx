import { useState } from 'preact/hooks'
import { ask, type Refused } from './ask.ts'
import { keepName } from './kept.ts'
import { Refusal } from './refusal.tsx'
import type { Texts } from './texts/zh-cn.ts'

/** Who is on duty, and the password of the page. */
export function SignIn({ t, name: before, done }: { t: Texts; name: string; done: (name: string) => void }) {
  const [name, setName] = useState(before)
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const submit = async (): Promise<void> => {
    setBusy(true)
    setRefused(null)
    const answer = await ask('sign-in', { password })
    setBusy(false)
    if (!answer.ok) {
      setPassword('')
      return setRefused(answer.error)
    }
    keepName(name.trim())
    done(name.trim())
  }
  return (
    <form
      class="sheet sign-in"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <h2>{t.signIn.heading}</h2>
      <div class="field">
        <label for="name">{t.signIn.name}</label>
        <input
          id="name"
          value={name}
          maxLength={60}
          required
          autoComplete="name"
          aria-describedby="name-hint"
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
        <p id="name-hint" class="hint">
          {t.signIn.nameHint}
        </p>
      </div>
      <div class="field">
        <label for="password">{t.signIn.password}</label>
        <input
          id="password"
          type="password"
          value={password}
          maxLength={200}
          required
          autoComplete="current-password"
          onInput={({ currentTarget }) => setPassword(currentTarget.value)}
        />
      </div>
      <Refusal error={refused} />
      <button type="submit" class="main" disabled={busy || name.trim() === '' || password === ''}>
        {t.signIn.submit}
      </button>
    </form>
  )
}
