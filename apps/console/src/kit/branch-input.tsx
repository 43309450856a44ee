import { AutoComplete, Input, type InputProps, type InputRef } from 'antd'
import { type RefAttributes, useEffect, useState } from 'react'
import type { FieldProps } from './field.tsx'
import { request, withWords } from './request.ts'

const restMs = 300
const longest = 60

/** Where branches are searched: a path, and what it is asked with. */
export type BranchSource = { readonly path: string; readonly headers?: Readonly<Record<string, string>> }

/** Names of branches like what was typed; nothing while there is no answer, for whoever types may know it anyway. */
function useBranches({ path, headers }: BranchSource, text: string, city: string | undefined): readonly string[] {
  const [found, setFound] = useState<readonly string[]>([])
  const asked = JSON.stringify(headers ?? {})
  useEffect(() => {
    const stop = new AbortController()
    const timer = setTimeout(() => {
      const told = { headers: JSON.parse(asked) as Record<string, string>, signal: stop.signal }
      request<{ readonly branches: readonly string[] }>(withWords(path, { text, city }), told).then(
        ({ branches }) => setFound(branches),
        () => setFound([]),
      )
    }, restMs)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [path, asked, text, city])
  return found
}

/** While no name of the list is picked out, none is said to be: the list would name one before its first. */
function Typed({ 'aria-activedescendant': active, ...props }: InputProps & RefAttributes<InputRef>) {
  return <Input {...props} {...(active?.endsWith('_-1') ? {} : { 'aria-activedescendant': active })} />
}

/** The full name of a bank's branch, out of a list that is searched while it is typed, or as it is typed. */
export function BranchInput({
  source,
  city,
  value,
  onChange,
  ...props
}: FieldProps & {
  readonly source: BranchSource
  /** Where the branch is, six digits; undefined while that is not said. */
  readonly city: string | undefined
  readonly value: string
  readonly onChange: (typed: string) => void
}) {
  const { id, status, ...about } = props
  const found = useBranches(source, value.slice(0, longest), city)
  return (
    <AutoComplete
      {...{ id, status, value, onChange }}
      className="lp-branch"
      virtual={false}
      getPopupContainer={(field: HTMLElement) => field.parentElement ?? document.body}
      defaultActiveFirstOption={false}
      // The end of a name is what tells it from the next: it is never cut off.
      options={found.map((name) => ({ value: name, label: <span className="lp-branch-name">{name}</span> }))}
    >
      <Typed {...about} autoComplete="off" maxLength={130} />
    </AutoComplete>
  )
}
