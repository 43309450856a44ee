import type { OneOperatorView, OpenedLotView, TemplatesView } from '@lanepay/cloud/integrator/api.ts'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useAddress } from '../../kit/address.ts'
import { useAsk, useTell } from '../../kit/ask.ts'
import { ChoiceField, Field, Optional } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { Page, ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { Lanes, type LaneTyped } from './lanes.tsx'
import { problems, texts } from './texts.ts'

const empty = {
  operator: '',
  operatorName: '',
  name: '',
  number: '',
  phone: '',
  fee: '1',
  wechat: '',
  alipay: '',
  channelFee: '0.6',
  reason: '',
}
type Typed = typeof empty
const firstLanes: readonly LaneTyped[] = [
  { id: 1, name: '入口', direction: 'entry' },
  { id: 2, name: '出口', direction: 'exit' },
]

const basisPoints = (percent: string): number => Math.round(Number(percent) * 100)
/** What is sent: the plan of `lanepay lot`, with what was left empty left out. */
const planOf = (typed: Typed, operatorName: string, lanes: readonly LaneTyped[]) => ({
  name: typed.name.trim(),
  ...(typed.number === '' ? {} : { number: Number(typed.number) }),
  ...(typed.phone === '' ? {} : { helpPhone: typed.phone.trim() }),
  platformFeeBasisPoints: basisPoints(typed.fee),
  operator: { ...(typed.operator === '' ? {} : { id: typed.operator }), name: operatorName.trim() },
  accounts: [
    ...(typed.wechat === '' ? [] : [{ channel: 'wechatpay', merchant: { subMchid: typed.wechat.trim() } }]),
    ...(typed.alipay === '' ? [] : [{ channel: 'alipay', merchant: { sellerId: typed.alipay.trim() } }]),
  ].map((account) => ({ ...account, channelFeeBasisPoints: basisPoints(typed.channelFee) })),
  lanes,
})

/** Opens a lot by its plan. */
export default function OpenLot() {
  const t = useTexts(texts)
  const [, go] = useLocation()
  const { words } = useAddress()
  const [typed, setTyped] = useState<Typed>({ ...empty, operator: words.operator ?? '' })
  const [lanes, setLanes] = useState(firstLanes)
  const known = useAsk<OneOperatorView>(
    /^[1-9]\d{0,17}$/.test(typed.operator) ? `/api/platform/operators/${typed.operator}/about` : null,
  )
  const templates = useAsk<TemplatesView>('/api/platform/templates')
  const open = useTell<object, OpenedLotView>('/api/platform/lots')
  const operatorName = typed.operator === '' ? typed.operatorName : (known.data?.name ?? '')
  const text = (
    name: keyof Typed,
    field: string,
    label: string,
    more: { hint?: string; optional?: true; digits?: true; value?: string; disabled?: boolean } = {},
  ) => (
    <Field
      label={
        <>
          {label}
          {more.optional && <Optional />}
        </>
      }
      name={field}
      problem={open.error}
      own={problems}
      {...(more.hint ? { hint: more.hint } : {})}
    >
      {(props) => (
        <Input
          {...props}
          autoComplete="off"
          maxLength={200}
          disabled={more.disabled ?? false}
          {...(more.digits ? { inputMode: 'numeric' as const } : {})}
          value={more.value ?? typed[name]}
          onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
        />
      )}
    </Field>
  )
  return (
    <Page title={t.title} lead={t.lead}>
      <form
        className="lp-card lp-narrow lp-form"
        onSubmit={(event) => {
          event.preventDefault()
          open.mutate(
            { plan: planOf(typed, operatorName, lanes), reason: typed.reason.trim() },
            {
              onSuccess: ({ lot, operator }) => {
                say(`${t.done(lot)} ${t.next}`)
                go(`/platform/operators/${operator}`)
              },
            },
          )
        }}
      >
        <h2>{t.whose}</h2>
        {text('operator', '/operator/id', t.operatorNumber, { hint: t.operatorHint, optional: true, digits: true })}
        <ProblemBox problem={typed.operator === '' ? null : known.error} />
        {text('operatorName', '/operator/name', t.operatorName, {
          value: operatorName,
          disabled: typed.operator !== '',
        })}
        <h2>{t.lot}</h2>
        {text('name', '/name', t.name)}
        {text('number', '/number', t.number, { hint: t.numberHint, optional: true, digits: true })}
        {text('phone', '/helpPhone', t.phone, { optional: true })}
        {templates.data && templates.data.templates.length > 0 && (
          <ChoiceField
            label={t.template}
            name="template"
            value=""
            onChange={(fee) => fee !== '' && setTyped({ ...typed, fee })}
            options={[
              { value: '', label: t.noTemplate },
              ...templates.data.templates.map((one) => ({
                value: String(one.platformFeeBasisPoints / 100),
                label: `${one.name}: ${one.platformFeeBasisPoints / 100} %`,
              })),
            ]}
          />
        )}
        {text('fee', '/platformFeeBasisPoints', t.fee)}
        <h2>{t.lanes}</h2>
        <Lanes lanes={lanes} onChange={setLanes} problem={open.error} />
        <h2>{t.pay}</h2>
        <p className="lp-hint">{t.payHint}</p>
        {text('wechat', '/accounts/0/merchant/subMchid', t.wechat, { optional: true, digits: true })}
        {text('alipay', '/accounts/1/merchant/sellerId', t.alipay, { optional: true, digits: true })}
        {text('channelFee', '/accounts/0/channelFeeBasisPoints', t.channelFee)}
        {text('reason', 'reason', t.reason, { hint: t.reasonHint })}
        <ProblemBox problem={open.error} own={problems} />
        <Button
          type="primary"
          htmlType="submit"
          loading={open.isPending}
          disabled={typed.name.trim() === '' || operatorName.trim() === '' || typed.reason.trim().length < 3}
        >
          {t.save}
        </Button>
      </form>
    </Page>
  )
}
