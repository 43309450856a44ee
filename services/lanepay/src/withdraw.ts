import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { rightRefusalSays } from '@lanepay/cloud/refund/right.ts'
import { parseRefundRights } from '@lanepay/cloud/refund/rights-file.ts'
import { type AskWithdrawal, type AskWithdrawalError, askWithdrawal } from '@lanepay/cloud/withdrawal/ask.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen, parseYuan, toYuan } from '@lanepay/domain/money.ts'
import { readOrTell, readPlanOrTell } from './config.ts'
import { Told } from './keep.ts'
import { openLiveData } from './live-data.ts'
import { termsOf } from './parts.ts'
import { typedCode, usedCodes } from './second-factor.ts'
import { settingList } from './settings.ts'

const usage = `lanepay withdraw BUCKET ACCOUNT AMOUNT --by NAME
  BUCKET, ACCOUNT: of the plan of the operator's lots; one withdrawal is of the lots of one bucket
  AMOUNT: in yuan, like 1200.00, or all: what is available; the fee is taken from it`
/** Apart from the cloud processes, which count from 0, and from other commands. */
const nodeNumber = 1020

/**
 * `lanepay withdraw BUCKET ACCOUNT AMOUNT --by NAME`: asks for an instant withdrawal. Always asks for the code of the person's
 * authenticator, and never takes it from the command line, where others can read it.
 */
export async function runWithdraw(args: readonly string[]): Promise<void> {
  const asked = readArgs(args)
  const settings = readOrTell()
  if (settings.refundRights === null)
    throw new Told(`Set ${settingList.refundRights.env} to the file of those who may move money.`)
  const rights = readPlanOrTell(settings.refundRights, usage, parseRefundRights)
  const used = usedCodes(join(settings.home, 'second-factors.json'))
  const data = await openLiveData(settings)
  try {
    const newId = idMaker(() => systemClock.now(), nodeNumber)
    const deps = { database: data.database, clock: systemClock, newId, rights, terms: termsOf(settings) }
    const ask = (secondFactor: AskWithdrawal['secondFactor']) => askWithdrawal(deps, { ...asked, secondFactor })
    let answer = await ask(null)
    if (!answer.ok && answer.error.kind === 'second-factor-needed')
      answer = await ask({
        code: await typedCode(`What leaves for a bank needs the code of ${asked.by}'s authenticator.`),
        usedStep: used.of(asked.by),
      })
    if (!answer.ok) throw new Told(refusalSays(answer.error))
    const { withdrawalNumber, amountFen, feeFen, usedStep } = answer.value
    if (usedStep !== null) used.note(asked.by, usedStep)
    console.log(
      `${withdrawalNumber}  ¥${toYuan(amountFen)}, of it ¥${toYuan(feeFen)} fee and ¥${toYuan(fen(amountFen - feeFen))} to the bank; a worker sends it now, under this number, until the channel answers`,
    )
  } finally {
    await data.close()
  }
}

function readArgs(args: readonly string[]): Omit<AskWithdrawal, 'secondFactor'> {
  const options = { by: { type: 'string' } } as const
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new Told(`${(error as Error).message}\n${usage}`)
  }
  const [bucket = '', account = '', amount = '', ...more] = parsed.positionals
  const { by } = parsed.values
  if (more.length > 0 || !by || amount === '') throw new Told(usage)
  if (!/^\d{1,3}$/.test(bucket) || Number(bucket) > 255) throw new Told(`BUCKET: "${bucket}" is not 0 to 255`)
  if (!/^[1-9]\d{0,8}$/.test(account)) throw new Told(`ACCOUNT: "${account}" is no number of an account`)
  const of = { bucket: Number(bucket), accountId: Number(account), by }
  if (amount === 'all') return { ...of, amountFen: 'all' }
  const yuan = parseYuan(amount)
  if (!yuan.ok) throw new Told(`AMOUNT: "${amount}" is no amount in yuan, and not all`)
  return { ...of, amountFen: yuan.value }
}

/** What a person reads; nothing was done. */
function refusalSays(error: AskWithdrawalError): string {
  switch (error.kind) {
    case 'account-not-found':
      return 'ACCOUNT: there is no such account in use'
    case 'not-an-amount':
      return 'AMOUNT: more than 0, in whole fen'
    case 'not-paid-out-by-us':
      return 'ACCOUNT: its channel pays it out by itself; the plan of its lots says "payout": "channel" where we are to'
    case 'no-card':
      return 'ACCOUNT: no bank card is kept for it, and this channel has to be told one'
    case 'card-changed':
      return `ACCOUNT: its bank card was changed; at once again from ${new Date(error.until).toISOString()} on`
    case 'under-floor':
      return `AMOUNT: at least ¥${toYuan(error.floorFen)}, of which a fen reaches the bank; see lanepay statement for what is there`
    case 'over-limit':
      return `AMOUNT: at most ¥${toYuan(error.mostFen)} at once`
    case 'over-daily-limit':
      return `AMOUNT: ¥${toYuan(error.leftFen)} are left of what may go at once today`
    case 'more-than-available':
      return `AMOUNT: ¥${toYuan(error.availableFen)} are available: what closed days prove`
    default:
      return `--by: ${rightRefusalSays(error)}`
  }
}
