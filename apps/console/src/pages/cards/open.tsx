import type { CardAsk, ProductView } from '@lanepay/cloud/vehicle/api.ts'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { ChoiceField, Field, Optional } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { dayText } from '../../kit/shown.tsx'
import { vehicleProblems } from '../../kit/vehicle-problems.ts'
import { CardFields, endOf, isWhole, NotedFields, notedIn, nothingNoted, platesIn, startOf } from './fields.tsx'
import { texts } from './texts.ts'

/** Opens a card. */
export function OpenCard({
  lot,
  now,
  products,
}: {
  readonly lot: number
  readonly now: number
  readonly products: readonly ProductView[]
}) {
  const t = useTexts(texts)
  const nothing = { card: '', product: products[0]?.product ?? '', name: '', phone: '', plates: '', until: '' }
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState({ ...nothing, from: dayText(now) })
  const [noted, setNoted] = useState(nothingNoted)
  const tell = useTell<CardAsk>(`~/lots/${lot}/cards`)
  const text = (name: 'card' | 'name' | 'phone', label: string, field: string, hint?: string) => (
    <Field
      label={
        <>
          {label}
          {name !== 'card' && <Optional />}
        </>
      }
      name={field}
      problem={tell.error}
      own={vehicleProblems}
      {...(hint ? { hint } : {})}
    >
      {(props) => (
        <Input
          {...props}
          autoComplete="off"
          maxLength={60}
          value={typed[name]}
          onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
        />
      )}
    </Field>
  )
  return (
    <>
      <Button type="primary" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t.open}
      </Button>
      <Modal open={open} title={t.open} onCancel={() => setOpen(false)} footer={null} destroyOnHidden>
        <form
          className="lp-form"
          onSubmit={async (event) => {
            event.preventDefault()
            const { card, product, plates, from, until, name, phone } = typed
            const holder = name.trim() === '' ? {} : { holder: { name: name.trim(), phone: phone.trim() } }
            const done = await tell
              .mutateAsync({
                ...{ card: card.trim(), product, plates: platesIn(plates), from: startOf(from), until: endOf(until) },
                ...{ ...holder, ...notedIn(noted) },
              })
              .then(
                () => true,
                () => false,
              )
            if (!done) return
            say(t.opened)
            setOpen(false)
            setTyped({ ...nothing, from: dayText(now) })
            setNoted(nothingNoted)
          }}
        >
          {text('card', t.card, 'card')}
          <ChoiceField
            label={t.product}
            name="product"
            problem={tell.error}
            own={vehicleProblems}
            value={typed.product}
            onChange={(product) => setTyped({ ...typed, product })}
            options={products.map(({ product, name }) => ({ value: product, label: name }))}
          />
          <CardFields typed={typed} set={(part) => setTyped({ ...typed, ...part })} problem={tell.error} />
          {text('name', t.holderName, 'holder/name', t.sealedHint)}
          {text('phone', t.holderPhone, 'holder/phone')}
          <NotedFields typed={noted} set={setNoted} />
          <ProblemBox problem={tell.error} own={vehicleProblems} />
          <div className="lp-form-end">
            <Button onClick={() => setOpen(false)}>{t.cancel}</Button>
            <Button
              type="primary"
              htmlType="submit"
              loading={tell.isPending}
              disabled={typed.card.trim() === '' || !isWhole(typed)}
            >
              {t.open}
            </Button>
          </div>
        </form>
      </Modal>
    </>
  )
}
