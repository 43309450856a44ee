import type { WireMessage } from '@lanepay/simulator-wire/wire.ts'
import type { Text } from './view.ts'

/*
 * What a message means, for somebody who does not read protocols. Only what is known for sure is put into words; the
 * message itself stays beside it.
 */

type Said = Pick<WireMessage, 'wire' | 'from' | 'title' | 'detail'>
type Facts = Readonly<Record<string, unknown>>
type Rule = readonly [WireMessage['wire'], RegExp, (found: RegExpExecArray, detail: Facts, said: Said) => Text | null]

const text = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
const facts = (value: unknown): Facts => (typeof value === 'object' && value !== null ? (value as Facts) : {})
const yuan = (fen: unknown): string => (typeof fen === 'number' ? `¥${(fen / 100).toFixed(2)}` : '¥?')

const inputs: Readonly<Record<string, Text>> = {
  '1 on': text('前地感：有车', 'Front loop: a vehicle'),
  '1 off': text('前地感：无车', 'Front loop: free'),
  '2 on': text('杆下地感：有车', 'Loop under the arm: a vehicle'),
  '2 off': text('杆下地感：无车', 'Loop under the arm: free'),
  '3 on': text('道闸到位：已抬起', 'Limit switch: the arm is up'),
  '3 off': text('道闸到位：已落下', 'Limit switch: the arm is not up'),
  '4 on': text('消防报警：常开', 'Fire alarm: held open'),
  '4 off': text('消防报警解除', 'Fire alarm over'),
}

