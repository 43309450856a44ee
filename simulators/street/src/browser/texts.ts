import type { WireMessage } from '@lanepay/simulator-wire/wire.ts'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { WalletName } from '../phone/phone.ts'
import type { Place } from '../traffic.ts'
import type { ActRefusal, CodeKind, FaultView, LotKind } from '../view.ts'

export type Language = 'zh-CN' | 'en'

const zh = {
  title: '模拟街区',
  connecting: '正在连接……',
  lost: '与街区服务器断开，正在重连……',
  language: 'English',
  showMe: '演示一遍',
  faults: '故障',
  wires: '线上消息',
  lots: '看哪个车场',
  clock: '模拟时钟',
  tenMinutes: '+10 分',
  oneHour: '+1 小时',
  oneDay: '+1 天',
  scene: '停车场俯视图',
  send: '来车',
  plate: '车牌',
  platePlaceholder: '如 粤B12345',
  sendTyped: '开来',
  sendAny: '随机车牌',
  sendUnplated: '无牌车',
  notAPlate: '不是规范车牌：相机看到什么就报什么',
  cars: '场内外车辆',
  noCars: '还没有车。输入车牌，或点“随机车牌”。',
  unplated: '无牌车',
  driveOut: '开到出口',
  turnBack: '掉头',
  bay: '车位',
  tariff: '收费公示',
  noTariff: '没有公示收费规则',
  close: '关闭',
  booth: '岗亭',
  openByHand: '岗亭手动抬杆',
  said: '语音',
  paintedIn: '入口',
  paintedOut: '出口',
  entryDisplay: '入口显示屏',
  exitDisplay: '出口显示屏',
  armDown: '杆落',
  armUp: '杆起',
  blank: '（空白）',
  scan: '扫码',
  scanHere: '用手机扫一扫',
  enlarge: '放大二维码',
  realPhone: '这是真实可扫的二维码：',
  phone: '手机',
  driver: '车主',
  wallet: '钱包',
  scanTitle: '扫一扫',
  scanHint: '点街上的二维码，或在这里选一张',
  back: '返回',
  closePage: '关闭页面',
  payCode: '付款码',
  payCodeDigits: '付款码数字',
  payCodeHint: '给收费员扫一扫，或把数字输入岗亭页面。每分钟自动更新，用过即失效。',
  payCodeAgain: '换一个',
  newPhone: '换新手机（清除身份）',
  pageOf: '手机页面',
  paused: '已暂停',
  pause: '暂停',
  resume: '继续',
  clear: '清空',
  copy: '复制',
  copied: '已复制',
  noWires: '还没有消息。来一辆车试试。',
  newest: '到最新',
  decoded: '解析',
  raw: '原文',
  allWires: '全部',
  faultsHint: '打开后，下一次遇到机会就会发生；看看系统怎么应付。',
  armed: '待触发',
  on: '已开',
  off: '关',
  next: '下一步',
  start: '开始',
  auto: '自动播放',
  manual: '手动',
  end: '结束演示',
  again: '再来一遍',
  waiting: '进行中……',
  stuck: '等了很久还没发生。看看右边的线上消息，或直接点下一步。',
  step: '步骤',
}
export type Texts = typeof zh

const en: Texts = {
  title: 'Simulated street',
  connecting: 'Connecting…',
  lost: 'The street’s server is away; trying again…',
  language: '中文',
  showMe: 'Show me',
  faults: 'Faults',
  wires: 'Wires',
  lots: 'Which car park',
  clock: 'Simulated clock',
  tenMinutes: '+10 min',
  oneHour: '+1 h',
  oneDay: '+1 day',
  scene: 'The car park from above',
  send: 'Send in a car',
  plate: 'Plate',
  platePlaceholder: 'e.g. 粤B12345',
  sendTyped: 'Send',
  sendAny: 'Random plate',
  sendUnplated: 'No plate',
  notAPlate: 'Not a proper plate: the camera reports what it sees',
  cars: 'Cars',
  noCars: 'No cars yet. Type a plate, or take a random one.',
  unplated: 'No plate',
  driveOut: 'To the exit',
  turnBack: 'Turn back',
  bay: 'Bay',
  tariff: 'Prices',
  noTariff: 'No prices are posted',
  close: 'Close',
  booth: 'Booth',
  openByHand: 'Open by hand (button in the booth)',
  said: 'Voice',
  paintedIn: 'IN',
  paintedOut: 'OUT',
  entryDisplay: 'Display at the entry',
  exitDisplay: 'Display at the exit',
  armDown: 'arm down',
  armUp: 'arm up',
  blank: '(blank)',
  scan: 'Scan',
  scanHere: 'Scan with the phone',
  enlarge: 'Enlarge the code',
  realPhone: 'A real code, for real scanners:',
  phone: 'Phone',
  driver: 'Driver',
  wallet: 'Wallet',
  scanTitle: 'Scan',
  scanHint: 'Click a code on the street, or take one here',
  back: 'Back',
  closePage: 'Close the page',
  payCode: 'Pay code',
  payCodeDigits: 'Digits of the pay code',
  payCodeHint:
    'For the attendant to scan, or to type on the page of the booth. It changes every minute, and is good once.',
  payCodeAgain: 'Another one',
  newPhone: 'New phone (known to nobody)',
  pageOf: 'Page on the phone of',
  paused: 'Paused',
  pause: 'Pause',
  resume: 'Go on',
  clear: 'Clear',
  copy: 'Copy',
  copied: 'Copied',
  noWires: 'Nothing yet. Send in a car.',
  newest: 'Newest',
  decoded: 'Decoded',
  raw: 'Raw',
  allWires: 'All',
  faultsHint: 'A fault happens at its next occasion. Watch how the system copes.',
  armed: 'waiting',
  on: 'on',
  off: 'off',
  next: 'Next',
  start: 'Start',
  auto: 'Play',
  manual: 'By hand',
  end: 'End the tour',
  again: 'Once more',
  waiting: 'Under way…',
  stuck: 'This takes long. Look at the wires on the right, or go on with Next.',
  step: 'Step',
}

