import type { Language } from '../language.ts'

/** Why a lot says no, in both languages. */
export const noWords: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  'no-session': ['车场里没有这条停车记录', 'the lot knows no such stay'],
  'session-ended': ['这次停车已经结束', 'this stay has ended'],
  'still-inside': ['车场软件说这辆车还在场内', "the lot's software says that it is still inside"],
  'not-a-plate': ['这不是车牌', 'this is no plate'],
  'plate-inside': [
    '另一条在场记录已用这个车牌，请先处理那一条',
    'another stay that is inside has this plate: see to that one first',
  ],
  'entered-after-now': ['入场时间晚于现在', 'the entry would be later than now'],
  'nothing-to-correct': ['和现在的一样，没有可更正的', 'it is so already'],
  'not-priceable': ['收费规则里没有这种车型的价格', 'the price list has no price for this class'],
  'lane-unknown': ['车场没有这条通道，或它不是出口', 'the lot has no such lane, or none that leads out'],
  'stands-in-lane': ['车正停在通道里：让它开走，或开闸', 'the vehicle stands in a lane: let it drive, or open for it'],
  'left-before-entered': ['离场时间早于入场', 'it would have left before it came'],
  'left-after-now': ['离场时间晚于现在', 'it would leave later than now'],
  'vehicle-gone': ['那辆车已经不在通道里', 'that vehicle no longer stands there'],
  'vehicle-changed': ['通道里已是另一辆车', 'another vehicle stands there now'],
  'too late': ['太迟了', 'too late'],
  'no-display': ['这条通道没有显示屏', 'this lane has no display'],
  'no-answer': ['车场没有回答', 'the lot has not answered'],
  silent: ['已下令开闸，但闸没有动：请打电话给现场', 'told to open, and the gate never moved: call somebody there'],
  unsupported: ['这个车场的系统不支持', "this lot's system cannot do this"],
  busy: [
    '车场软件正忙，或暂时办不到：请稍后再试',
    "the lot's software is busy, or cannot just now: try again in a while",
  ],
  invalid: [
    '车场软件不接受这样的请求：请联系平台',
    "the lot's software does not take what it was asked: call the platform",
  ],
  unauthorised: [
    '车场软件不认我们的账号：请平台核对',
    "the lot's software does not know our account: the platform looks at it",
  ],
  'logged-out': ['车场软件要求重新登录：请稍后再试', "the lot's software wants a new login: try again in a while"],
  unreadable: [
    '车场软件的回答看不懂：请联系平台',
    "what the lot's software answered cannot be read: call the platform",
  ],
  'another-coupon': ['车场已有另一张同号的优惠券', 'the lot has another coupon of this number'],
  'too-many': ['太多了，车场不再接受', 'there are too many already'],
}

/** What a lot said, in this language; a word that nobody has a text for is shown as it came, and so is what stands behind one. */
export function lotsNo(said: string, language: Language): string {
  const [word = '', ...more] = said.split(' ')
  const known = noWords[said] ?? noWords[word]
  if (known === undefined) return said
  const text = known[language === 'zh' ? 0 : 1]
  return noWords[said] || more.length === 0 ? text : `${text} (${more.join(' ')})`
}
