import type { OneLotView, SettingsAsk } from '@lanepay/cloud/lot/api.ts'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { Field, Optional } from '../../kit/field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { texts } from './texts.ts'

/** What drivers read: the lot's name, its lanes', and whom they call. */
export function Settings({ view }: { readonly view: OneLotView }) {
  const t = useTexts(texts)
  const here = useHere()
  const [name, setName] = useState(view.name)
  const [phone, setPhone] = useState(view.helpPhone ?? '')
  const [lanes, setLanes] = useState(view.lanes.map((lane) => ({ lane: lane.id, name: lane.name })))
  const tell = useTell<SettingsAsk>(`~/lots/${view.lot}/settings`)
  if (!here.may('lots.change', 'lot')) return null
  const wrongPhone = phone.trim() === '' || /^[0-9+ -]{5,20}$/.test(phone.trim()) ? undefined : t.wrongPhone
  const isEmpty = (text: string) => (text.trim() === '' ? t.wrongName : undefined)
  const isWrong = wrongPhone !== undefined || [name, ...lanes.map((lane) => lane.name)].some((text) => isEmpty(text))
  return (
    <form
      className="lp-card lp-form"
      aria-label={t.settings}
      onSubmit={(event) => {
        event.preventDefault()
        tell.mutate(
          {
            name: name.trim(),
            helpPhone: phone.trim() === '' ? null : phone.trim(),
            lanes: lanes.map((lane) => ({ lane: lane.lane, name: lane.name.trim() })),
          },
          { onSuccess: () => say(t.saved) },
        )
      }}
    >
      <h2>{t.settings}</h2>
      <p className="lp-hint">{t.settingsHow}</p>
      <Field label={t.name} name="name" wrong={isEmpty(name)} problem={tell.error}>
        {(props) => <Input {...props} maxLength={60} value={name} onChange={({ target }) => setName(target.value)} />}
      </Field>
      <Field
        label={
          <>
            {t.phone}
            <Optional />
          </>
        }
        name="helpPhone"
        wrong={wrongPhone}
        problem={tell.error}
      >
        {(props) => (
          <Input {...props} type="tel" maxLength={20} value={phone} onChange={({ target }) => setPhone(target.value)} />
        )}
      </Field>
      {lanes.map((lane) => (
        <Field key={lane.lane} label={t.laneName(lane.lane)} name={`lanes/${lane.lane}`} wrong={isEmpty(lane.name)}>
          {(props) => (
            <Input
              {...props}
              maxLength={40}
              value={lane.name}
              onChange={({ target }) =>
                setLanes(lanes.map((one) => (one.lane === lane.lane ? { ...one, name: target.value } : one)))
              }
            />
          )}
        </Field>
      ))}
      <ProblemBox problem={tell.error} />
      <div className="lp-form-end">
        <Button type="primary" htmlType="submit" loading={tell.isPending} disabled={isWrong}>
          {t.save}
        </Button>
      </div>
    </form>
  )
}
