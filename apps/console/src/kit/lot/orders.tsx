import type { OrderView } from '@lanepay/cloud/session/api.ts'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useAsk, wayOf } from '../ask.ts'
import { useHere } from '../here.tsx'
import { useIntention } from '../intention.ts'
import { language, useTexts } from '../language.ts'
import { Problem } from '../problem.ts'
import type { ProblemTexts } from '../problem-texts.ts'
import { request } from '../request.ts'
import { withSecondFactor } from '../second-factor.ts'
import { Time } from '../shown.tsx'
import { lotsNo } from './no-words.ts'

/*
 * What a person orders of a lot: sent once however often it must be sent, and followed until the lot has answered.
 */

const texts = {
  zh: {
    kinds: {
      correct: '更正',
      void: '作废',
      close: '结束停车',
      'open-gate': '远程开闸',
      show: '显示屏文字',
    },
    queued: '已排队，正在发给车场…',
    offline: (until: string) => `车场现在没有连线：恢复后执行，${until} 前有效。`,
    sent: '已发出，等车场回答…',
    done: '车场已执行。',
    opened: '闸已打开。',
    expired: '过了时间，没有执行。',
    refused: '车场没有执行：',
  },
  en: {
    kinds: {
      correct: 'Correction',
      void: 'Voiding',
      close: 'Closing of the stay',
      'open-gate': 'Opening from afar',
      show: 'Words on the display',
    },
    queued: 'Queued, on its way to the lot …',
    offline: (until: string) => `The lot is not there: it is done when it is back, until ${until}.`,
    sent: 'Sent; waiting for the lot …',
    done: 'The lot has done it.',
    opened: 'The gate has opened.',
    expired: 'Too late: it was not done.',
    refused: 'The lot has not done it: ',
  },
}
export const orderProblems: ProblemTexts = {
  'lot-refused': { zh: '车场收到了，但不照做。', en: 'The lot has heard it and will not do it.' },
  'lot-silent': {
    zh: '车场没有回答：做没做不知道，请看现场。',
    en: 'The lot has not answered: whether it did so nobody knows, so look there.',
  },
  'ask-unknown': { zh: '请关闭后重新操作一次。', en: 'Close this and begin again.' },
  'session-ended': { zh: '这次停车已经结束，不能再改。', en: 'This stay has ended and is not changed any more.' },
  'plate-malformed': { zh: '这不是车牌，请核对。', en: 'This is not a plate.' },
  'nothing-to-correct': { zh: '请填写要更正的内容。', en: 'Say what is to be corrected.' },
  'lot-cannot': {
    zh: '这个车场的系统不能远程这样做，请在现场处理。',
    en: "This lot's own system is not told so from here: do it there.",
  },
  'lane-empty': {
    zh: '通道里没有车。闸只为看得见的车打开。',
    en: 'Nobody stands in this lane. A gate is opened for a vehicle.',
  },
}

/** Sends orders under `base` (way.ts) and knows the last one. */
export function useLotOrders(base: string) {
  const here = useHere()
  const client = useQueryClient()
  const intention = useIntention(`${base}/order-asks`)
  const [last, setLast] = useState<string | null>(null)
  const send = async (path: string, body: object): Promise<void> => {
    const ask = await intention.ask({ of: path })
    const way = wayOf(path, here)
    try {
      const made = await withSecondFactor(() =>
        request<OrderView>(way.path, { method: 'POST', body: { ...body, ask }, headers: way.headers }),
      )
      intention.over()
      setLast(made.order)
    } catch (error) {
      // Refused: the next is another one. While nobody knows whether it was heard, it stays the same.
      if (error instanceof Problem && error.status >= 400 && error.status < 500) intention.over()
      throw error
    } finally {
      void client.invalidateQueries()
    }
  }
  return { send, last }
}

const isOver = (order: OrderView | undefined): boolean =>
  order !== undefined && order.state !== 'queued' && order.state !== 'sent'

/** What has become of an order, until it is over; then what it changed is asked for again. */
export function OrderState({ base, order }: { readonly base: string; readonly order: string | null }) {
  const t = useTexts(texts)
  const said = language.use()
  const client = useQueryClient()
  const [over, setOver] = useState<string | null>(null)
  const ask = useAsk<OrderView>(
    order === null ? null : `${base}/orders/${order}`,
    {},
    over === order ? {} : { everyMs: 700 },
  )
  const view = ask.data
  useEffect(() => {
    if (!isOver(view) || over === view!.order) return
    setOver(view!.order)
    // The lot's log follows its answer.
    const timers = [0, 800, 2_500].map((ms) => setTimeout(() => void client.invalidateQueries(), ms))
    return () => timers.slice(1).forEach(clearTimeout)
  }, [view, over, client])
  if (order === null) return null
  const kind = view ? ((t.kinds as Readonly<Record<string, string>>)[view.kind] ?? view.kind) : ''
  const reason = lotsNo(view?.because ?? '', said)
  return (
    <p
      className={`lp-banner${view?.state === 'refused' || view?.state === 'expired' ? ' lp-banner-warn' : ' lp-banner-look'}`}
      role="status"
    >
      <span>
        {kind !== '' && <strong>{kind}: </strong>}
        {!view || view.state === 'queued' || view.state === 'sent'
          ? view && !view.online
            ? t.offline(new Date(view.expiresAt + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' '))
            : t[view?.state === 'sent' ? 'sent' : 'queued']
          : view.state === 'refused'
            ? `${t.refused}${reason}`
            : view.state === 'expired'
              ? `${t.expired} ${reason}`
              : t[view.state]}
      </span>
      {view && <Time at={view.answeredAt ?? view.issuedAt} short />}
    </p>
  )
}
