import type { Text } from '@lanepay/domain/tariff/told/words.ts'

/*
 * The list for the day on which a lot moves over (docs/charging-software.md): what was seen of the lot lately, held to what must have been
 * seen before its operator relies on it. Pure; instants in milliseconds, money in fen.
 */

export type Seen = {
  /** When whoever runs the lot was last heard; null: never. `isCalled`: we call it, so it does not come to us by itself. */
  readonly heardAt: number | null
  readonly isCalled: boolean
  /** How far the lot's clock is ahead: of the entry that was told with the least delay. Null: no entry. */
  readonly aheadMs: number | null
  readonly quote: { readonly at: number; readonly owedFen: number } | null
  readonly payment: {
    readonly amountFen: number
    readonly isPaid: boolean
    /** What the lot made of being told: null, it was told nothing; `wait`: it has not answered. */
    readonly lotSays: 'took' | 'wait' | 'refused' | null
    readonly refund: { readonly state: string; readonly because: string | null; readonly amountFen: number } | null
  } | null
  /** The last order to open a gate by itself, without a payment that the lot is told of. */
  readonly opening: { readonly state: string; readonly because: string | null } | null
  readonly canOpen: boolean
  /**
   * What its software says of the lanes of the plan, where it lists its lanes: null, nobody has had it asked; those that it does not know; or
   * why it did not say. Null: it lists none.
   */
  readonly lanes: {
    readonly said: { readonly unknown: readonly string[] } | { readonly because: string } | null
  } | null
  /** Whether it tells of entries at all: of what is never told no clock can be seen. */
  readonly tellsEntries: boolean
}

export const checks = ['heard', 'clock', 'lanes', 'quote', 'payment', 'refund', 'opening'] as const
export type CheckName = (typeof checks)[number]
/** `not-yet`: nothing was seen that could pass or fail. */
export type Outcome = 'pass' | 'fail' | 'not-yet' | 'not-possible'
export type Checked = {
  readonly check: CheckName
  readonly outcome: Outcome
  readonly says: Text
  readonly toDo: Text | null
}

/** The cloud notes that a computer was there once an hour. */
const heardWithinMs = 75 * 60_000
/** A clock that is off by more than this is ill (lot-devices.md 1). */
const mostOffMs = 60_000

export const text = (chinese: string, en: string): Text => ({ 'zh-CN': chinese, en })
export const yuan = (amountFen: number) => `¥${(amountFen / 100).toFixed(2)}`
const seconds = (ms: number) => {
  const whole = Math.round(ms / 1000) || 0 // and no -0
  return `${whole > 0 ? '+' : ''}${whole} s`
}

/** What became of a refund, of an order to open, or of a question. */
const became: Readonly<Record<string, Text>> = {
  asked: text('已申请', 'asked for'),
  queued: text('已排队', 'queued'),
  sent: text('已发出', 'sent'),
  done: text('已完成', 'done'),
  opened: text('已开闸', 'opened'),
  failed: text('失败', 'failed'),
  refused: text('被拒绝', 'refused'),
  expired: text('已过时', 'expired'),
  'no answer': text('没有及时回答', 'no answer'),
}
const stateIn = (state: string, language: keyof Text): string => became[state]?.[language] ?? state

/** Every line of the list, in the order in which a person goes through it. */
export function checkLot(seen: Seen, now: number): readonly Checked[] {
  const lanes = seen.lanes === null ? [] : [lanesKnown(seen.lanes)]
  return [heard(seen, now), clock(seen), ...lanes, quote(seen), payment(seen), refund(seen), opening(seen)]
}

/** Whether the lot may be relied on: nothing failed, and nothing is left to be tried. */
export const isReady = (checked: readonly Checked[]): boolean =>
  checked.every(({ outcome }) => outcome === 'pass' || outcome === 'not-possible')

/** One line of the list. */
export const line = (check: CheckName, outcome: Outcome, says: Text, toDo: Text | null = null): Checked => ({
  ...{ check, outcome, says, toDo },
})

function heard({ heardAt, isCalled }: Seen, now: number): Checked {
  if (isCalled) return line('heard', 'not-possible', text('由本系统主动调用', 'it is called by us'))
  if (heardAt === null)
    return line(
      ...(['heard', 'fail', text('从未登录', 'never logged in')] as const),
      text('检查软件中的平台地址、厂商账号、车场编号和密钥', 'look at the address, account, lot number and key in it'),
    )
  const minutes = Math.round((now - heardAt) / 60_000)
  const says = text(`${minutes} 分钟前有消息`, `heard of ${minutes} min ago`)
  return now - heardAt <= heardWithinMs
    ? line('heard', 'pass', says)
    : line(
        'heard',
        'fail',
        says,
        text('检查车场网络，软件是否运行', 'look at the line of the lot, and whether it runs'),
      )
}

function clock({ aheadMs, tellsEntries }: Seen): Checked {
  if (!tellsEntries) return line('clock', 'not-possible', text('该系统不上报入场', 'this system tells of no entries'))
  if (aheadMs === null)
    return line(
      ...(['clock', 'not-yet', text('还没有车辆入场', 'no vehicle has come in yet')] as const),
      text('让一辆车入场', 'let a vehicle in'),
    )
  const says = text(`时钟偏差 ${seconds(aheadMs)}`, `its clock is off by ${seconds(aheadMs)}`)
  return Math.abs(aheadMs) <= mostOffMs
    ? line('clock', 'pass', says)
    : line(
        'clock',
        'fail',
        says,
        text('校准车场电脑的时间和时区', 'set the time and the zone of the computer at the lot'),
      )
}

