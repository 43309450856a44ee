import { fen, toYuan } from './money.ts'
import { roleWords } from './role-words.ts'

/*
 * What a line of the trail says of before and after, and of what it is about, is kept short, in words of the code, for ever. Here it is said as
 * people do: amounts in yuan, times at Beijing. What is not known here is shown as it is.
 */

type Words = { readonly zh: string; readonly en: string }
type Language = keyof Words

/** Pieces that are one word of the code. */
const words: Readonly<Record<string, Words>> = {
  ...roleWords,
  'all lots': { zh: '全部车场', en: 'all lots' },
  none: { zh: '没有', en: 'none' },
  another: { zh: '另一个', en: 'another' },
  'set up': { zh: '已设置', en: 'set up' },
  'by the person': { zh: '本人设置', en: 'by the person' },
  'by a link': { zh: '用链接设置', en: 'by a link' },
  'by a command': { zh: '由服务器命令', en: 'by a command' },
  'another link': { zh: '换了链接', en: 'another link' },
  'another plate': { zh: '改了车牌', en: 'another plate' },
  authenticator: { zh: '身份验证器', en: 'authenticator' },
  'recovery-code': { zh: '恢复码', en: 'recovery code' },
  'second factor shown': { zh: '已出示动态口令', en: 'second factor shown' },
  'second factor shown for it': { zh: '已为此出示动态口令', en: 'second factor shown for it' },
  'takes over': { zh: '接管原来的主机', en: 'takes over' },
  begun: { zh: '已开始', en: 'begun' },
  ended: { zh: '已停用', en: 'ended' },
  stopped: { zh: '已停用', en: 'stopped' },
  put: { zh: '已加入', en: 'put on the list' },
  removed: { zh: '已移出', en: 'removed' },
  'told again': { zh: '重新告知', en: 'told again' },
  'not told': { zh: '不再告知车场', en: 'not told' },
  revoked: { zh: '已作废', en: 'revoked' },
  gone: { zh: '已取消', en: 'gone' },
  'taken back': { zh: '已撤回', en: 'taken back' },
  screen: { zh: '显示屏', en: 'screen' },
  correct: { zh: '更正', en: 'corrected' },
  close: { zh: '结束', en: 'closed' },
  void: { zh: '作废', en: 'voided' },
  take: { zh: '转人工', en: 'taken by a person' },
  explain: { zh: '已解释', en: 'explained' },
  settle: { zh: '已了结', en: 'settled' },
  draft: { zh: '草稿', en: 'draft' },
  submitted: { zh: '已提交', en: 'handed in' },
  'in-review': { zh: '审核中', en: 'in review' },
  returned: { zh: '已退回', en: 'returned' },
  approved: { zh: '审核通过', en: 'approved' },
  'channel-review': { zh: '渠道审核中', en: 'with the channels' },
  'to-sign': { zh: '待签约', en: 'to be signed' },
  live: { zh: '已上线', en: 'live' },
  suspended: { zh: '已暂停', en: 'suspended' },
  wechatpay: { zh: '微信支付', en: 'WeChat Pay' },
  alipay: { zh: '支付宝', en: 'Alipay' },
  entry: { zh: '入口码', en: 'entry code' },
  exit: { zh: '出口码', en: 'exit code' },
  prepay: { zh: '场内码', en: 'code inside' },
}
const yuan = (text: string): string => `¥${toYuan(fen(Number(text)))}`
const beijingMs = 8 * 3_600_000
const time = (iso: string): string => new Date(Date.parse(iso) + beijingMs).toISOString().slice(0, 19).replace('T', ' ')
const percent = (basisPoints: string): string => `${Number(basisPoints) / 100}%`
const iso = String.raw`(\d{4}-\d\d-\d\dT[\d:.]+Z)`

