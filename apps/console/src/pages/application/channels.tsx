import type { DeskView } from '@lanepay/cloud/application/api.ts'
import type { ErrandsView, ErrandView, HandAsk } from '@lanepay/cloud/application/channel/api.ts'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { applicationProblems } from '../../kit/application/texts.ts'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { Field } from '../../kit/field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { Answered, ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { channelTexts } from './channel-texts.ts'

const isThere: readonly DeskView['state'][] = ['approved', 'channel-review', 'to-sign', 'live', 'returned']

/** What became of an application at its channels: asked again at once, or written down where a person has done it in a channel's portal. */
export function AtChannels({ one, path }: { readonly one: DeskView; readonly path: string }) {
  const t = useTexts(channelTexts)
  const here = useHere()
  const ask = useAsk<ErrandsView>(isThere.includes(one.state) ? `${path}/channels` : null, {}, { everyMs: 10_000 })
  const askNow = useTell<object, ErrandsView>(`${path}/channels/ask`)
  if (!isThere.includes(one.state) || one.channels.length === 0) return null
  const mayWrite = here.may('lots.open', 'platform')
  return (
    <section className="lp-card">
      <div className="lp-head">
        <h2>{t.title}</h2>
        <div className="lp-actions">
          <Button
            loading={askNow.isPending}
            onClick={() => askNow.mutate({}, { onSuccess: () => say(t.asked) })}
            disabled={ask.data?.errands.length === 0}
          >
            {t.ask}
          </Button>
        </div>
      </div>
      <p className="lp-hint">{t.how}</p>
      <ProblemBox problem={askNow.error} own={applicationProblems} />
      <Answered ask={ask} own={applicationProblems}>
        {({ errands }) => (
          <DataTable
            label={t.title}
            extent="part"
            rows={one.channels.map(({ channel, state }) => ({
              ...{ channel, state, errand: errands.find((errand) => errand.channel === channel) ?? null },
            }))}
            rowKey={({ channel }) => channel}
            columns={[
              { key: 'channel', title: t.channel, show: ({ channel }) => t.names[channel] },
              {
                key: 'number',
                title: t.number,
                show: ({ errand }) => <span className="lp-number">{errand?.numberThere ?? ''}</span>,
              },
              { key: 'there', title: t.there, show: ({ errand }) => errand?.channelNo ?? '' },
              { key: 'stands', title: t.stands, show: ({ errand }) => <Stands errand={errand} /> },
              { key: 'opened', title: t.opened, show: ({ errand }) => errand?.opened ?? '' },
            ]}
            {...(mayWrite
              ? {
                  actions: {
                    title: t.act,
                    show: ({ channel, state }: { channel: ErrandView['channel']; state: string }) =>
                      state !== 'live' && state !== 'returned' && <ByHand channel={channel} path={path} />,
                  },
                }
              : {})}
          />
        )}
      </Answered>
    </section>
  )
}

function Stands({ errand }: { readonly errand: ErrandView | null }) {
  const t = useTexts(channelTexts)
  if (errand === null) return t.waits
  if (errand.opened !== null) return <span className="lp-good">{t.done}</span>
  return (
    <>
      {errand.trouble !== null && (
        <span className="lp-bad">{errand.trouble === 'by-hand' ? t.noInterface : t.refused(errand.trouble)}</span>
      )}{' '}
      {t.next} <Time at={errand.askAt} short />
    </>
  )
}

/** By whom the money is received from now on, as the channel's portal shows it. */
function ByHand({ channel, path }: { readonly channel: ErrandView['channel']; readonly path: string }) {
  const t = useTexts(channelTexts)
  const [typed, setTyped] = useState('')
  const tell = useTell<HandAsk, ErrandsView>(`${path}/channels/${channel}/by-hand`)
  const number = typed.trim()
  return (
    <Because
      label={t.byHand}
      title={t.byHandOf(t.names[channel])}
      what={t.byHandWhat}
      sure={t.byHandSure}
      own={applicationProblems}
      more={
        <Field label={t.merchants[channel].label} name="merchant" hint={t.merchants[channel].hint} problem={tell.error}>
          {(props) => (
            <Input
              {...props}
              inputMode="numeric"
              autoComplete="off"
              maxLength={32}
              value={typed}
              onChange={({ target }) => setTyped(target.value)}
            />
          )}
        </Field>
      }
      act={async (reason) => {
        const merchant = channel === 'wechatpay' ? { subMchid: number } : { sellerId: number }
        await tell.mutateAsync({ merchant, reason })
        say(t.written)
      }}
    />
  )
}