export const textsIn: Readonly<Record<Language, Texts>> = { 'zh-CN': zh, en }

const places: Readonly<Record<Language, Readonly<Record<Place['at'], string>>>> = {
  'zh-CN': {
    entry: '在入口',
    entering: '进场中',
    bay: '停在',
    exit: '在出口',
    leaving: '离场中',
    'turning-away': '掉头离开',
    backing: '退回车位',
  },
  en: {
    entry: 'at the entry',
    entering: 'driving in',
    bay: 'in bay',
    exit: 'at the exit',
    leaving: 'leaving',
    'turning-away': 'turning away',
    backing: 'backing off',
  },
}
export const placeText = (language: Language, at: Place['at']): string => places[language][at]

const codeKinds: Readonly<Record<Language, Readonly<Record<CodeKind, string>>>> = {
  'zh-CN': { entry: '入口码', prepay: '场内缴费码', exit: '出口码' },
  en: { entry: 'Entry code', prepay: 'Pay inside', exit: 'Exit code' },
}
export const codeText = (language: Language, kind: CodeKind): string => codeKinds[language][kind]

const lotKindTexts: Readonly<Record<Language, Readonly<Record<LotKind, string>>>> = {
  'zh-CN': { hosted: '托管车场', connected: '自带收费软件' },
  en: { hosted: 'Hosted lot', connected: 'Connected lot' },
}
export const lotKindText = (language: Language, kind: LotKind): string => lotKindTexts[language][kind]

const walletTexts: Readonly<Record<Language, Readonly<Record<WalletName, string>>>> = {
  'zh-CN': { wechatpay: '微信', alipay: '支付宝' },
  en: { wechatpay: 'WeChat', alipay: 'Alipay' },
}
export const walletText = (language: Language, wallet: WalletName): string => walletTexts[language][wallet]

export const wireNames = [
  'camera',
  'gate',
  'display',
  'lot-link',
  'bolink',
  'driver',
  'wallet',
  'wechatpay',
  'alipay',
] as const
const wireTexts: Readonly<Record<Language, Readonly<Record<WireMessage['wire'], string>>>> = {
  'zh-CN': {
    camera: '相机',
    gate: '道闸',
    display: '显示屏',
    'lot-link': '车场⇄云',
    bolink: '泊链',
    driver: '车主手机',
    wallet: '钱包',
    wechatpay: '微信支付',
    alipay: '支付宝',
  },
  en: {
    camera: 'Camera',
    gate: 'Gate',
    display: 'Display',
    'lot-link': 'Lot ⇄ cloud',
    bolink: 'Bolink',
    driver: 'Phone',
    wallet: 'Wallet',
    wechatpay: 'WeChat Pay',
    alipay: 'Alipay',
  },
}
export const wireText = (language: Language, wire: WireMessage['wire']): string => wireTexts[language][wire]

const groups: Readonly<Record<Language, Readonly<Record<FaultView['group'], string>>>> = {
  'zh-CN': { lane: '车道设备', link: '车场与云的连线', wechatpay: '微信支付', alipay: '支付宝' },
  en: { lane: 'Lane equipment', link: 'Line between lot and cloud', wechatpay: 'WeChat Pay', alipay: 'Alipay' },
}
export const groupText = (language: Language, group: FaultView['group']): string => groups[language][group]

const refusals: Readonly<Record<Language, Readonly<Record<ActRefusal, string>>>> = {
  'zh-CN': {
    'bad-request': '这个请求不对',
    'bays-full': '车位满了，先开走一辆。',
    'lane-full': '车道排满了，等前面的车走。',
    'car-unknown': '这辆车已经不在了。',
    'not-from-here': '车在这里做不了这个动作。',
    'fault-unknown': '没有这个故障。',
    'fault-failed': '对方不肯出这个故障。',
    'phone-unknown': '没有这部手机。',
  },
  en: {
    'bad-request': 'That was not understood.',
    'bays-full': 'Every bay is taken: let one drive out first.',
    'lane-full': 'The lane is full: wait for those ahead.',
    'car-unknown': 'This car is not here any more.',
    'not-from-here': 'The car cannot do that where it is.',
    'fault-unknown': 'There is no such fault.',
    'fault-failed': 'The part refused this fault.',
    'phone-unknown': 'There is no such phone.',
  },
}
export const refusalText = (language: Language, refusal: string): string =>
  (refusals[language] as Readonly<Record<string, string>>)[refusal] ?? refusal

export const LanguageContext = createContext<Language>('zh-CN')
/** The texts of the language that is shown, and its name. */
export function useTexts(): { readonly t: Texts; readonly language: Language } {
  const language = useContext(LanguageContext)
  return { t: textsIn[language], language }
}
