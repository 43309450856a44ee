import assert from 'node:assert/strict'
import { test } from 'node:test'
import { driverErrorCodes, type PaymentView } from '@lanepay/cloud/driver/api.ts'
import fc from 'fast-check'
import { Phone } from '../../test/phone.ts'
import { aCode, anEntry, anOrder, aPayment, aQuote, nothingOwed, now, paid, payment } from '../../test/views.ts'
import type { Answer, Ask, Effect, Event, ProblemCode } from './stage.ts'

/*
 * Whatever the server answers, the line loses, the wallet says and the driver taps, in whatever order: these hold.
 */
type Happening =
  | { readonly is: 'answer'; readonly pick: number }
  | { readonly is: 'refusal'; readonly code: ProblemCode }
  | { readonly is: 'no-line' }
  | { readonly is: 'wait' }
  | { readonly is: 'event'; readonly event: Event }

const taps = ['pay', 'retry', 'change-plate', 'afresh', 'help', 'on-line'] as const
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.nat(20).map((pick) => ({ is: 'answer' as const, pick })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...(Object.keys(driverErrorCodes) as ProblemCode[]))
      .map((code) => ({ is: 'refusal' as const, code })),
  },
  { weight: 1, arbitrary: fc.constant({ is: 'no-line' as const }) },
  { weight: 2, arbitrary: fc.constant({ is: 'wait' as const }) },
  { weight: 5, arbitrary: fc.constantFrom(...taps).map((type) => ({ is: 'event' as const, event: { type } })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('paid', 'cancelled', 'failed', 'unclear', 'no-bridge')
      .map((result) => ({ is: 'event' as const, event: { type: 'sheet-ended', payment, result } as Event })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<Event>(
        { type: 'ask-fee', plate: '粤B12345' },
        { type: 'seen', awayMs: 60_000 },
        { type: 'helped', ok: false },
        { type: 'lot-seen', online: false },
        { type: 'lot-seen', online: true },
      )
      .map((event) => ({ is: 'event' as const, event })),
  },
)

let quotes = 0
function answerTo(asked: Ask, pick: number, kind: 'entry' | 'prepay' | 'exit'): Answer {
  const payments: PaymentView[] = [
    aPayment(),
    aPayment(),
    paid({ gate: 'opened' }),
    paid({ gate: 'silent' }),
    paid(),
    paid({ lotOnline: false, lotTold: false }),
    aPayment({ state: 'closed' }),
    aPayment({ state: 'refunding' }),
  ]
  switch (asked.ask) {
    case 'code':
      return { ask: 'code', view: aCode({ kind }) }
    case 'quote':
      return pick % 4 === 0
        ? { ask: 'quote', view: nothingOwed(kind === 'exit' ? { gate: pick % 8 === 0 ? 'opened' : 'sent' } : {}) }
        : { ask: 'quote', view: aQuote({ quote: String(++quotes), plate: pick % 5 === 0 ? '京A88888' : '粤B12345' }) }
    case 'pay':
      return { ask: 'pay', view: anOrder({ lotOnline: pick % 4 !== 0 }) }
    case 'payment':
      return { ask: 'payment', view: payments[pick % payments.length]! }
    case 'enter':
      return { ask: 'enter', view: anEntry(pick % 3 === 0 ? { state: 'pending' } : {}) }
  }
}

const stories = fc.record({
  kind: fc.constantFrom('entry' as const, 'prepay' as const, 'exit' as const),
  kept: fc.boolean(),
  happenings: fc.array(happening, { maxLength: 60 }),
})

function live(
  story: typeof stories extends fc.Arbitrary<infer S> ? S : never,
  look: (phone: Phone, before: Phone['state'], event: Happening) => void,
) {
  const kept = { payment, quote: '0', amountFen: 1550, plate: '粤B12345', expiresAt: now + 300_000 }
  const phone = new Phone({ kept: story.kept ? kept : null })
  for (const one of story.happenings) {
    const before = phone.state
    const { asked } = before
    if (one.is === 'event') phone.tell(one.event)
    else if (one.is === 'wait') phone.waits()
    else if (asked === null) continue
    else if (one.is === 'answer') phone.answers(answerTo(asked, one.pick, story.kind))
    else if (one.is === 'refusal') phone.refuses(one.code)
    else phone.losesTheLine()
    look(phone, before, one)
  }
}
const asksIn = (did: readonly Effect[]) => did.flatMap((effect) => (effect.do === 'ask' ? [effect.ask] : []))

test('nobody is asked for money but by a tap on pay, for the very quote that is on the screen', () =>
  fc.assert(
    fc.property(stories, (story) =>
      live(story, (phone, before, one) => {
        for (const asked of asksIn(phone.did)) {
          if (asked.ask !== 'pay') continue
          assert.ok(one.is === 'event' && one.event.type === 'pay')
          const { stage } = before
          assert.ok(stage.at === 'fee' || stage.at === 'waiting', stage.at)
          assert.equal(asked.quote, stage.at === 'fee' ? stage.quote.quote : stage.order.quote)
          assert.notEqual(before.asked?.ask, 'pay', 'while an order is being made, no other is')
        }
      }),
    ),
    { numRuns: 3_000 },
  ))

test('a sheet comes up only for an order that this phone remembers by then', () =>
  fc.assert(
    fc.property(stories, (story) =>
      live(story, ({ did }) => {
        const sheet = did.findIndex((effect) => effect.do === 'sheet')
        if (sheet >= 0) assert.ok(did.slice(0, sheet).some((effect) => effect.do === 'keep'))
      }),
    ),
    { numRuns: 2_000 },
  ))

test('to be let in is asked by a scan, by the driver, or while the lot still thinks; never by a clock or the line', () =>
  fc.assert(
    fc.property(stories, (story) =>
      live(story, (phone, before, one) => {
        if (!asksIn(phone.did).some(({ ask }) => ask === 'enter')) return
        const byTheDriver = one.is === 'event' && one.event.type === 'retry'
        const stillThinking = before.later?.ask === 'enter' && before.lost === 0
        assert.ok(byTheDriver || before.asked?.ask === 'code' || stillThinking)
      }),
    ),
    { numRuns: 2_000 },
  ))

test('at most one question is under way, and every wait leads to one', () =>
  fc.assert(
    fc.property(stories, (story) =>
      live(story, ({ state, did }) => {
        assert.ok(asksIn(did).length <= 1)
        assert.ok(state.asked === null || state.later === null)
        if (did.some((effect) => effect.do === 'wait')) assert.notEqual(state.later, null)
      }),
    ),
    { numRuns: 2_000 },
  ))

test('no screen is a dead end: something is under way, will be, or the driver can do something', () =>
  fc.assert(
    fc.property(stories, (story) =>
      live(story, (phone) => {
        const { state } = phone
        if (state.asked !== null || state.later !== null) return
        const final = ['leaving', 'typing', 'free', 'fee', 'done', 'entering', 'entered'].includes(state.stage.at)
        const refused = state.stage.at === 'problem'
        assert.ok(final || refused, state.stage.at)
        if (state.stage.at === 'fee') assert.equal(state.stage.doing, 'nothing')
      }),
    ),
    { numRuns: 2_000 },
  ))
