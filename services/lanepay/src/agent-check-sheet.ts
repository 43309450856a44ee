import type { Language, Text } from '@lanepay/domain/tariff/told/words.ts'
import type { Found } from './agent-check-devices.ts'

/* The commissioning sheet: what answers, which firmware, how far its clock is off. */

const heads: readonly Text[] = [
  { 'zh-CN': '通道', en: 'lane' },
  { 'zh-CN': '设备', en: 'device' },
  { 'zh-CN': '方式', en: 'by' },
  { 'zh-CN': '地址', en: 'where' },
  { 'zh-CN': '结果', en: 'result' },
  { 'zh-CN': '序列号', en: 'serial' },
  { 'zh-CN': '固件', en: 'firmware' },
  { 'zh-CN': '时钟偏差', en: 'clock off' },
]
const words = {
  entry: { 'zh-CN': '入口', en: 'entry' },
  exit: { 'zh-CN': '出口', en: 'exit' },
  camera: { 'zh-CN': '摄像机', en: 'camera' },
  gate: { 'zh-CN': '道闸', en: 'gate' },
  display: { 'zh-CN': '显示屏', en: 'display' },
  posts: { 'zh-CN': '主动上报', en: 'posts to us' },
  throughCamera: { 'zh-CN': '经摄像机', en: 'through the camera' },
  answers: { 'zh-CN': '正常', en: 'answers' },
  notTried: { 'zh-CN': '未测试', en: 'not tried' },
  clockWrong: { 'zh-CN': '时钟错误', en: 'wrong clock' },
  unreachable: {
    'zh-CN': '无法连接：检查供电、网线和方案中的地址',
    en: 'not reached: power, cable, address in the plan',
  },
  'wrong-login': { 'zh-CN': '用户名或密码错误', en: 'wrong user or password' },
  'no-answer': { 'zh-CN': '没有应答', en: 'no answer' },
  'not-this-device': { 'zh-CN': '不是方案中的设备', en: 'not the device of the plan' },
  told: { 'zh-CN': '已发开闸脉冲，请看闸杆', en: 'pulsed: look at the arm' },
  unsure: { 'zh-CN': '开闸脉冲已发出，无应答，请看闸杆', en: 'pulse sent, no word came back: look at the arm' },
  unreached: { 'zh-CN': '开闸指令未送达', en: 'the order to open never got there' },
} as const satisfies Record<string, Text>

/** A clock that is off by more than this is ill (lot-devices.md 1). */
const mostOffMs = 60_000

/** Whether the device is as it should be; what hangs on its camera is as the camera is. */
export const isWell = ({ probe, opened }: Found): boolean =>
  (probe === null || (probe.ok && Math.abs(probe.value.clockOffMs ?? 0) <= mostOffMs)) &&
  (opened === null || opened === 'told')

/** The sheet, as lines for a terminal in which a Chinese character takes two columns. */
export function sheetOf(found: readonly Found[], language: Language): string {
  const rows = [heads.map((head) => head[language]), ...found.map((one) => rowOf(one, language))]
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat(widths[column]! - widthOf(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function rowOf({ lane, direction, what, by, where, probe, opened }: Found, language: Language): readonly string[] {
  const say = (word: keyof typeof words) => words[word][language]
  const place = where === 'posts' ? say('posts') : where === 'camera' ? say('throughCamera') : where
  const device = probe?.ok ? probe.value : null
  const off = device?.clockOffMs ?? null
  const isOff = off !== null && Math.abs(off) > mostOffMs
  const state =
    probe === null
      ? null
      : !probe.ok
        ? `${say(probe.error.code)} (${probe.error.because})`
        : isOff
          ? say('clockWrong')
          : say('answers')
  const result = [state, opened && say(opened)].filter((part) => part !== null).join('; ') || say('notTried')
  return [
    `${lane} ${say(direction)}`,
    say(what),
    by,
    place,
    result,
    device?.serial ?? '-',
    device?.firmware ?? '-',
    off === null ? '-' : `${off > 0 ? '+' : ''}${(off / 1000).toFixed(1)} s`,
  ]
}

const widthOf = (text: string): number =>
  [...text].reduce((width, character) => width + (/[\u2e80-\u9fff\uff00-\uff60]/.test(character) ? 2 : 1), 0)
