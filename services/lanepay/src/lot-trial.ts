import { codeUrl, printedCode } from '@lanepay/cloud/code/printed.ts'
import {
  type Checked,
  lanesKnown,
  line,
  opening,
  payment,
  refund,
  text,
  yuan,
} from '@lanepay/cloud/lot-check/decide.ts'
import { lanesSeen } from '@lanepay/cloud/lot-check/lanes.ts'
import { openingOf, orderOpening } from '@lanepay/cloud/lot-check/opening.ts'
import { answerTo, type LanesSaid, putQuestion, type Said } from '@lanepay/cloud/lot-check/questions.ts'
import { abilitiesOfLot, paymentSeen } from '@lanepay/cloud/lot-check/store.ts'
import type { AskError, Asked } from '@lanepay/cloud/refund/ask.ts'
import { refusalsZh } from '@lanepay/cloud/refund/errors.ts'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Result } from '@lanepay/domain/result.ts'
import type { Text } from '@lanepay/domain/tariff/told/words.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'

/*
 * The tests of `lanepay lot check` that do something: each with one cause, however often it is begun. What was begun and broken off is gone
 * on with, for all of it lies in the database: the order that waits, the payment that was made, the refund that was asked for.
 */

export type Trial = {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Buffer
  readonly publicUrl: string
  readonly lot: LotKey
  /** Said while it waits. */
  readonly say: (text: Text) => void
  /** Said with the code to scan. */
  readonly show: (url: string) => Promise<void>
  /** The longest that a person, a lot or a channel is waited for. */
  readonly patienceMs: number
}

/** The one amount of a test: no fee is taken of it, so that it can go back whole. */
const testFen = 1
const lookEveryMs = 300
/** A lot that is called may take eleven seconds, and a process half a second to take the question. */
const answeredWithinMs = 20_000

