import { Input } from 'antd'
import type { FieldProps } from './field.tsx'

export { fenOf, typedYuan } from './fen.ts'

/** A field for an amount in yuan. */
export const YuanInput = ({
  value,
  onChange,
  ...props
}: FieldProps & { readonly value: string; readonly onChange: (value: string) => void }) => (
  <Input
    {...props}
    prefix="¥"
    inputMode="decimal"
    autoComplete="off"
    maxLength={14}
    value={value}
    onChange={({ target }) => onChange(target.value)}
  />
)