const rules: readonly Rule[] = [
  [
    'camera',
    /^stored plate (\S+),/,
    ([, plate]) => text(`补传的抓拍：${plate}（不会开闸）`, `A stored read: ${plate} (opens nothing)`),
  ],
  ['camera', /^plate none,/, () => text('相机看到一辆没有车牌的车', 'The camera sees a car without a plate')],
  ['camera', /^plate (\S+),/, ([, plate]) => text(`相机认出 ${plate}`, `The camera reads ${plate}`)],
  ['camera', /^input (\d o[nf]+)/, ([, input]) => inputs[input!] ?? null],
  ['camera', /^comet poll/, () => text('相机来取指令', 'The camera asks for orders')],
  ['camera', /^heartbeat/, () => text('相机报平安', 'The camera is alive')],
  ['camera', /^not obeyed: (.*)/, ([, why]) => text(`相机不认这条指令：${why}`, `The camera does not obey: ${why}`)],
  ['gate', /silent$/, () => text('发了开闸信号，道闸没反应', 'Told to open, and the gate does nothing')],
  ['gate', /^contact closed/, () => text('开闸信号：抬杆', 'The opening contact: the arm rises')],
  ['display', /^(.*)$/, ([, lines]) => text(`屏上显示：${lines}`, `Shown: ${lines}`)],

  ['lot-link', /\/up\/events$/, (_, { events }) => eventsText(events)],
  ['lot-link', /\/up\/answer$/, (_, detail) => answerText(detail)],
  ['lot-link', /\/up\/result$/, (_, detail) => resultText(detail)],
  ['lot-link', /\/up\/hello$/, () => text('车场上线了', 'The lot is on line')],
  ['lot-link', /\/down\/welcome$/, () => text('云端：欢迎，从这里接着报', 'The cloud: welcome, go on from here')],
  [
    'lot-link',
    /\/down\/ack$/,
    (_, { seq }) => text(`云端已收妥到第 ${seq} 条`, `The cloud has kept everything up to ${seq}`),
  ],
  ['lot-link', /\/down\/request$/, (_, detail) => requestText(detail)],
  ['lot-link', /\/down\/command$/, (_, detail) => commandText(detail)],

  ['bolink', /^upload\.do (\w+)\s+→ 1$/, ([, service], { sent }) => uploadText(service!, facts(sent))],
  ['bolink', /^upload\.do /, () => text('云端没有收下这条上报', 'The cloud does not take this upload')],
  ['bolink', /^download\.do (\w+)$/, ([, service], detail) => downloadText(service!, detail)],

  ['driver', /^POST .*\/quote\s+→ 200/, (_, { answered }) => quoteText(facts(answered))],
  ['driver', /^POST .*\/quote/, () => text('手机查费：没查到', 'The phone asks for the fee: refused')],
  ['driver', /^POST .*\/pay\s+→ 200/, () => text('车主点支付：订单已备好', 'The driver taps pay: the order is ready')],
  ['driver', /^POST .*\/pay/, () => text('车主点支付：没有成功', 'The driver taps pay: refused')],
  ['driver', /^POST .*\/enter/, () => text('无牌车请求入场', 'A car without a plate asks to come in')],
  ['driver', /^POST .*\/help/, () => text('车主求助：闸没开', 'The driver asks for help at the gate')],
  ['driver', /^GET \/api\/driver\/payments\//, (_, { answered }) => paymentText(facts(answered))],
  ['driver', /^GET \/api\/driver\/codes\//, () => text('页面问：这是哪里的码', 'The page asks what code this is')],
  ['driver', /^GET \/p\/back/, () => text('带着身份回到页面', 'Back on the page, now known')],
  ['driver', /^GET \/p\/.*\/who/, () => text('去问钱包：这是谁', 'Off to the wallet: who is this?')],
  ['driver', /^GET \/p\/.*→ 30/, () => text('扫码：还不认识这部手机', 'A scan: this phone is not known yet')],
  ['driver', /^GET \/p\//, () => text('扫码打开页面', 'A scan opens the page')],
  ['driver', /→ no answer$/, () => text('云端没有回答', 'The cloud does not answer')],

  ['wallet', /^pay .*→ (?:ok|9000)$/, () => text('车主在钱包里付了钱', 'The driver paid in the wallet')],
  ['wallet', /^pay /, () => text('钱包付款没有成功', 'The wallet did not pay')],
  ['wallet', /^sheet closed/, () => text('车主关掉了付款页', 'The driver closed the sheet')],

  ['wechatpay', /^OAuth → back/, () => text('微信：这是谁，凭码来换', 'WeChat hands out a code for who this is')],
  ['wechatpay', /oauth2\/access_token/, () => text('云端凭码换到车主身份', 'The cloud learns who the driver is')],
  [
    'wechatpay',
    /^POST .*\/transactions\/jsapi\s*(¥[\d.]+)?.*→ 200/,
    ([, amount = '']) => text(`云端向微信下单 ${amount}`, `The cloud creates the order ${amount}`),
  ],
  [
    'wechatpay',
    /^GET .*\/transactions\/.*→ (\w+)/,
    ([, state]) =>
      text(`云端向微信查单：${stateText(state!)['zh-CN']}`, `The cloud asks about the order: ${stateText(state!).en}`),
  ],
  ['wechatpay', /\/close\b/, () => text('云端关掉没付的订单', 'The cloud closes the unpaid order')],
  ['wechatpay', /refund/i, ([all]) => (all ? text('退款', 'A refund') : null)],
  [
    'wechatpay',
    /^notify TRANSACTION\.SUCCESS.*→ 20/,
    (_, __, { from }) => paidNotice('微信', 'WeChat', from === 'stranger', true),
  ],
  [
    'wechatpay',
    /^notify TRANSACTION\.SUCCESS/,
    (_, __, { from }) => paidNotice('微信', 'WeChat', from === 'stranger', false),
  ],

  ['alipay', /^authorise → back/, () => text('支付宝：这是谁，凭码来换', 'Alipay hands out a code for who this is')],
  ['alipay', /^alipay\.system\.oauth\.token/, () => text('云端凭码换到车主身份', 'The cloud learns who the driver is')],
  [
    'alipay',
    /^alipay\.trade\.create\s*(¥[\d.]+)?.*→ 10000/,
    ([, amount = '']) => text(`云端向支付宝下单 ${amount}`, `The cloud creates the order ${amount}`),
  ],
  [
    'alipay',
    /^alipay\.trade\.query.*→ (\S+)/,
    ([, state]) =>
      text(
        `云端向支付宝查单：${stateText(state!)['zh-CN']}`,
        `The cloud asks about the order: ${stateText(state!).en}`,
      ),
  ],
  ['alipay', /^alipay\.trade\.close/, () => text('云端关掉没付的订单', 'The cloud closes the unpaid order')],
  ['alipay', /refund/, () => text('退款', 'A refund')],
  [
    'alipay',
    /^notify TRADE_SUCCESS.*→ 200 success/,
    (_, __, { from }) => paidNotice('支付宝', 'Alipay', from === 'stranger', true),
  ],
  ['alipay', /^notify TRADE_SUCCESS/, (_, __, { from }) => paidNotice('支付宝', 'Alipay', from === 'stranger', false)],
]

/** The message in plain words, in both languages; null where there are none. */
export function plainWords(said: Said): Text | null {
  for (const [wire, pattern, put] of rules) {
    if (wire !== said.wire) continue
    const found = pattern.exec(said.title)
    if (found) return put(found, facts(said.detail), said)
  }
  return null
}

const stateText = (state: string): Text =>
  ({
    SUCCESS: text('已支付', 'paid'),
    TRADE_SUCCESS: text('已支付', 'paid'),
    NOTPAY: text('还没付', 'not paid yet'),
    WAIT_BUYER_PAY: text('还没付', 'not paid yet'),
    CLOSED: text('已关闭', 'closed'),
    TRADE_CLOSED: text('已关闭', 'closed'),
    REFUND: text('已退款', 'refunded'),
  })[state] ?? text(state, state)

function paidNotice(zh: string, en: string, forged: boolean, accepted: boolean): Text {
  if (forged)
    return accepted
      ? text('伪造的通知被接受了！', 'A forged notification was accepted!')
      : text('伪造的通知，被拒绝', 'A forged notification, refused')
  return accepted
    ? text(`${zh}通知：已支付`, `${en} notifies: paid`)
    : text(`${zh}通知没送到`, `${en}’s notification was not taken`)
}

function eventsText(events: unknown): Text | null {
  if (!Array.isArray(events)) return null
  const all = events.map((event) => eventText(facts(event)))
  return text(all.map((one) => one['zh-CN']).join('；'), all.map((one) => one.en).join('; '))
}

function eventText(event: Facts): Text {
  const { kind, plate, lane } = event
  switch (kind) {
    case 'entered':
      return text(`记下入场 ${plate}`, `${plate} has entered`)
    case 'occupied':
      return text(
        `${plate ?? '无牌车'} 停在 ${lane} 号通道`,
        `${plate ?? 'A car without a plate'} stands in lane ${lane}`,
      )
    case 'vacated':
      return event.went === 'back'
        ? text(`${lane} 号通道：车倒走了`, `Lane ${lane}: the car backed off`)
        : text(`${lane} 号通道空了`, `Lane ${lane} is free`)
    case 'left':
      return text('停车记录结束', 'The stay is over')
    case 'cleared':
      return text(`放行许可已存盘（${yuan(event.paidFen)}）`, `Clearance on the agent’s disk (${yuan(event.paidFen)})`)
    case 'gate-opened':
      return text(`${lane} 号通道抬杆一次`, `Lane ${lane} was opened, once`)
    case 'gate-silent':
      return text(`${lane} 号通道的闸没反应`, `The gate of lane ${lane} is silent`)
    case 'read-ignored':
      return text(`忽略一次抓拍：${event.because}`, `A read was ignored: ${event.because}`)
    case 'device':
      return text(`设备 ${event.device}：${event.because}`, `Device ${event.device}: ${event.because}`)
    default:
      return text(String(kind), String(kind))
  }
}

function answerText({ ok, quote, admitted, because }: Facts): Text | null {
  if (ok === false) return text(`车场答：不行（${because}）`, `The lot says no (${because})`)
  if (quote)
    return text(`车场答：应付 ${yuan(facts(quote).owedFen)}`, `The lot answers: owes ${yuan(facts(quote).owedFen)}`)
  return admitted ? text('车场答：已放入', 'The lot answers: let in') : null
}

function requestText({ kind }: Facts): Text | null {
  if (kind === 'quote') return text('云端问车场：要付多少', 'The cloud asks the lot what is owed')
  if (kind === 'admit-unplated')
    return text('云端请车场放一辆无牌车进来', 'The cloud asks the lot to let an unplated car in')
  return null
}

function commandText({ kind, gate, paidFen }: Facts): Text | null {
  if (kind === 'clearance')
    return gate
      ? text(`已付 ${yuan(paidFen)}：放行，并请开闸`, `Paid ${yuan(paidFen)}: cleared, and please open`)
      : text(`已付 ${yuan(paidFen)}：放行许可`, `Paid ${yuan(paidFen)}: cleared to leave`)
  if (kind === 'open-gate') return text('云端请开闸', 'The cloud asks to open the gate')
  return null
}

function resultText({ state, gate }: Facts): Text | null {
  if (gate === 'opened') return text('车场：闸已开', 'The lot: the gate is open')
  if (gate === 'silent') return text('车场：闸没反应', 'The lot: the gate is silent')
  if (gate === 'refused')
    return text('车场：放行已存，但不为这辆车开闸', 'The lot: kept, but the gate is not opened for this car')
  if (state === 'done') return text('车场：已办', 'The lot: done')
  return state === 'expired' || state === 'refused'
    ? text(`车场：没有照办（${state}）`, `The lot did not do it (${state})`)
    : null
}

/** Bolink lot protocol: what the charging software says, its answers among it. */
function uploadText(service: string, sent: Facts): Text | null {
  const { car_number: plate, price, state, trade_no: payment } = sent
  switch (service) {
    case 'login':
      return text('收费软件登录', 'The charging software logs in')
    case 'inpark':
      return text(`收费软件上报：${plate} 入场`, `The charging software: ${plate} has entered`)
    case 'query_price':
      return state === 1
        ? text(`收费软件答：应付 ¥${price}`, `The charging software answers: owes ¥${price}`)
        : text('收费软件答：没有找到车辆', 'The charging software knows no such car')
    case 'nolicence_in_park':
      return state === 1 ? text('收费软件：无牌车已放入', 'The charging software: let in') : null
    case 'prepay_order':
    case 'outpark':
      if (payment === undefined && service === 'outpark')
        return text(`收费软件上报：${plate} 离场`, `The charging software: ${plate} has left`)
      return state === 1
        ? text('收费软件：已收到支付', 'The charging software has taken the payment')
        : text('收费软件：没有收下这笔支付', 'The charging software does not take the payment')
    default:
      return null
  }
}

function downloadText(service: string, { state, prepay, total, operate }: Facts): Text | null {
  switch (service) {
    case 'query_price':
      return text('云端问收费软件：要付多少', 'The cloud asks the charging software what is owed')
    case 'prepay_order':
      return text(
        `云端告诉收费软件：场内已付 ¥${prepay}`,
        `The cloud tells the charging software: ¥${prepay} paid inside`,
      )
    case 'outpark':
      return state === 1
        ? text(
            `云端告诉收费软件：已付 ¥${total}，请放行`,
            `The cloud tells the charging software: ¥${total} paid, please open`,
          )
        : null
    case 'nolicence_in_park':
      return text('云端请收费软件放一辆无牌车进来', 'The cloud asks the charging software to let an unplated car in')
    case 'operate_liftrod':
      return operate === 1
        ? text('云端请收费软件落杆', 'The cloud asks the charging software to lower an arm')
        : text('云端请收费软件抬杆', 'The cloud asks the charging software to open a gate')
    case 'lock_car':
      return text('云端请收费软件锁车或解锁', 'The cloud asks the charging software to lock a car, or to let it go')
    default:
      return null
  }
}

function quoteText({ owedFen, state, plate }: Facts): Text {
  if (state === 'owed' || state === 'overdue')
    return text(`手机查费：${plate} 应付 ${yuan(owedFen)}`, `The phone sees the fee: ${plate} owes ${yuan(owedFen)}`)
  return text(`手机查费：${plate} 不用付`, `The phone sees the fee: ${plate} owes nothing`)
}

function paymentText({ state, gate }: Facts): Text | null {
  if (state === 'pending') return text('页面问：付好了吗？还没', 'The page asks: paid? Not yet')
  if (state !== 'paid') return null
  return gate === 'opened'
    ? text('页面问：付好了，闸已开', 'The page asks: paid, and the gate is open')
    : text('页面问：付好了', 'The page asks: paid')
}
