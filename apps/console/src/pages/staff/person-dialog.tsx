import type { OfferedView, OwnLot, PersonView, Role } from '@lanepay/cloud/staff/api.ts'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Choice, ChoiceField, Field, fieldOf } from '../../kit/field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { roleTexts } from '../../kit/role-texts.ts'
import { say } from '../../kit/said.tsx'
import { seesAll } from './roles.ts'
import { texts } from './texts.ts'

/** What is typed of the lots: `all`, or by their number, with the lanes as they are typed. */
type Lots = 'all' | Readonly<Record<number, string>>

const lotsOf = (person: PersonView | null): Lots =>
  person === null || person.lots === 'all'
    ? 'all'
    : Object.fromEntries(person.lots.map(({ lot, lanes }) => [lot, lanes?.join(',') ?? '']))

type Given = {
  readonly base: string
  /** Null: a new one. */
  readonly person: PersonView | null
  readonly roles: readonly Role[]
  readonly close: () => void
  readonly offered: (link: OfferedView) => void
}
/** Opens an account, or gives one another role or other lots. */
export function PersonDialog({ open, ...given }: Given & { readonly open: boolean }) {
  const t = useTexts(texts)
  const { person, close } = given
  return (
    <Modal
      open={open}
      title={person === null ? t.openTitle : t.changeTitle(person.account)}
      onCancel={close}
      footer={null}
      destroyOnHidden
    >
      <Form {...given} />
    </Modal>
  )
}

function Form({ base, person, roles, close, offered }: Given) {
  const t = useTexts(texts)
  const names = useTexts(roleTexts)
  const { operator } = useHere()
  const [typed, setTyped] = useState({ account: '', name: '', phone: '' })
  const [role, setRole] = useState<Role>(person?.role ?? roles[1]!)
  const [party, setParty] = useState(person?.partner ?? '')
  const [lots, setLots] = useState<Lots>(lotsOf(person))
  const own = useAsk<readonly OwnLot[]>(operator === null ? null : '/api/me/lots', { operator: operator ?? '' })
  const tell = useTell<object, OfferedView>(person === null ? base : `${base}/${person.id}/rights`)
  const rights = {
    role,
    ...(role === 'partner' ? { party } : {}),
    lots:
      seesAll(role) || lots === 'all'
        ? 'all'
        : Object.entries(lots).map(([lot, lanes]) => ({
            lot: Number(lot),
            ...(role === 'attendant' && lanes.trim() !== ''
              ? {
                  lanes: lanes
                    .split(/[,，+\s]+/)
                    .filter(Boolean)
                    .map(Number),
                }
              : {}),
          })),
  }
  const save = () =>
    tell.mutate(person === null ? { ...typed, ...rights } : rights, {
      onSuccess: (answer) => {
        close()
        if (person === null) offered(answer)
        else say(t.changed)
      },
    })
  const atField = ['account', 'name', 'phone', 'role', 'party', 'lots'].includes(fieldOf(tell.error) ?? '')
  const text = (key: keyof typeof typed, label: string, hint?: string, more: object = {}) => (
    <Field label={label} name={key} problem={tell.error} {...(hint ? { hint } : {})}>
      {(props) => (
        <Input
          {...props}
          {...more}
          required
          autoComplete="off"
          value={typed[key]}
          onChange={({ target }) => setTyped({ ...typed, [key]: target.value })}
        />
      )}
    </Field>
  )
  return (
    <form
      className="lp-form"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      {person === null && (
        <>
          {text('account', t.account, t.accountHint, { maxLength: 32, autoCapitalize: 'none' })}
          {text('name', t.name, t.nameHint, { maxLength: 60 })}
          {text('phone', t.phone, undefined, { maxLength: 20, inputMode: 'tel', pattern: '[0-9+ \\-]{5,20}' })}
        </>
      )}
      <ChoiceField
        label={t.role}
        name="role"
        problem={tell.error}
        value={role}
        onChange={setRole}
        options={roles.map((value) => ({ value, label: names[value] }))}
      />
      {role === 'partner' && (
        <Field label={t.partner} name="party" problem={tell.error}>
          {(props) => (
            <Input
              {...props}
              required
              inputMode="numeric"
              value={party}
              onChange={({ target }) => setParty(target.value)}
            />
          )}
        </Field>
      )}
      {!seesAll(role) && (
        <fieldset className="lp-field">
          <legend>{t.lots}</legend>
          <Choice
            aria-label={t.lots}
            value={lots === 'all' ? 'all' : 'some'}
            onChange={(value) => setLots(value === 'all' ? 'all' : {})}
            options={[
              { value: 'all', label: t.allLots },
              { value: 'some', label: t.someLots },
            ]}
          />
          {lots !== 'all' && (
            <ul className="lp-form">
              {(own.data ?? []).map(({ lot, name }) => (
                <li key={lot} className="lp-field">
                  <label>
                    <input
                      type="checkbox"
                      checked={lot in lots}
                      onChange={({ target }) => {
                        const { [lot]: _, ...rest } = lots
                        setLots(target.checked ? { ...rest, [lot]: '' } : rest)
                      }}
                    />{' '}
                    {name} ({lot})
                  </label>
                  {lot in lots && role === 'attendant' && (
                    <Input
                      aria-label={`${name} (${lot}): ${t.lanes}`}
                      placeholder={t.lanes}
                      inputMode="numeric"
                      value={lots[lot]}
                      onChange={({ target }) => setLots({ ...lots, [lot]: target.value })}
                    />
                  )}
                </li>
              ))}
            </ul>
          )}
          {role === 'attendant' && <p className="lp-hint">{t.lotHint}</p>}
        </fieldset>
      )}
      <ProblemBox problem={atField && fieldOf(tell.error) !== 'lots' ? null : tell.error} />
      <div className="lp-form-end">
        <Button onClick={close}>{t.cancel}</Button>
        <Button type="primary" htmlType="submit" loading={tell.isPending}>
          {person === null ? t.open : t.save}
        </Button>
      </div>
    </form>
  )
}
