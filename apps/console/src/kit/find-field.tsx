import { Input } from 'antd'
import { useAddress } from './address.ts'
import { Field } from './field.tsx'

/** What a list is searched for, kept in the word `text` of the address; whatever is typed begins at the first page. */
export function FindField({ label }: { readonly label: string }) {
  const { words, set } = useAddress()
  return (
    <Field label={label} name="text">
      {(props) => (
        <Input
          {...props}
          allowClear
          maxLength={40}
          value={words.text ?? ''}
          onChange={({ target }) => set({ text: target.value, after: undefined, before: undefined }, { stays: true })}
        />
      )}
    </Field>
  )
}