type Say = (say: (text: string) => string, ...found: string[]) => Words
const same = (zh: string, en: string): Words => ({ zh, en })
/** Pieces with something of their own in them. */
const pieces: readonly (readonly [form: RegExp, Say])[] = [
  [/^(\d+) fen$/, (_, n) => same(yuan(n), yuan(n))],
  [/^of it (\d+) fee$/, (_, n) => same(`其中手续费 ${yuan(n)}`, `of it ${yuan(n)} fee`)],
  [/^(\d+) fen tried again$/, (_, n) => same(`${yuan(n)} 重试`, `${yuan(n)} tried again`)],
  [/^(\d+) fen left to the operator$/, (_, n) => same(`${yuan(n)} 归运营方`, `${yuan(n)} left to the operator`)],
  [/^(\d+) fen a month$/, (_, n) => same(`每月 ${yuan(n)}`, `${yuan(n)} a month`)],
  [/^fee (\d+)$/, (_, n) => same(`平台费率 ${percent(n)}`, `platform fee ${percent(n)}`)],
  [/^refund (\d+)$/, (_, n) => same(`退款 ${n}`, `refund ${n}`)],
  [/^account (\d+)$/, (_, n) => same(`账户 ${n}`, `account ${n}`)],
  [/^order (\d+)$/, (_, n) => same(`指令 ${n}`, `order ${n}`)],
  [/^partner (\d+)$/, (_, n) => same(`分润方 ${n}`, `partner ${n}`)],
  [/^lot (\d+)$/, (_, n) => same(`车场 ${n}`, `lot ${n}`)],
  [/^lot (\d+) lanes ([\d ]+)$/, (_, n, lanes) => same(`车场 ${n} 的通道 ${lanes}`, `lot ${n} lanes ${lanes}`)],
  [/^lane (\d+)$/, (_, n) => same(`通道 ${n}`, `lane ${n}`)],
  [/^lane (\d+) (.+)$/, (_, n, name) => same(`通道 ${n} ${name}`, `lane ${n} ${name}`)],
  [/^help phone none$/, () => same('没有求助电话', 'no help phone')],
  [/^help phone (.+)$/, (_, phone) => same(`求助电话 ${phone}`, `help phone ${phone}`)],
  [/^version (\d+)$/, (_, n) => same(`第 ${n} 版`, `version ${n}`)],
  [/^with (\d+) recovery codes$/, (_, n) => same(`附 ${n} 个恢复码`, `with ${n} recovery codes`)],
  [
    /^opened with (\d+) lanes from a file$/,
    (_, n) => same(`从文件开通，${n} 条通道`, `opened with ${n} lanes from a file`),
  ],
  [
    /^changed with (\d+) lanes from a file$/,
    (_, n) => same(`按文件修改，${n} 条通道`, `changed with ${n} lanes from a file`),
  ],
  [/^(\d+) cards from a file$/, (_, n) => same(`从文件导入 ${n} 张月卡`, `${n} cards from a file`)],
  [/^(\d+) vehicles from a file$/, (_, n) => same(`从文件导入 ${n} 辆车`, `${n} vehicles from a file`)],
  [/^(\d+) plates$/, (_, n) => same(`${n} 个车牌`, `${n} plates`)],
  [/^(\d+) spaces$/, (_, n) => same(`${n} 个车位`, `${n} spaces`)],
  [/^(\d+) lines$/, (_, n) => same(`${n} 行字`, `${n} lines`)],
  [/^(\d+) a day$/, (_, n) => same(`每天 ${n} 张`, `${n} a day`)],
  [/^(\d+) a month$/, (_, n) => same(`每月 ${n} 张`, `${n} a month`)],
  [/^(\d+) of (\d+) right$/, (_, n, all) => same(`${all} 个码中 ${n} 个正确`, `${n} of ${all} right`)],
  [/^(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)$/, (_, from, to) => same(`${from} 至 ${to}`, `${from} to ${to}`)],
  [/^off ([\d -]*)$/, (_, days) => same(`放假 ${days}`, `off ${days}`)],
  [/^worked ([\d -]*)$/, (_, days) => same(`上班 ${days}`, `worked ${days}`)],
  [
    /^(entry|exit|prepay)-(\d+)$/,
    (say, kind, lane) => same(`${say(kind)}，通道 ${lane}`, `${say(kind)}, lane ${lane}`),
  ],
  [new RegExp(`^a code until ${iso}$`), (_, at) => same(`注册码，${time(at)} 前有效`, `a code until ${time(at)}`)],
  [new RegExp(`^picture of ${iso}$`), (_, at) => same(`${time(at)} 的图片`, `picture of ${time(at)}`)],
  [new RegExp(`^entered ${iso}$`), (_, at) => same(`入场 ${time(at)}`, `entered ${time(at)}`)],
  [new RegExp(`^left ${iso}$`), (_, at) => same(`离场 ${time(at)}`, `left ${time(at)}`)],
  [
    new RegExp(`^(wechatpay|alipay) from ${iso}: nothing is shared$`),
    (say, channel, at) =>
      same(`${say(channel)}，${time(at)} 起不分润`, `${say(channel)} from ${time(at)}: nothing is shared`),
  ],
  [
    new RegExp(`^(wechatpay|alipay) from ${iso}: (\\d+) parties$`),
    (say, channel, at, n) =>
      same(`${say(channel)}，${time(at)} 起，${n} 方`, `${say(channel)} from ${time(at)}: ${n} parties`),
  ],
  [/^(wechatpay|alipay) (\d+)$/, (say, channel, n) => same(`${say(channel)} ${n}`, `${say(channel)} ${n}`)],
  [/^from (\d{4}-\d\d-\d\d)T([\d:]{8})\+08:00$/, (_, day, hour) => same(`${day} ${hour} 起`, `from ${day} ${hour}`)],
  [
    /^asked of the channel: (.+)$/,
    (say, what) => same(`已向渠道申请：${say(what)}`, `asked of the channel: ${say(what)}`),
  ],
  [/^card (\d+): ended$/, (_, n) => same(`第 ${n} 张卡：已停用`, `card ${n}: ended`)],
  [/^card (\d+): card (\d+)$/, (_, n, ending) => same(`第 ${n} 张卡：尾号 ${ending}`, `card ${n}: ending ${ending}`)],
]

