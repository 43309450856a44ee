import { AutoComplete, Input, type InputProps, type InputRef } from 'antd'
import type { ReactNode, RefAttributes } from 'react'
import type { FieldProps } from './field.tsx'

/** While nothing of the list is picked out, nothing is said to be: the list would name one before its first. */
function Typed({ 'aria-activedescendant': active, ...props }: InputProps & RefAttributes<InputRef>) {
  return <Input {...props} {...(active?.endsWith('_-1') ? {} : { 'aria-activedescendant': active })} />
}

/** What is like what was typed is offered below it, and picked by hand or by the arrows; or it stays as it was typed. */
export function SearchInput({
  options,
  value,
  onChange,
  maxLength,
  ...props
}: FieldProps & {
  readonly options: readonly { readonly value: string; readonly label: ReactNode }[]
  readonly value: string
  readonly onChange: (typed: string) => void
  readonly maxLength: number
}) {
  const { id, status, ...about } = props
  return (
    <AutoComplete
      {...{ id, status, value, onChange }}
      className="lp-search"
      virtual={false}
      getPopupContainer={(field: HTMLElement) => field.parentElement ?? document.body}
      defaultActiveFirstOption={false}
      // The end of a name is what tells it from the next: it is never cut off.
      options={options.map((one) => ({ ...one, label: <span className="lp-search-name">{one.label}</span> }))}
    >
      <Typed {...about} autoComplete="off" maxLength={maxLength} />
    </AutoComplete>
  )
}
