import type { Refused } from './ask.ts'
import { usePage } from './context.ts'

/** What was refused, and what to do about it. */
export function Refusal({ error }: { error: Refused | null }) {
  const { t } = usePage()
  return (
    <div role="alert" class={error ? 'note bad' : 'none'}>
      {error && (
        <p>
          <b>{t.refused[error.code]?.title ?? error.code}</b> {t.refused[error.code]?.todo ?? error.rule}
        </p>
      )}
    </div>
  )
}
