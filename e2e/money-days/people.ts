import assert from 'node:assert/strict'
import { askRefund } from '@lanepay/cloud/refund/ask.ts'
import { parseRuleFile } from '@lanepay/cloud/share/rule-file.ts'
import { putRule } from '@lanepay/cloud/share/rules.ts'
import { setAside } from '@lanepay/cloud/withdrawal/ask.ts'
import { usualTerms } from '@lanepay/cloud/withdrawal/decide.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { Chance } from './chance.ts'
import type { LivedLot } from './lot.ts'
import type { Met } from './met.ts'
import { accountOf, bucket, channelNames, hour, type World } from './world.ts'

/** A shift as its attendant knows it, to be held against the books. */
export type LivedShift = {
  readonly lot: number
  readonly shift: Id
  readonly expectedFen: number
  readonly overFen: number
}

/** What attendants and operators do beside the driver who stands at the exit: hand over, give back, share, withdraw. */
export function peopleOf(
  world: World,
  chance: Chance,
  told: { readonly met: Met; readonly shifts: LivedShift[]; readonly setApart: ReadonlySet<Id> },
) {
  const { lots, clock, database, newId, channels, merchants, rows } = world
  const { met, shifts, setApart } = told

  const handOver = (lot: LivedLot, shift: Id) => {
    const overFen = chance.in100(30) ? chance.between(-500, 500) : 0
    shifts.push({ lot: lot.number, shift, ...lot.handsOver(overFen) })
    met.shifts += 1
    if (overFen !== 0) met.shiftsOverOrShort += 1
  }
  const onDuty = new Map(lots.map((lot) => [lot, lot.opensShift(20_000)]))
  const change = (lot: LivedLot) => {
    handOver(lot, onDuty.get(lot)!)
    onDuty.set(lot, lot.opensShift(chance.between(0, 50) * 1_000))
  }
  const refundSomething = async (lot: LivedLot) => {
    const paid = await rows<{ id: Id; amount_fen: number; is_shared: boolean; is_begun: boolean }>(
      `select id, amount_fen, share_rule is not null as is_shared,
              exists (select from refund r where r.bucket = p.bucket and r.lot_id = p.lot_id and r.payment_id = p.id) as is_begun
         from payment p
        where bucket = $1 and lot_id = $2 and state in ('paid', 'partly-refunded') and paid_at > $3 order by id`,
      [bucket, lot.number, new Date(clock.now() - 12 * hour)],
    )
    const mayGoBack = paid.filter(({ id }) => !setApart.has(id))
    if (mayGoBack.length === 0) return
    const one = chance.oneOf(mayGoBack)
    const parts = chance.between(1, 3)
    for (let part = 0; part < parts; part++) {
      // A receipt that waits to be shared goes back whole at once or not whole: each part rounds the fee down that comes back with it,
      // so that the last one finds a fen too little of the frozen money, and waits until the channel lets go of it.
      const isRest = (part === 0 || !one.is_shared) && chance.in100(20)
      if (isRest && one.is_shared && one.is_begun) continue
      const amountFen = isRest ? ('all' as const) : chance.between(1, Math.max(1, one.amount_fen >> 2))
      const asked = await askRefund(
        {
          ...{ database, clock, newId },
          rights: { limitFen: fen(100_000_000), limitOfOperator: {}, people: [{ name: '张经理', operators: ['1'] }] },
        },
        {
          ...{ lot: { bucket, lotId: lot.number }, payment: one.id, amountFen },
          ...{ reason: '多收了', by: '张经理', secondFactor: null },
        },
      )
      if (asked.ok) met.refundsAsked += 1
      else assert.match(asked.error.kind, /^(not-enough-held|more-than-left|nothing-left|not-paid|refunded)/)
    }
  }
  const newRule = async (lot: LivedLot) => {
    const channel = chance.oneOf(channelNames)
    const takes = { basisPoints: 100 * chance.between(1, 20) }
    const parties = [{ ...world.partner[channel], takes }]
    const file = parseRuleFile({ channel, waitMinutes: chance.oneOf([1, 30, 600]), parties }, clock.now())
    assert.ok(file.ok, JSON.stringify(file))
    const of = { bucket, lotId: lot.number, platformFeeBasisPoints: 100 }
    const at = { channel: channels[channel]!, merchant: merchants[channel] }
    const rule = await putRule({ database, clock, newId }, of, at, file.value)
    assert.ok(rule.ok, JSON.stringify(rule))
  }
  const withdrawAtOnce = async () => {
    const accountId = accountOf[chance.oneOf(channelNames)]
    const id = newId()
    const amountFen = chance.in100(30) ? ('all' as const) : chance.between(301, 3_000)
    const set = await setAside(
      { database, clock, newId, terms: usualTerms },
      { bucket, accountId, kind: 'instant', amountFen, by: '张经理', id, cause: `asked:${id}` },
    )
    if (set.ok) met.withdrawalsAtOnce += 1
    else assert.match(set.error.kind, /^(under-floor|more-than-available)$/)
  }
  return {
    change,
    lastHandOver: (lot: LivedLot) => handOver(lot, onDuty.get(lot)!),
    refundSomething,
    newRule,
    withdrawAtOnce,
  }
}