/** `before` or `after` of a line of the trail, as a person reads it. */
export function saidInWords(text: string, language: Language): string {
  const say = (piece: string): string => words[piece]?.[language] ?? piece
  const pieceOf = (piece: string): string => {
    for (const [form, said] of pieces) {
      const found = form.exec(piece)
      if (found) return said(saidOf, ...found.slice(1))[language]
    }
    return say(piece)
  }
  const saidOf = (all: string): string =>
    all
      .split(/([,;] )/)
      .map((piece, at) => (at % 2 === 1 ? (language === 'zh' ? '，' : piece) : pieceOf(piece)))
      .join('')
  return saidOf(text)
}

/** What a line can be about: by the word that it begins with. In English they are what the code says. */
const nouns: readonly (readonly [code: string, zh: string])[] = [
  ['share rule', '分润规则'],
  ['tariff version', '收费规则版本'],
  ['sign-in', '登录'],
  ['staff', '人员'],
  ['look', '查看'],
  ['lot', '车场'],
  ['lane', '通道'],
  ['payment', '支付'],
  ['refund', '退款'],
  ['withdrawal', '提现'],
  ['account', '账户'],
  ['session', '停车记录'],
  ['template', '条款模板'],
  ['code', '停车码'],
  ['alias', '已印码'],
  ['patrol', '巡查'],
  ['holidays', '放假安排'],
  ['application', '申请'],
  ['product', '月卡产品'],
  ['card', '月卡'],
  ['shop', '商户'],
  ['free', '免费名单'],
  ['blocked', '禁止名单'],
  ['guests', '访客名单'],
  ['discrepancy', '差错'],
  ['said', '车场软件所报'],
  ['coupons', '优惠券'],
  ['message', '给车场软件的通知'],
  ['notice', '给钱包的通知'],
]
const alone: Readonly<Record<string, string>> = {
  capacity: '车位数',
  cards: '月卡',
  free: '免费名单',
  blocked: '禁止名单',
  guests: '访客名单',
  coupons: '优惠券',
  lots: '车场',
  'sessions that were searched for': '查找到的停车记录',
}

/** What a line of the trail is about, as a person reads it. */
export function aboutInWords(about: string, language: Language): string {
  if (language === 'en') return about
  const noun = nouns.find(([code]) => about.startsWith(`${code} `))
  return noun ? `${noun[1]} ${about.slice(noun[0].length + 1)}` : (alone[about] ?? about)
}

/** What is searched for, as lines have it: `车场 42` is typed as it is read, and kept as `lot 42`. */
export function aboutAsKept(typed: string): string {
  const text = typed.trim()
  const noun = nouns.toSorted((a, b) => b[1].length - a[1].length).find(([, zh]) => text.startsWith(zh))
  return noun ? `${noun[0]} ${text.slice(noun[1].length).trim()}`.trim() : text
}
