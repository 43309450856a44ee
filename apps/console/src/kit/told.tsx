import type { ToldView } from '@lanepay/cloud/tariff/api.ts'
import { useTexts } from './language.ts'
import { Time } from './shown.tsx'

const texts = {
  zh: {
    queued: '等待发送到车场',
    sent: '已发送，等车场确认',
    done: '车场已生效',
    refused: '车场拒绝，仍按原来的执行',
    expired: '车场一直没有回答',
    replaced: '已被更新的版本代替',
    newer: '车场已有更新的版本',
  },
  en: {
    queued: 'waiting to be told to the lot',
    sent: 'told, the lot has not answered yet',
    done: 'in force at the lot',
    refused: 'refused by the lot, which goes by what it had',
    expired: 'the lot never answered',
    replaced: 'replaced by a newer version',
    newer: 'the lot had a newer version',
  },
}
const newer = 'a newer version is in force'

/** What a lot has made of what it was told, and since when. */
export function Told({ told }: { readonly told: ToldView }) {
  const t = useTexts(texts)
  const { state, because, toldAt, answeredAt } = told
  const isNewer = because === newer
  const why = state === 'refused' || (state === 'done' && because !== null && !isNewer) ? because : null
  return (
    <span
      className={state === 'done' && !isNewer ? 'lp-good' : state === 'refused' || state === 'expired' ? 'lp-bad' : ''}
    >
      {isNewer ? t.newer : t[state]} <Time at={answeredAt ?? toldAt} short />
      {why !== null && <span className="lp-hint"> {why}</span>}
    </span>
  )
}
