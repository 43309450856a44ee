import { Input } from 'antd'
import { type ComponentProps, type ReactElement, type ReactNode, useId } from 'react'
import { useAddress } from './address.ts'
import { language, useTexts } from './language.ts'
import type { Problem } from './problem.ts'
import { type ProblemTexts, problemText } from './problem-texts.ts'

/** What an input takes from its field. */
export type FieldProps = {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean | undefined
  readonly status: '' | 'error'
}

/** The name of what the server says is wrong, `phone` of `body/phone`; undefined where the problem is about no field. */
export const fieldOf = (problem: Problem | null): string | undefined =>
  problem?.field?.replace(/^(?:body|query|params)\//, '')

/**
 * A field of a form with its name, a hint, and what is wrong with it: what the page found, or what the server answered about `name`.
 * `children` makes the input of what it is given.
 */
export function Field({
  label,
  name,
  hint,
  wrong,
  problem,
  own,
  children,
}: {
  readonly label: ReactNode
  readonly name: string
  readonly hint?: ReactNode
  /** Found while typing. */
  readonly wrong?: string | undefined
  readonly problem?: Problem | null
  readonly own?: ProblemTexts
  readonly children: (props: FieldProps) => ReactElement
}) {
  const id = useId()
  const said = language.use()
  const found = wrong ?? (problem && fieldOf(problem) === name ? problemText(problem, said, own) : undefined)
  const about = [hint ? `${id}-hint` : '', found ? `${id}-wrong` : ''].filter((one) => one !== '').join(' ')
  return (
    <div className="lp-field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': about === '' ? undefined : about,
        'aria-invalid': found ? true : undefined,
        status: found ? 'error' : '',
      })}
      {hint && (
        <p className="lp-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {found && (
        <p className="lp-wrong" id={`${id}-wrong`} role="alert">
          {found}
        </p>
      )}
    </div>
  )
}

/** A choice between few words: the system's own list, which every telephone and keyboard knows. */
export function Choice<T extends string>({
  value,
  onChange,
  options,
  status,
  ...props
}: Partial<FieldProps> & {
  readonly value: T
  readonly onChange: (value: T) => void
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly 'aria-label'?: string
}) {
  return (
    <select
      {...props}
      className={`lp-choice${status === 'error' ? ' lp-choice-wrong' : ''}`}
      value={value}
      onChange={({ target }) => onChange(target.value as T)}
    >
      {options.map((one) => (
        <option key={one.value} value={one.value}>
          {one.label}
        </option>
      ))}
    </select>
  )
}

/** A choice with its name, as a field of a form. */
export function ChoiceField<T extends string>({
  value,
  onChange,
  options,
  ...field
}: Omit<ComponentProps<typeof Field>, 'children'> &
  Pick<ComponentProps<typeof Choice<T>>, 'value' | 'onChange' | 'options'>) {
  return (
    <Field {...field}>{(props) => <Choice {...props} value={value} onChange={onChange} options={options} />}</Field>
  )
}

/** Narrows what is already on the screen while it is typed, by the word `find` of the address; it begins at the first page. */
export function FindField({
  label,
  word = 'find',
  after = 'after',
}: {
  readonly label: string
  readonly word?: string
  /** The word that keeps where its list stands. */
  readonly after?: string
}) {
  const { words, set } = useAddress()
  return (
    <Field label={label} name={word}>
      {(props) => (
        <Input
          {...props}
          type="search"
          maxLength={60}
          value={words[word] ?? ''}
          onChange={({ target }) => set({ [word]: target.value, [after]: undefined }, { stays: true })}
        />
      )}
    </Field>
  )
}

/** Asks a person for its own password. */
export function PasswordField({
  value,
  onChange,
  ...field
}: Omit<ComponentProps<typeof Field>, 'children'> & {
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  return (
    <Field {...field}>
      {(props) => (
        <Input
          {...props}
          type="password"
          required
          autoComplete="current-password"
          maxLength={512}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  )
}

const texts = { zh: { optional: '（选填）' }, en: { optional: ' (optional)' } }
/** Beside the name of a field that may stay empty. */
export const Optional = () => <span className="lp-hint">{useTexts(texts).optional}</span>