/** Whether the software knows the lanes of the plan by the names that the plan has for them. */
export function lanesKnown({ said }: NonNullable<Seen['lanes']>): Checked {
  if (said === null)
    return line(
      ...([
        'lanes',
        'not-yet',
        text('还没有问过软件有哪些通道', 'the software was not asked for its lanes yet'),
      ] as const),
      text('用 --lanes', 'with --lanes'),
    )
  if ('because' in said)
    return line(
      'lanes',
      'fail',
      text(`软件没有给出通道：${stateIn(said.because, 'zh-CN')}`, `the software names no lanes: ${said.because}`),
      text('检查车场网络和软件设置，再用 --lanes', 'look at the line of the lot and its settings, then --lanes'),
    )
  const { unknown } = said
  if (unknown.length === 0)
    return line('lanes', 'pass', text('软件认得方案中的全部通道', 'the software knows every lane of the plan'))
  return line(
    'lanes',
    'fail',
    text(`软件不认得：${unknown.join('、')}`, `unknown to the software: ${unknown.join(', ')}`),
    text('方案中通道的 channel 写成软件里的编号', 'have the channel of each lane in the plan as the software calls it'),
  )
}

function quote({ quote: last }: Seen): Checked {
  return last
    ? line('quote', 'pass', text(`车场报价 ${yuan(last.owedFen)}`, `the lot asked for ${yuan(last.owedFen)}`))
    : line(
        ...(['quote', 'not-yet', text('还没有报价', 'no price was asked for yet')] as const),
        text(
          '为场内欠费车辆扫场内码或出口码，或用 --quote 车牌',
          'scan a code for a vehicle inside that owes something, or --quote PLATE',
        ),
      )
}

/** How a test payment went. */
export function payment({ payment: last }: Pick<Seen, 'payment'>): Checked {
  if (!last?.isPaid)
    return line(
      ...(['payment', 'not-yet', text('还没有支付', 'nothing was paid yet')] as const),
      text(
        '请车场把价格临时设为 0.01 元，再用 --pay 车牌',
        'have the price set to ¥0.01 for a while, then --pay PLATE',
      ),
    )
  const says = text(`已支付 ${yuan(last.amountFen)}`, `${yuan(last.amountFen)} were paid`)
  switch (last.lotSays) {
    case 'took':
      return line('payment', 'pass', says)
    case 'refused':
      return line(
        'payment',
        'fail',
        says,
        text('车场拒收：看告警，再退款', 'the lot refused it: see the alarm, give it back'),
      )
    case 'wait':
    case null:
      return line(
        'payment',
        'not-yet',
        says,
        text('车场尚未应答，稍后再查', 'the lot has not answered it: look again later'),
      )
  }
}

/** How it was given back. */
export function refund({ payment: last }: Pick<Seen, 'payment'>): Checked {
  const given = last?.isPaid ? last.refund : null
  if (!given)
    return line(
      ...(['refund', 'not-yet', text('还没有退款', 'nothing was given back yet')] as const),
      text('用 lanepay refund 把测试支付全额退回', 'give the test payment back with lanepay refund'),
    )
  const says = text(
    `退款 ${yuan(given.amountFen)}：${stateIn(given.state, 'zh-CN')}`,
    `refund of ${yuan(given.amountFen)}: ${stateIn(given.state, 'en')}`,
  )
  if (given.state === 'done') return line('refund', 'pass', says)
  return given.state === 'failed'
    ? line('refund', 'fail', says, text(`渠道：${given.because ?? ''}`, `the channel says: ${given.because ?? ''}`))
    : line('refund', 'not-yet', says, text('渠道尚未答复，稍后再查', 'the channel has not answered: look again later'))
}

/** What became of an order to open. */
export function opening({ opening: last, canOpen }: Pick<Seen, 'opening' | 'canOpen'>): Checked {
  if (!canOpen)
    return line('opening', 'not-possible', text('该系统不支持远程开闸', 'this system opens no gate from afar'))
  if (!last)
    return line(
      ...(['opening', 'not-yet', text('还没有远程开闸', 'no gate was opened from afar yet')] as const),
      text(
        '用 --open 或在管理后台远程开闸一次，看闸杆',
        'open a gate with --open or in the console, and look at the arm',
      ),
    )
  const says = text(`开闸指令：${stateIn(last.state, 'zh-CN')}`, `order to open: ${stateIn(last.state, 'en')}`)
  if (last.state === 'opened' || last.state === 'done') return line('opening', 'pass', says)
  if (last.state === 'queued' || last.state === 'sent')
    return line('opening', 'not-yet', says, text('车场尚未应答，稍后再查', 'the lot has not answered: look again'))
  const why = last.because ?? ''
  return line(
    'opening',
    'fail',
    says,
    text(`查看通道名称和道闸：${why}`, `look at the lane's name and its gate: ${why}`),
  )
}