async function waitFor<T>(look: () => Promise<T | null>, withinMs: number): Promise<T | null> {
  const end = performance.now() + withinMs
  for (;;) {
    const seen = await look()
    if (seen !== null || performance.now() > end) return seen
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}

const nobodyAsked = [
  text('没有云端进程询问车场', 'no cloud process has asked the lot'),
  text('启动 lanepay cloud 或 lanepay worker', 'start lanepay cloud or lanepay worker'),
] as const

/** Asks the lot's software for its lanes now, where it lists them. */
export async function tryLanes(trial: Trial, sinceMs: number): Promise<Checked> {
  const { database, lot } = trial
  if (!(await abilitiesOfLot(database, lot)).includes('lists-lanes'))
    return line('lanes', 'not-possible', text('该系统不给出通道列表', 'this system lists no lanes'))
  const id = await putQuestion(trial, lot, null)
  const said = await waitFor(() => answerTo<LanesSaid>(database, lot, id), answeredWithinMs)
  return said === null
    ? line('lanes', 'fail', ...nobodyAsked)
    : lanesKnown({ said: await lanesSeen(database, lot, sinceMs) })
}

/** Asks the lot what a vehicle inside owes now. */
export async function tryQuote(trial: Trial, plate: string): Promise<{ checked: Checked; owedFen: number | null }> {
  const { database, lot } = trial
  const id = await putQuestion(trial, lot, plate)
  const said = await waitFor(() => answerTo<Said>(database, lot, id), answeredWithinMs)
  const failed = (says: Text, toDo: Text) => ({ checked: line('quote', 'fail', says, toDo), owedFen: null })
  if (said === null) return failed(...nobodyAsked)
  if ('error' in said) {
    const { error } = said
    if (error.kind === 'offline')
      return failed(
        text('车场没有应答', 'the lot did not answer'),
        text('检查车场网络，软件是否运行', 'look at the line of the lot, and whether it runs'),
      )
    const because = `${error.because} ${error.detail ?? ''}`.trim()
    return failed(
      text(`车场拒绝报价：${because}`, `the lot names no price: ${because}`),
      text('用一辆在场车辆的车牌', 'take the plate of a vehicle that is inside'),
    )
  }
  const { owedFen } = said
  const says = text(`${plate} 现欠 ${yuan(owedFen)}`, `${plate} owes ${yuan(owedFen)} now`)
  const toDo = text('换一辆有欠费的在场车辆', 'take a vehicle inside that owes something')
  return { checked: owedFen > 0 ? line('quote', 'pass', says) : line('quote', 'not-yet', says, toDo), owedFen }
}

/** Orders a lane to open and waits for the lot's answer. The order that still waits there is waited for, not given again. */
export async function tryOpening(
  trial: Trial,
  asked: { readonly lane: number; readonly by: string; readonly reason: string },
): Promise<Checked> {
  const { database, lot } = trial
  const ordered = await orderOpening(trial, lot, asked)
  if (!ordered.ok) {
    const { error } = ordered
    if (error === 'lot-cannot') return opening({ opening: null, canOpen: false })
    return error === 'lane-unknown'
      ? line(
          ...(['opening', 'fail', text(`没有通道 ${asked.lane}`, `the lot has no lane ${asked.lane}`)] as const),
          text('--open：方案中的通道编号', '--open: the number of a lane in its plan'),
        )
      : line(
          ...(['opening', 'not-yet', text('通道内没有车', 'nobody stands in this lane')] as const),
          text('让一辆车停到道闸前', 'let a vehicle stand before the gate'),
        )
  }
  const number = numberOf('command', lot, ordered.value)
  trial.say(text(`开闸指令 ${number}，等待车场应答`, `order ${number} to open, waiting for the lot`))
  const isOver = (state: string) => state !== 'queued' && state !== 'sent'
  const last = () => openingOf(database, lot, ordered.value)
  // Never longer than it stands: a working process then says that nobody has answered.
  await waitFor(async () => {
    const now = await last()
    return now && isOver(now.state) ? now : null
  }, trial.patienceMs)
  return opening({ opening: await last(), canOpen: true })
}

/**
 * A payment of 1 fen by a person's phone, over what the lot itself says is owed, and its refund. Waits for the payment, for the lot's answer
 * to it, and for the channel's to the refund; gives nothing back that is not the test's.
 */
export async function tryPayment(
  trial: Trial,
  asked: {
    readonly plate: string
    readonly sinceMs: number
    readonly giveBack: (payment: Id) => Promise<Result<Asked, AskError>>
    readonly refusalSays: (error: AskError) => string
  },
): Promise<readonly Checked[]> {
  const { database, lot } = trial
  const { plate } = asked
  const seen = async (sinceMs: number) => {
    const one = await paymentSeen(database, lot, sinceMs, plate)
    return one?.isPaid ? one : null
  }
  const before = await seen(asked.sinceMs)
  const isOpen = before !== null && before.amountFen === testFen && before.refund?.state !== 'done'
  if (isOpen) trial.say(text('继续上次的测试支付', 'going on with the test payment that was made'))
  let begun = asked.sinceMs
  if (!isOpen) {
    const { checked, owedFen } = await tryQuote(trial, plate)
    if (owedFen === null) return [checked]
    if (owedFen !== testFen)
      return [
        checked,
        line(
          ...(['payment', 'not-yet', text(`欠 ${yuan(owedFen)}，不是 ¥0.01`, `${yuan(owedFen)} are owed`)] as const),
          text('请车场把价格临时设为 0.01 元', 'have the price set to ¥0.01 for a while'),
        ),
      ]
    const code = await printedCode(database, lot, { kind: 'prepay', laneId: 0 })
    if (code.state !== 'live')
      return [
        checked,
        line(
          ...(['payment', 'fail', text('场内码已停用', 'the code inside the lot is revoked')] as const),
          text('在管理后台换一个新码', 'replace it in the console'),
        ),
      ]
    begun = trial.clock.now()
    await trial.show(codeUrl(trial, code))
    trial.say(
      text(
        `用微信或支付宝扫码，输入 ${plate}，支付 ¥0.01；支付后自动退回`,
        `scan it with WeChat or Alipay, type ${plate}, pay ¥0.01; it is given back by itself`,
      ),
    )
  }
  const paid = await waitFor(() => seen(begun), trial.patienceMs)
  if (paid === null) return [payment({ payment: null })]
  const number = numberOf('trade', lot, paid.id)
  if (paid.amountFen !== testFen)
    return [
      line(
        ...([
          'payment',
          'fail',
          text(`${number} 支付了 ${yuan(paid.amountFen)}`, `${number} is of ${yuan(paid.amountFen)}`),
        ] as const),
        text('不是测试金额：用 lanepay refund 退回', 'not the amount of a test: give it back with lanepay refund'),
      ),
    ]
  trial.say(text(`已支付 ${number}，等待车场应答`, `${number} is paid, waiting for the lot`))
  const heard = await waitFor(async () => {
    const now = await seen(begun)
    return now && (now.lotSays === 'took' || now.lotSays === 'refused') ? now : null
  }, trial.patienceMs)
  if (heard === null) return [payment({ payment: paid })]
  const told = payment({ payment: heard })
  if (heard.refund === null || heard.refund.state === 'failed') {
    const given = await asked.giveBack(heard.id)
    // Somebody may have given it back meanwhile: then that is looked at.
    if (!given.ok && (await seen(begun))?.refund?.state === heard.refund?.state) {
      const says = text(`未退款：${refusalsZh[given.error.kind]}`, `not given back: ${asked.refusalSays(given.error)}`)
      const toDo = text(`lanepay refund ${number} all`, `lanepay refund ${number} all`)
      return [told, line('refund', 'fail', says, toDo)]
    }
  }
  trial.say(text('已申请退款，等待渠道', 'asked to be given back, waiting for the channel'))
  const back = await waitFor(async () => {
    const now = await seen(begun)
    return now?.refund?.state === 'done' || now?.refund?.state === 'failed' ? now : null
  }, trial.patienceMs)
  return [told, refund({ payment: back ?? (await seen(begun)) })]
}
