import { Alert, Button } from 'antd'
import { type ReactNode, useEffect, useRef } from 'react'
import { language, useTexts } from './language.ts'
import type { Problem } from './problem.ts'
import { type ProblemTexts, problemText } from './problem-texts.ts'

let arrived = ''
/**
 * A page: its name as the title of the window and as the first heading, where the keyboard stands after a change of page. `actions` are
 * beside the name.
 */
export function Page({
  title,
  lead,
  actions,
  children,
}: {
  readonly title: string
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} - Lanepay`
  }, [title])
  useEffect(() => {
    const path = location.pathname
    // On the first page the browser's own place is right.
    if (arrived !== '' && arrived !== path) heading.current?.focus()
    arrived = path
  }, [])
  return (
    <>
      <div className="lp-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions && <div className="lp-actions">{actions}</div>}
      </div>
      {lead && <p className="lp-lead">{lead}</p>}
      {children}
    </>
  )
}

const texts = {
  zh: { again: '重试', loading: '正在加载…' },
  en: { again: 'Try again', loading: 'Loading …' },
}

/** Why there is nothing to see, and what to do. */
export function ProblemBox({
  problem,
  own,
  again,
}: {
  readonly problem: Problem | Error | null
  readonly own?: ProblemTexts
  readonly again?: () => void
}) {
  const t = useTexts(texts)
  const said = language.use()
  if (problem === null) return null
  return (
    <Alert
      className="lp-problem"
      type="error"
      showIcon
      role="alert"
      title={problemText(problem, said, own)}
      action={again && <Button onClick={again}>{t.again}</Button>}
    />
  )
}

/** What was asked for, once it is there; until then that it comes, or why it does not. */
export function Answered<T>({
  ask,
  own,
  children,
}: {
  readonly ask: { readonly data: T | undefined; readonly error: Problem | null; refetch(): unknown }
  readonly own?: ProblemTexts
  readonly children: (answer: T) => ReactNode
}) {
  const t = useTexts(texts)
  if (ask.data !== undefined)
    return (
      <>
        {ask.error && <ProblemBox problem={ask.error} again={() => void ask.refetch()} {...(own ? { own } : {})} />}
        {children(ask.data)}
      </>
    )
  if (ask.error) return <ProblemBox problem={ask.error} again={() => void ask.refetch()} {...(own ? { own } : {})} />
  return (
    <p className="lp-wait" role="status">
      {t.loading}
    </p>
  )
}

/** Nothing there yet: what this place is for, and what to do first. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="lp-empty">
      <p className="lp-empty-title">{title}</p>
      {children}
    </div>
  )
}
