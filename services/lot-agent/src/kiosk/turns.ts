import { parsePlate } from '@lanepay/domain/plate.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Purchase } from '../disk/purchases.ts'
import type { Opening } from '../disk/store.ts'
import { quoteFor } from '../link/answer.ts'
import type { Lot } from '../lot.ts'
import type { LotAgentPlan } from '../plan.ts'
import { clearByCash } from '../shift/take.ts'
import { owedBy } from '../stay/owed.ts'
import { oweChange, paidBeside } from './change.ts'
import { takenNext } from './pieces.ts'
import type { KioskAnswer, KioskAsk, KioskRefusal, PurchaseAsk, PurchaseView, Refused } from './wire.ts'

export type KioskPlan = NonNullable<LotAgentPlan['kiosks']>[number]
export type Answered = { readonly answer: KioskAnswer; readonly opening: Opening | null }

/** What a refusal is about, and what would be right. */
const rules = {
  'no-session': ['session', 'a stay that is inside'],
  'no-purchase': ['purchase', 'one that began at this kiosk'],
  'session-ended': ['session', 'a stay that has not ended'],
  'nothing-owed': ['session', 'one that owes something; what was put in goes back by a cancel'],
  'owes-otherwise': ['owedFen', 'what is owed now; what was put in goes back by a cancel'],
  'no-change': ['till', 'hoppers that can give the change for this fee'],
  'not-filled': ['kiosk', 'one that was filled, at the lot’s page'],
  'purchase-under-way': ['purchase', 'the one that is under way, first'],
  'number-reused': ['seq', 'a running number for what it was said with first'],
  'not-enough': ['purchase', 'all of the fee put in'],
  'not-open': ['purchase', 'one that takes money still'],
  'not-due': ['purchase', 'one of which something is to be paid out'],
  'not-priceable': ['session', 'one that the price list has a price for'],
} as const satisfies Partial<Record<KioskRefusal, readonly [field: string, rule: string]>>
type Rule = keyof typeof rules
const refusal = (code: Rule): Refused => ({ ok: false, code, field: rules[code][0], rule: rules[code][1] })

/** How it stands with a kiosk, and its purchase that has not ended. Reads only. */
export function greet({ store }: Lot, kiosk: KioskPlan, now: Instant): KioskAnswer {
  const purchase = store.purchaseUnderWay(kiosk.id)
  return { ok: true, now, inService: store.openShift(kiosk.id) !== null, purchase: purchase && viewOf(purchase, store) }
}

/** What a plate owes, line by line, and what may be put in first. Reads only. */
export function quote(lot: Lot, { plate, till }: Extract<KioskAsk, { kind: 'quote' }>, now: Instant): KioskAnswer {
  const parsed = parsePlate(plate)
  // What is no plate may be a pass, which is digits and capitals.
  const typed = parsed.ok ? parsed.value : plate.normalize('NFKC').trim().toUpperCase()
  const quoted = quoteFor(lot, { plate: typed }, now)
  if (!('quote' in quoted)) return refusal(quoted.because === 'not-priceable' ? 'not-priceable' : 'no-session')
  const { session, enteredAt, expiresAt, owedFen, lines } = quoted.quote
  return { ok: true, quote: { session, enteredAt, expiresAt, owedFen, lines, takes: takenNext(till, owedFen, 0) } }
}

/**
 * Hears something of a purchase, and does it once: under the same running number it is answered the same again, whatever came
 * after. The stay is paid, and may leave, with the turn that hears `finish`; opens where its vehicle stands at an exit. Runs
 * inside a turn.
 */
export function hearPurchase(lot: Lot, kiosk: KioskPlan, asked: PurchaseAsk, now: Instant): Answered {
  const { store } = lot
  const { at: _, ...said } = asked
  const ask = JSON.stringify(said)
  const before = store.saidByKiosk(kiosk.id, asked.purchase, asked.seq)
  const silent = (answer: Refused): Answered => ({ answer, opening: null })
  if (before)
    return before.ask === ask
      ? { answer: JSON.parse(before.answer) as KioskAnswer, opening: null }
      : silent(refusal('number-reused'))
  const known = store.purchase(kiosk.id, asked.purchase)
  if (asked.kind !== 'begin') {
    if (!known) return silent(refusal('no-purchase'))
    const next = known.lastSeq + 1
    if (asked.seq !== next)
      return silent({
        ok: false,
        code: 'out-of-order',
        field: 'seq',
        rule: `${next} comes next, with what was said then`,
      })
  }
  const done = act(lot, kiosk, known, asked, now)
  const purchase = done.purchase ?? known
  if (purchase) store.keepPurchase({ ...purchase, lastSeq: asked.seq })
  const kept = store.purchase(kiosk.id, asked.purchase)
  const answer: KioskAnswer = done.refused ? refusal(done.refused) : { ok: true, purchase: viewOf(kept!, store) }
  store.keepSaidByKiosk(kiosk.id, asked.purchase, { seq: asked.seq, ask, answer: JSON.stringify(answer), at: now })
  return { answer, opening: done.opening ?? null }
}

type Done = { readonly purchase?: Purchase; readonly refused?: Rule; readonly opening?: Opening | null }

function act(lot: Lot, kiosk: KioskPlan, purchase: Purchase | null, asked: PurchaseAsk, now: Instant): Done {
  if (asked.kind === 'begin') return begin(lot, kiosk, asked, now)
  if (!purchase) throw new Error('only a begin is of no purchase yet')
  switch (asked.kind) {
    case 'insert':
      return insert(lot, purchase, asked.fen, now)
    case 'finish':
      return finish(lot, kiosk, purchase, now)
    case 'cancel':
      if (purchase.state !== 'open') return { refused: 'not-open' }
      return { purchase: due(purchase, purchase.insertedFen) }
    case 'paid-out':
      return paidOut(lot, kiosk, purchase, asked, now)
  }
}

