import { Input } from 'antd'
import { useState } from 'react'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { fenOf, typedYuan, YuanInput } from '../../kit/yuan.tsx'
import { texts } from './texts.ts'
import { documentOf, type Usual } from './usual.ts'

type Typed = Readonly<
  Record<
    'free' | 'first' | 'hour' | 'cap' | 'night' | 'from' | 'to' | 'nightHour' | 'nightCap' | 'leave' | 'notice',
    string
  >
>
const typedOf = (usual: Usual): Typed => ({
  ...{
    free: String(usual.freeMinutes),
    first: usual.firstHoursFen.map(typedYuan).join(','),
    hour: typedYuan(usual.hourFen),
  },
  ...{ cap: usual.dailyCapFen === null ? '' : typedYuan(usual.dailyCapFen), night: usual.night ? 'yes' : 'no' },
  ...{ from: usual.night?.from ?? '20:00', to: usual.night?.to ?? '08:00' },
  nightHour: typedYuan(usual.night?.hourFen ?? 200),
  nightCap: usual.night?.capFen === null || usual.night === null ? '' : typedYuan(usual.night.capFen),
  ...{ leave: String(usual.leaveMinutes), notice: usual.notice },
})
const minutesOf = (typed: string): number | null => (/^\d{1,4}$/.test(typed.trim()) ? Number(typed) : null)
const maybeFen = (typed: string): number | null | undefined =>
  typed.trim() === '' ? null : (fenOf(typed) ?? undefined)

/** What the form says; null while something in it is no number. */
function usualOf(typed: Typed): Usual | null {
  const [free, leave, hour, cap] = [
    minutesOf(typed.free),
    minutesOf(typed.leave),
    fenOf(typed.hour),
    maybeFen(typed.cap),
  ]
  const first = typed.first.trim() === '' ? [] : typed.first.split(/[,，]/).map(fenOf)
  const [nightHour, nightCap] = [fenOf(typed.nightHour), maybeFen(typed.nightCap)]
  if (free === null || leave === null || hour === null || cap === undefined) return null
  if (!first.every((fen) => fen !== null)) return null
  const byNight = typed.night === 'yes'
  if (byNight && (nightHour === null || nightCap === undefined)) return null
  return {
    ...{ freeMinutes: free, firstHoursFen: first, hourFen: hour, dailyCapFen: cap, leaveMinutes: leave },
    night: byNight ? { from: typed.from, to: typed.to, hourFen: nightHour!, capFen: nightCap! } : null,
    notice: typed.notice,
  }
}

/** The usual price list as a form; says the document whenever all of it can be read, and null while it cannot. */
export function UsualForm({
  usual,
  onChange,
}: {
  readonly usual: Usual
  readonly onChange: (document: object | null) => void
}) {
  const t = useTexts(texts)
  const [typed, setTyped] = useState(() => typedOf(usual))
  const set = (part: Partial<Typed>) => {
    const next = { ...typed, ...part }
    setTyped(next)
    const read = usualOf(next)
    onChange(read && documentOf(read))
  }
  const number = (name: 'free' | 'leave', label: string, hint?: string) => (
    <Field
      label={label}
      name={name}
      {...(hint ? { hint } : {})}
      wrong={minutesOf(typed[name]) === null ? t.wrongNumber : undefined}
    >
      {(props) => (
        <Input
          {...props}
          inputMode="numeric"
          value={typed[name]}
          onChange={({ target }) => set({ [name]: target.value })}
        />
      )}
    </Field>
  )
  const yuan = (name: 'hour' | 'cap' | 'nightHour' | 'nightCap', label: string, mayBeEmpty: boolean) => {
    const read = maybeFen(typed[name])
    const isWrong = read === undefined || (read === null && !mayBeEmpty)
    return (
      <Field
        label={label}
        name={name}
        {...(mayBeEmpty ? { hint: t.capHint } : {})}
        wrong={isWrong ? t.wrongNumber : undefined}
      >
        {(props) => <YuanInput {...props} value={typed[name]} onChange={(value) => set({ [name]: value })} />}
      </Field>
    )
  }
  return (
    <div className="lp-form">
      {number('free', t.free, t.freeHint)}
      <Field label={t.first} name="first" hint={t.firstHint}>
        {(props) => <Input {...props} value={typed.first} onChange={({ target }) => set({ first: target.value })} />}
      </Field>
      {yuan('hour', t.hour, false)}
      {yuan('cap', t.cap, true)}
      <ChoiceField
        label={t.night}
        name="night"
        value={typed.night}
        onChange={(night) => set({ night })}
        options={[
          { value: 'no', label: t.no },
          { value: 'yes', label: t.yes },
        ]}
      />
      {typed.night === 'yes' && (
        <>
          <Field label={t.nightFrom} name="from">
            {(props) => (
              <Input {...props} type="time" value={typed.from} onChange={({ target }) => set({ from: target.value })} />
            )}
          </Field>
          <Field label={t.nightTo} name="to">
            {(props) => (
              <Input {...props} type="time" value={typed.to} onChange={({ target }) => set({ to: target.value })} />
            )}
          </Field>
          {yuan('nightHour', t.nightHour, false)}
          {yuan('nightCap', t.nightCap, true)}
        </>
      )}
      {number('leave', t.leave)}
      <Field label={t.notice} name="notice" hint={t.noticeHint}>
        {(props) => (
          <Input.TextArea
            {...props}
            rows={3}
            value={typed.notice}
            onChange={({ target }) => set({ notice: target.value })}
          />
        )}
      </Field>
    </div>
  )
}
