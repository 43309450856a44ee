import type { LotsView, TemplateView } from '@lanepay/cloud/integrator/api.ts'
import { Input } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { Problem } from '../../kit/problem.ts'
import { request } from '../../kit/request.ts'
import { say } from '../../kit/said.tsx'
import { problems, texts } from './texts.ts'

type Rule = { readonly operator: string; readonly body: object }

/** Applies a template: its fee, then each of its rules, put like any other rule of that lot. */
export function ApplyTemplate({ template }: { readonly template: TemplateView }) {
  const t = useTexts(texts)
  const [lot, setLot] = useState('')
  const [from, setFrom] = useState('')
  const fee = useTell<{ readonly lot: string; readonly reason: string }>((one) => `/api/platform/lots/${one.lot}/fee`, {
    bodyOf: ({ reason }) => ({ platformFeeBasisPoints: template.platformFeeBasisPoints, reason }),
  })
  const intend = useTell<Rule, { readonly ask: string }>(
    ({ operator }) => `/api/platform/operators/${operator}/share-asks`,
    { bodyOf: ({ body }) => body },
  )
  const put = useTell<Rule>(({ operator }) => `/api/platform/operators/${operator}/share-rules`, {
    bodyOf: ({ body }) => body,
  })
  const act = async (reason: string) => {
    const number = Number(lot)
    const found = await request<LotsView>(`/api/platform/lots?limit=1&search=${number}`, {})
    const [one] = found.lots
    if (one?.lot !== number) throw new Problem({ code: 'no-lot', status: 404 })
    await fee.mutateAsync({ lot, reason })
    for (const rule of template.rules) {
      const { operator } = one
      const { ask } = await intend.mutateAsync({ operator, body: { lot: number } })
      const dated = { ...(rule as object), ...(from === '' ? {} : { from: `${from}:00+08:00` }) }
      await put.mutateAsync({ operator, body: { ask, lot: number, reason, rule: dated } })
    }
    say(t.applied(lot))
  }
  return (
    <Because
      label={t.apply}
      title={`${t.apply}: ${template.name}`}
      what={t.applyWhat}
      act={act}
      own={problems}
      more={
        <>
          <Field label={t.lot} name="lot">
            {(props) => (
              <Input
                {...props}
                inputMode="numeric"
                maxLength={7}
                value={lot}
                onChange={({ target }) => setLot(target.value.replace(/\D/g, ''))}
              />
            )}
          </Field>
          {template.rules.length > 0 && (
            <Field label={t.from} name="from" hint={t.fromHint}>
              {(props) => (
                <Input {...props} type="datetime-local" value={from} onChange={({ target }) => setFrom(target.value)} />
              )}
            </Field>
          )}
        </>
      }
    />
  )
}
