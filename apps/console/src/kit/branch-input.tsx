import { type ComponentProps, useEffect, useState } from 'react'
import { request, withWords } from './request.ts'
import { SearchInput } from './search-input.tsx'

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

/** The full name of a bank's branch, out of a list that is searched while it is typed, or as it is typed. */
export function BranchInput({
  source,
  city,
  ...props
}: Omit<ComponentProps<typeof SearchInput>, 'options' | 'maxLength'> & {
  readonly source: BranchSource
  /** Where the branch is, six digits; undefined while that is not said. */
  readonly city: string | undefined
}) {
  const found = useBranches(source, props.value.slice(0, longest), city)
  return <SearchInput {...props} maxLength={130} options={found.map((name) => ({ value: name, label: name }))} />
}
