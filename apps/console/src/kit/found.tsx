import { Input } from 'antd'
import { type ReactNode, useEffect, useState } from 'react'
import { useAddress } from './address.ts'
import { useAsk } from './ask.ts'
import { FileButtons } from './export.tsx'
import { Field } from './field.tsx'
import { OrderField } from './order.tsx'
import { Answered } from './page.tsx'
import { Pager } from './pager.tsx'

const restMs = 300

/**
 * A list that is searched on the server and paged by key: what is looked for, the order and where one stands are in the address. It is asked when
 * typing rests.
 */
export function Found<Answer extends { readonly next: string | null }>({
  path,
  find,
  more = {},
  file,
  children,
}: {
  readonly path: string
  /** By which path all that is found is taken away as a file; left out: it is not. */
  readonly file?: string
  /** What the search is called; left out: there is none. */
  readonly find?: { readonly label: string; readonly hint: string }
  readonly more?: Readonly<Record<string, string>>
  readonly children: (answer: Answer, found: { readonly isSearch: boolean }) => ReactNode
}) {
  const { words, set } = useAddress()
  const [typed, setTyped] = useState(words.find ?? '')
  useEffect(() => {
    if (typed.trim() === (words.find ?? '')) return
    const timer = setTimeout(() => set({ find: typed.trim(), after: undefined }, { stays: true }), restMs)
    return () => clearTimeout(timer)
  }, [typed, words.find, set])
  const asked = {
    ...(words.find ? { search: words.find } : {}),
    ...(words.order === 'desc' ? { order: words.order } : {}),
    ...(words.after ? { after: words.after } : {}),
  }
  const ask = useAsk<Answer>(path, { ...more, ...asked }, { keepsOld: true })
  return (
    <>
      <div className="lp-filters">
        {find && (
          <Field label={find.label} name="search" hint={find.hint}>
            {(props) => (
              <Input
                {...props}
                type="search"
                maxLength={60}
                value={typed}
                onChange={({ target }) => setTyped(target.value)}
              />
            )}
          </Field>
        )}
        <OrderField usual="asc" />
      </div>
      {file && (
        <div className="lp-actions">
          <FileButtons path={file} words={{ ...more, ...(words.find ? { search: words.find } : {}) }} />
        </div>
      )}
      <Answered ask={ask}>
        {(answer) => (
          <>
            {children(answer, { isSearch: words.find !== undefined })}
            <Pager next={answer.next} />
          </>
        )}
      </Answered>
    </>
  )
}
