import type { KeptMessage } from './feed.ts'
import type { Act, CodeKind, StreetView, Text } from './view.ts'

/*
 * The guided tour: one whole visit, step by step. A step begins with what it does and is over when the street shows that it
 * happened; nothing is pretended.
 */

export type TourFacts = {
  readonly view: Pick<StreetView, 'cars'>
  /** The plate of the tour's own car. */
  readonly plate: string
  /** What went over the wires since the step began. */
  readonly messages: readonly KeptMessage[]
}
export type TourDoing =
  | { readonly kind: 'act'; readonly act: Act }
  | { readonly kind: 'scan'; readonly code: CodeKind }
  /** A finger on the phone: on an element, or on the first button that says so. */
  | { readonly kind: 'tap'; readonly finger: { readonly selector: string } | { readonly words: string } }

export type TourStep = {
  readonly title: Text
  readonly body: Text
  /** Where to look. */
  readonly look: 'scene' | 'phone' | 'clock' | 'wires'
  /** Null when the car this is about is not there any more. */
  readonly doing?: (facts: TourFacts) => TourDoing | null
  readonly done: (facts: TourFacts) => boolean
}

const carOf = ({ view, plate }: TourFacts) => view.cars.find((car) => car.plate === plate)
const placeOf = (facts: TourFacts) => carOf(facts)?.place.at
const heard = ({ messages }: TourFacts, wire: KeptMessage['wire'], title: RegExp): boolean =>
  messages.some((message) => message.wire === wire && title.test(message.title))

const ours = ['粤B8D602', '粤B12345', '京A88A88', '沪A66B66', '浙A5C520']
/** A plate for the tour's car that nobody here has. */
export const tourPlate = (taken: readonly (string | null)[]): string | null =>
  ours.find((plate) => !taken.includes(plate)) ?? null

export const tourStay = { minutes: 95 }
const minute = 60_000

export const tour: readonly TourStep[] = [
  {
    look: 'scene',
    title: { 'zh-CN': '一个普通的小车场', en: 'An ordinary small car park' },
    body: {
      'zh-CN':
        '一进一出，没有收费员。下面走一遍：来车、停车、扫码付钱、离场。每一步都经过真实的接口，右边能看到线上每条消息。',
      en: 'One lane in, one lane out, nobody in the booth. We follow one visit: come, park, scan and pay, leave. Every step takes the real interfaces; the wires are on the right.',
    },
    done: () => true,
  },
  {
    look: 'scene',
    title: { 'zh-CN': '车到入口，相机拍照', en: 'A car comes; the camera takes its picture' },
    body: {
      'zh-CN': '车压上地感，相机闪一下，用厂家自己的协议把车牌推给车场代理。',
      en: 'The car stands on the loop, the camera flashes and pushes the plate to the lot agent in its maker’s own protocol.',
    },
    doing: ({ plate }) => ({ kind: 'act', act: { do: 'send', plate } }),
    done: (facts) => {
      const place = carOf(facts)?.place
      return place !== undefined && (place.at !== 'entry' || place.seen)
    },
  },
  {
    look: 'scene',
    title: { 'zh-CN': '记下入场，抬杆', en: 'The stay begins, the arm rises' },
    body: {
      'zh-CN': '代理记下入场时间，显示屏欢迎，道闸抬起。断网时也一样。',
      en: 'The agent notes the entry, the display says welcome, the arm goes up. It would do so without the internet as well.',
    },
    done: (facts) => placeOf(facts) === 'bay',
  },
  {
    look: 'clock',
    title: { 'zh-CN': '停了一个多小时', en: 'More than an hour goes by' },
    body: {
      'zh-CN': `模拟时钟拨快 ${tourStay.minutes} 分钟。所有部分用同一个时钟，只有这个模拟环境能拨。`,
      en: `The simulated clock goes forward ${tourStay.minutes} minutes. All parts share it, and only this simulated setting has it.`,
    },
    doing: () => ({ kind: 'act', act: { do: 'advance', ms: tourStay.minutes * minute } }),
    done: () => true,
  },
  {
    look: 'scene',
    title: { 'zh-CN': '开到出口，屏上显示费用', en: 'At the exit the display shows the fee' },
    body: {
      'zh-CN': '出口相机认出车牌，代理按收费规则算出费用，显示在屏上，并告诉云端：这条通道里站着谁。',
      en: 'The camera knows the plate, the agent works out the fee, shows it, and tells the cloud who stands in this lane.',
    },
    doing: (facts) => {
      const car = carOf(facts)
      return car ? { kind: 'act', act: { do: 'drive-out', car: car.id } } : null
    },
    done: (facts) => {
      const place = carOf(facts)?.place
      return place === undefined || place.at === 'leaving' || (place.at === 'exit' && place.seen)
    },
  },
  {
    look: 'phone',
    title: { 'zh-CN': '车主扫出口的码', en: 'The driver scans the exit code' },
    body: {
      'zh-CN': '不装应用、不注册、不关注。打开的就是真正的车主页面：车牌、时长、费用，什么都不用填。',
      en: 'No app, no registration. This is the real driver’s page: plate, time and fee, nothing to type.',
    },
    doing: () => ({ kind: 'scan', code: 'exit' }),
    done: (facts) => heard(facts, 'driver', /\/quote\s+→ 200/),
  },
  {
    look: 'phone',
    title: { 'zh-CN': '点支付', en: 'Pay' },
    body: {
      'zh-CN': '云端向渠道下单并签名，手机弹出钱包自己的付款页。',
      en: 'The cloud creates and signs the order with the channel; the wallet shows its own payment sheet.',
    },
    doing: () => ({ kind: 'tap', finger: { words: '支付|付款|缴费|Pay' } }),
    done: (facts) => heard(facts, 'driver', /\/pay\s+→ 200/),
  },
  {
    look: 'phone',
    title: { 'zh-CN': '在钱包里确认', en: 'Confirm in the wallet' },
    body: {
      'zh-CN': '钱直接进有牌照的渠道，不经过平台。渠道用签名的通知告诉云端：已支付。',
      en: 'The money goes straight to the licensed channel. The channel tells the cloud with a signed notification.',
    },
    doing: () => ({ kind: 'tap', finger: { selector: '[data-testid=wallet-pay]' } }),
    done: (facts) => heard(facts, 'wallet', /^pay\b/),
  },
  {
    look: 'scene',
    title: { 'zh-CN': '记账、放行、抬杆', en: 'Booked, cleared, the arm rises' },
    body: {
      'zh-CN': '入账、放行许可和开闸指令在同一个事务里写下，指令到车场，道闸只为这辆车开一次。',
      en: 'Books, clearance and gate command are one transaction. The command reaches the lot; the gate opens once, for this car.',
    },
    doing: () => ({ kind: 'tap', finger: { selector: '[data-testid=wallet-done]' } }),
    done: (facts) => ['leaving', undefined].includes(placeOf(facts)),
  },
  {
    look: 'scene',
    title: { 'zh-CN': '车走了，停车记录结束', en: 'The car leaves, the stay is over' },
    body: {
      'zh-CN': '整个过程没有人动手。接下来自己试：打开“故障”，看看通知丢了、闸不动、断了网会怎样。',
      en: 'Nobody lifted a finger. Now try it yourself: open “Faults” and see what happens when a notification is lost, a gate stays shut or the line is cut.',
    },
    done: (facts) => placeOf(facts) === undefined,
  },
]