const due = (purchase: Purchase, dueFen: number): Purchase => ({
  ...purchase,
  dueFen,
  state: dueFen > 0 ? 'due' : 'ended',
})

function begin(lot: Lot, kiosk: KioskPlan, asked: Extract<PurchaseAsk, { kind: 'begin' }>, now: Instant): Done {
  const { store, plan } = lot
  const shift = store.openShift(kiosk.id)
  if (!shift) return { refused: 'not-filled' }
  const other = store.purchaseUnderWay(kiosk.id)
  if (other && (other.state === 'due' || other.insertedFen > 0)) return { refused: 'purchase-under-way' }
  const session = store.session(asked.session as Id)
  if (!session) return { refused: 'no-session' }
  if (!store.isOpen(session.id)) return { refused: 'session-ended' }
  const owed = owedBy(lot, session, now)
  if (!owed) return { refused: 'not-priceable' }
  if (owed.owedFen === 0) return { refused: 'nothing-owed' }
  if (owed.owedFen !== asked.owedFen) return { refused: 'owes-otherwise' }
  if (takenNext(asked.till, owed.owedFen, 0).length === 0) return { refused: 'no-change' }
  // Its driver put nothing in and went away.
  if (other) store.keepPurchase({ ...other, state: 'ended' })
  const standsUntil = owed.standsUntil ?? Number.POSITIVE_INFINITY
  return {
    purchase: {
      kiosk: kiosk.id,
      number: asked.purchase,
      session: session.id,
      shift: shift.id,
      owedFen: owed.owedFen,
      paidBeforeFen: owed.paidFen,
      leaveMinutes: owed.leaveMinutes,
      begunAt: now,
      expiresAt: Math.min(now + plan.quoteMinutes * 60_000, standsUntil) as Instant,
      till: asked.till,
      state: 'open',
      insertedFen: 0,
      clearance: null,
      dueFen: 0,
      paidOutFen: 0,
      lastSeq: asked.seq,
    },
  }
}

/** Whatever has become of the purchase, the money is inside: told too late to pay with, it goes back or is owed. */
function insert(lot: Lot, purchase: Purchase, fen: number, now: Instant): Done {
  const inserted = { ...purchase, insertedFen: purchase.insertedFen + fen }
  if (purchase.state === 'open') return { purchase: inserted }
  if (purchase.state === 'ended') oweChange(lot, purchase, { amountFen: fen, because: 'told-late' }, now)
  return { purchase: { ...inserted, dueFen: purchase.dueFen + fen } }
}

function finish(lot: Lot, kiosk: KioskPlan, purchase: Purchase, now: Instant): Done {
  const { store } = lot
  if (purchase.state !== 'open') return { refused: 'not-open' }
  if (!store.isOpen(purchase.session)) return { refused: 'session-ended' }
  const session = store.session(purchase.session)!
  const owed = owedBy(lot, session, now)
  if (owed?.owedFen === 0) return { refused: 'nothing-owed' }
  const stands = now <= purchase.expiresAt && store.cleared(session.id).paidFen === purchase.paidBeforeFen
  if (!stands && owed?.owedFen !== purchase.owedFen) return { refused: 'owes-otherwise' }
  const { insertedFen, owedFen: paidFen, leaveMinutes, shift, begunAt } = purchase
  if (insertedFen < paidFen) return { refused: 'not-enough' }
  const changeFen = insertedFen - paidFen
  const { clearance, opening } = clearByCash(
    lot,
    session,
    {
      ...{ paidFen, leaveMinutes, by: kiosk.name, givenFen: insertedFen, changeFen, purchase: purchase.number },
      ...{ drawer: { shift, booth: kiosk.id }, quotedAt: stands ? begunAt : now },
    },
    now,
  )
  return { purchase: { ...due(purchase, changeFen), clearance }, opening }
}

function paidOut(
  lot: Lot,
  kiosk: KioskPlan,
  purchase: Purchase,
  { fen, because = 'paid-less' }: Extract<PurchaseAsk, { kind: 'paid-out' }>,
  now: Instant,
): Done {
  if (purchase.state === 'open') return { refused: 'not-due' }
  const paid: Purchase = { ...purchase, state: 'ended', paidOutFen: purchase.paidOutFen + fen }
  const missing = purchase.state === 'due' ? purchase.dueFen - fen : -fen
  if (missing > 0) oweChange(lot, purchase, { amountFen: missing, because }, now)
  if (missing < 0) paidBeside(lot, purchase, { fen: -missing, by: kiosk.name }, now)
  return { purchase: paid }
}

function viewOf(purchase: Purchase, store: Lot['store']): PurchaseView {
  const { number, state, session, owedFen, expiresAt, insertedFen, till, clearance, dueFen, paidOutFen } = purchase
  return {
    purchase: number,
    state,
    session,
    owedFen,
    expiresAt,
    insertedFen,
    takes: state === 'open' ? takenNext(till, owedFen, insertedFen) : [],
    paidFen: clearance === null ? 0 : owedFen,
    dueFen,
    paidOutFen,
    changeOwedFen: store
      .changeOwedAt(purchase.kiosk)
      .reduce((sum, one) => (one.purchase === number ? sum + one.leftFen : sum), 0),
    nextSeq: purchase.lastSeq + 1,
  }
}
