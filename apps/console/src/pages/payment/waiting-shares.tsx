import type { PaymentStory } from '@lanepay/cloud/payment/api.ts'
import type { DecidedView } from '@lanepay/cloud/share/api.ts'
import { useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import type { ProblemTexts } from '../../kit/problem-texts.ts'
import { say } from '../../kit/said.tsx'
import { Money, yuanText } from '../../kit/shown.tsx'

const texts = {
  zh: {
    waits: '渠道付不出去、等人决定的分润：',
    again: '再试一次',
    againWhat: '用新的分润单号再向渠道申请一次。请先解决付不出去的原因（见上表），例如让分润方恢复收款账户。',
    againDone: (yuan: string) => `¥${yuan} 已再次申请，几秒后看结果。`,
    leave: '留给运营方',
    leaveWhat: '这几份不再付给分润方，归运营方所有，余款解冻。不能再改回来；要付给分润方只能在线下付。',
    leaveDone: (yuan: string) => `¥${yuan} 已归运营方。`,
  },
  en: {
    waits: 'Parts that the channel did not pay, and that wait for a person:',
    again: 'Try again',
    againWhat:
      'The channel is asked once more, under another number. See first to what was in the way (in the table above), such as a receiver’s account that is blocked.',
    againDone: (yuan: string) => `¥${yuan} is asked for again; see in a few seconds what became of it.`,
    leave: 'Leave to the operator',
    leaveWhat:
      'These parts are the operator’s and not paid to the parties any more, and what is left of the receipt is let go of. It does not come back: whoever is to be paid after all is paid outside.',
    leaveDone: (yuan: string) => `¥${yuan} is the operator’s.`,
  },
}
const problems: ProblemTexts = {
  'nothing-waits': {
    zh: '没有等人决定的分润了：可能刚刚有人处理过，请刷新。',
    en: 'Nothing waits any more: somebody may have decided just now. Reload the page.',
  },
  'refund-under-way': {
    zh: '这笔支付正在退款，退完才知道还剩多少可分。请稍后再试。',
    en: 'Some of it is going back: what is left to share is known when that is over. Try again later.',
  },
}

/** Parts that wait for a person (`ifNotPaid: person`): tried once more, or left to the operator. */
export function WaitingShares({ story }: { readonly story: PaymentStory }) {
  const t = useTexts(texts)
  const here = useHere()
  const again = useTell<object, DecidedView>(`~/payments/${story.payment}/shares-again`)
  const leave = useTell<object, DecidedView>(`~/payments/${story.payment}/shares-left`)
  const waiting = story.shares.filter(({ state }) => state === 'with-a-person')
  if (waiting.length === 0) return null
  const mayDecide = here.look === null && here.may('shares.change', 'operator')
  return (
    <div className="lp-head">
      <p className="lp-bad">
        {t.waits} <Money fen={waiting.reduce((sum, { amountFen }) => sum + amountFen, 0)} />
      </p>
      {mayDecide && (
        <div className="lp-actions">
          <Because
            label={t.again}
            title={t.again}
            what={t.againWhat}
            sure={t.again}
            own={problems}
            act={async (reason) => say(t.againDone(yuanText((await again.mutateAsync({ reason })).amountFen)))}
          />
          <Because
            danger
            label={t.leave}
            title={t.leave}
            what={t.leaveWhat}
            sure={t.leave}
            own={problems}
            act={async (reason) => say(t.leaveDone(yuanText((await leave.mutateAsync({ reason })).amountFen)))}
          />
        </div>
      )}
    </div>
  )
}
