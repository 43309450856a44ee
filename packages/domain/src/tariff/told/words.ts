import type { TariffRule, TariffTrap } from '../tariff.ts'

export const languages = ['zh-CN', 'en'] as const
export type Language = (typeof languages)[number]
export type Text = Readonly<Record<Language, string>>

/** The language that was asked for (`zh` is Chinese too), or that of the terminal; Chinese where neither says English. */
export function languageOf(
  asked: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Language | null {
  if (asked !== undefined) return languages.find((one) => one === asked || one === `${asked}-CN`) ?? null
  return /^en(?![a-z])/i.test(env.LC_ALL || env.LANG || '') ? 'en' : 'zh-CN'
}

const text = (chinese: string, english: string): Text => ({ 'zh-CN': chinese, en: english })

/** Each rule in words an operator understands: what is wrong, and why it matters. */
export const ruleTexts: Readonly<Record<TariffRule | 'twice', Text>> = {
  'wrong-type': text(
    '值的类型不对：金额是整数分，时长是整数分钟。',
    'The wrong kind of value: money is whole fen, durations are whole minutes.',
  ),
  missing: text('缺少这一项，没有它就无法计价。', 'This is missing, and nothing can be priced without it.'),
  'unknown-field': text(
    '没有这个字段。拼错的字段会悄悄改变价格，所以一律不收。',
    'There is no such field. A misspelt field would silently change prices, so none is taken.',
  ),
  'not-one-of': text('不是这里允许的值之一。', 'Not one of the values that can stand here.'),
  'out-of-range': text('数值超出允许的范围。', 'The number is out of range.'),
  'wrong-length': text('太短或太长（列表不能为空）。', 'Too short or too long (a list must not be empty).'),
  malformed: text(
    '写法不对：时刻写成 07:30，日期写成 2026-01-31。',
    'Not written as it must be: times as 07:30, dates as 2026-01-31.',
  ),
  'unknown-time-zone': text(
    '没有这个时区；内地写 Asia/Shanghai。',
    'There is no such time zone; the mainland is Asia/Shanghai.',
  ),
  'no-such-date': text('日历里没有这一天。', 'There is no such date.'),
  'no-such-time': text('周期不能从 24:00 开始，请写 00:00。', 'A cycle cannot begin at 24:00; write 00:00.'),
  'no-such-plan': text('plans 里没有这个名字的方案。', 'There is no plan of this name under plans.'),
  'plan-or-lowest-of': text(
    'plan 与 lowestOf 必须写一个，且只写一个，否则不知道按哪个方案计价。',
    'Say either plan or lowestOf, and only one: otherwise nobody knows which plan prices the stay.',
  ),
  'never-reached': text(
    '前一项已经适用于所有情况，这一项永远轮不到。',
    'The entry before it holds always, so that this one is never reached.',
  ),
  'leaves-a-remainder': text(
    '这个系数会产生不足一分的金额；请改系数，或用 amountStep 说明如何取整。',
    'This factor leaves a part of a fen; change it, or say with amountStep how amounts are rounded.',
  ),
  'without-visit-window': text(
    '按第几次进场计价，需要 visitWindow 说明在多长时间内计次。',
    'Counting visits needs visitWindow to say within what time they count.',
  ),
  'empty-window': text(
    '从开始到结束之间没有时间（或没有数值）；跨午夜请写 22:00 到 06:00，到午夜写 24:00。',
    'Nothing lies between its two ends; over midnight write 22:00 to 06:00, up to midnight write 24:00.',
  ),
  'without-restart': text(
    '免费时长只能在重新开始的周期里再次出现；这里没有这样的周期。',
    'Free time can only come again in a cycle that restarts, and there is none here.',
  ),
  'last-band-has-a-condition': text(
    '最后一个时段必须没有条件，否则有的时刻不属于任何时段。',
    'The last band must have no condition; otherwise some hours belong to no band.',
  ),
  'without-cycle': text(
    '没有计费周期（cycle），或封顶是针对整次停车的，周期编号在此没有意义。',
    'There is no cycle that this could count (or the cap is for the whole stay).',
  ),
  'not-rising': text(
    '必须比前一个大：阶梯、周期编号和版本的生效时刻都依次递增。',
    'It must be greater than the one before: steps, numbers of cycles and instants of versions rise.',
  ),
  'longer-than-unit': text('舍去的尾数不能比一个计时单位还长。', 'What is dropped cannot be longer than a unit.'),
  'per-or-over': text(
    'per（周期或整次）与 over（窗口）必须写一个，且只写一个，否则不知道封顶管哪段时间。',
    'Say either per (cycle or stay) or over (windows), and only one: otherwise nobody knows what time the cap is for.',
  ),
  'not-whole-cycles': text(
    '周期到点重新开始，封顶窗口要么不长于周期，要么正好由若干整周期组成（且不带 until）。',
    'The cycle begins again, so a window is no longer than it, or is made of whole cycles (and has no until).',
  ),
  'not-the-visits-window': text(
    '多次进场合计的窗口必须与方案的周期一样长（从入场起算）。',
    'The window over several visits must be the cycle of the plan, reckoned from the entry.',
  ),
  'first-minutes-or-percent': text(
    '减免必须写 firstMinutes（免前多少分钟）或 percent（付百分之几），且只写一个。',
    'An allowance says either firstMinutes (so many are free) or percent (so much is paid), and only one.',
  ),
  'without-first-minutes': text(
    'by 只说明免时长的算法，这里没有 firstMinutes。',
    'by says how time is let off, and there is no firstMinutes here.',
  ),
  'without-per-day': text('times 是每天几次；请同时写 per: "day"。', 'times counts per day; write per: "day" as well.'),
  'no-such-instant': text(
    '生效时刻要带时区偏移，例如 2026-01-01T00:00:00+08:00。',
    'The instant needs its offset, as 2026-01-01T00:00:00+08:00.',
  ),
  twice: text(
    '同一个字段写了两次，只有后一个算数；请删掉一个。',
    'The same field stands here twice and only the later one counts; delete one.',
  ),
}

/** What a correct list may still mean otherwise than its author thinks. */
export const trapTexts: Readonly<Record<TariffTrap['trap'] | 'falls', Text>> = {
  'list-ends': text(
    '价目表到此为止：停得更久的车没有价格。若要一直计费，最后一级写 to: null。',
    'The list ends here: a longer stay has no price. Write to: null in the last step to go on.',
  ),
  'not-for-everybody': text(
    '最后一个选择也有条件：不符合任何条件的车没有价格。',
    'Even the last choice has a condition: a vehicle that meets none has no price.',
  ),
  'unknown-day-kind': text(
    '既不是 workday、saturday、sunday、nonworkday，日历里也没有这种日子，所以永远不适用。',
    'Neither workday, saturday, sunday, nonworkday nor a kind in the calendar: it never holds.',
  ),
  'unknown-class': text(
    '没有任何车牌会归入这个车型：只有人工指定时才适用。',
    'No plate belongs to this class: it holds only where somebody says so.',
  ),
  'unused-plan': text('没有任何选择用到这个方案。', 'No choice uses this plan.'),
  'minute-of-nobody': text(
    '时段不含结束的那一分钟：写到 11:59 又从 12:00 开始，中间一分钟归最后一个时段。请写到 12:00。',
    'Bands do not include their end: to 11:59 and from 12:00 leave a minute to the last band. Write to 12:00.',
  ),
  'days-without-calendar': text(
    '按日期类型计价但没有日历：法定节假日和调休上班日只能由日历逐日给出，否则只看星期几。',
    'Prices depend on kinds of days, but there is no calendar: holidays and make-up workdays come from dates only; without them the weekday decides.',
  ),
  'free-edge-unsaid': text(
    '未说明免费时长是否含最后一刻：按“含”处理。',
    'Not said whether the free time includes its last instant: it is taken to.',
  ),
  'free-then-unsaid': text(
    '未说明超过免费时长后怎样：按全部时间计费处理。',
    'Not said what becomes of a longer stay: all of it counts.',
  ),
  'ladder-unsaid': text(
    '未说明进入另一时段时阶梯是否从头开始：按整个周期只走一遍处理。',
    'Not said whether the ladder begins again in another band: it runs once in a cycle.',
  ),
  'edge-unsaid': text(
    '未说明跨时段的计时单位怎样算：按在时段边界处截断处理，每个边界最多多收一个单位。',
    'Not said what becomes of a unit over the edge of a band: it is cut there, which can cost a unit at each edge.',
  ),
  'cap-below-first-unit': text(
    '封顶低于第一个计时单位的价格，这个单位价永远收不到。',
    'The cap is below the price of a first unit, which can never be charged whole.',
  ),
  'later-cycles-uncapped': text(
    '封顶只管前几个周期，之后不封顶。若是无意，请把最后的编号写成 null。',
    'Later cycles have no cap. If that is not meant, let the last number be null.',
  ),
  'new-stay-without-cap': text(
    '超时离场按新停车计费而没有周期封顶：可能比不付款一直停着还贵。',
    'Leaving late is a new stay and no cycle has a cap: it can cost more than never having paid.',
  ),
  'leaving-pays': text(
    '出场再进场会更便宜（免费时长或低价又来一次）。如不希望，请设置 resumeWithinMinutes。',
    'Leaving and coming back is cheaper (free or cheap minutes come again). If that is not meant, set resumeWithinMinutes.',
  ),
  'no-notice': text(
    '没有保存公示的价目原文（notice），发生争议时无从对照。',
    'The price list as posted (notice) is not kept, and it is what a dispute will be held against.',
  ),
  falls: text('停得更久反而更便宜：', 'Staying longer costs less:'),
}

/** Everything else that is said. */
export const sayings = {
  fine: text('价目表没有错误。', 'No mistake in this price list.'),
  mistakes: text('处错误', 'mistakes'),
  warnings: text('处需要留意', 'things to be aware of'),
  notJson: text('不是 JSON', 'is not JSON'),
  noFile: text('读不到文件', 'cannot be read'),
  noSuchArea: text('这份主机配置没有这个区域', 'is no area of this plan'),
  notInside: text(
    '不是在区域里的时间（写成 地库=2026-01-31T08:30/2026-01-31T10:00）',
    'is no time in an area (write basement=2026-01-31T08:30/2026-01-31T10:00)',
  ),
  whichFile: text('要看哪个文件？', 'Which file?'),
  twoFiles: text('要比较哪两个文件？', 'Which two files?'),
  price: text('停车费', 'Price of the stay'),
  due: text('应付', 'Due'),
  refund: text('应退', 'To be given back'),
  leaveBy: text('请于此前离场', 'Leave by'),
  holdsUntil: text('此金额有效至', 'The same until'),
  free: text('免费', 'free'),
  beyond: text('价目表没有价格', 'beyond the list'),
  noPrice: text(
    '这份价目表对这次停车没有价格：停得比价目表长，或没有适用的车型。',
    'This list has no price for this stay: it is longer than the list, or no choice fits the vehicle.',
  ),
  upTo: text('不超过', 'up to'),
  under: text('不到', 'under'),
  over: text('超过', 'over'),
  from: text('满', 'from'),
  version: text('价目版本，自此生效', 'Version of the list, in force from'),
  length: text('停车时长', 'Length of stay'),
  amount: text('金额', 'Price'),
  enters: text('入场', 'entering'),
  same: text('没有任何停车改变价格。', 'No stay changes price.'),
  changes: text('改变价格的停车：', 'Stays that change price:'),
  looked: text('比较范围：每个整点入场，停车不超过', 'Looked at entries on every full hour and stays up to'),
  notAnInstant: text('不是时刻（写成 2026-01-31T08:30）', 'is not a time (write 2026-01-31T08:30)'),
  notALength: text('不是时长（写成 90m、36h 或 7d）', 'is not a length (write 90m, 36h or 7d)'),
  notMoney: text('不是金额（写成 12.50）', 'is not an amount (write 12.50)'),
  notAColour: text('不是车牌颜色', 'is not a colour of a plate'),
  notACoupon: text(
    '不是优惠券（minutes:60、percent:50、amount:5.00、whole、until:2026-01-31T12:00）',
    'is not a coupon (minutes:60, percent:50, amount:5.00, whole, until:2026-01-31T12:00)',
  ),
  notAPercent: text('不是百分数（0 到 100）', 'is not a percentage (0 to 100)'),
  notAWay: text('不是输出方式（text、csv、svg）', 'is no way to write it (text, csv, svg)'),
  needed: text('必须给出', 'must be given'),
  unknownLanguage: text('--lang 只能是 zh-CN 或 en', '--lang is zh-CN or en'),
} as const satisfies Readonly<Record<string, Text>>

const dayKindTexts: Readonly<Record<string, Text>> = {
  workday: text('工作日', 'workday'),
  saturday: text('周六', 'Saturday'),
  sunday: text('周日', 'Sunday'),
  holiday: text('节假日', 'holiday'),
}
/** A kind of day as people say it; kinds of the document's own keep their name. */
export const dayKindText = (kind: string, language: Language): string => dayKindTexts[kind]?.[language] ?? kind

/** 5,430 seconds as `1 小时 30 分 30 秒` or `1 h 30 min 30 s`. */
export function lengthText(seconds: number, language: Language): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const units = { 'zh-CN': ['小时', '分', '秒'], en: ['h', 'min', 's'] }[language]
  const told = parts.flatMap((part, index) => (part > 0 ? [`${part} ${units[index]}`] : []))
  return told.length > 0 ? told.join(' ') : `0 ${units[1]}`
}

/** The longest of some stays: a step that ends a second before a whole minute does not include it. */
export const upToText = (seconds: number, language: Language): string =>
  (seconds + 1) % 60 === 0
    ? `${sayings.under[language]} ${lengthText(seconds + 1, language)}`
    : `${sayings.upTo[language]} ${lengthText(seconds, language)}`

/** What the shortest of some stays is longer than. */
export const overText = (seconds: number, language: Language): string =>
  (seconds + 1) % 60 === 0
    ? `${sayings.from[language]} ${lengthText(seconds + 1, language)}`
    : `${sayings.over[language]} ${lengthText(seconds, language)}`
