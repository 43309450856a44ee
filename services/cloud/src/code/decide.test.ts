import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import {
  decideReplace,
  decideRevoke,
  type Found,
  type Kept,
  lastSerial,
  printedOf,
  standingOf,
  verdictOf,
} from './decide.ts'
import type { Code } from './token.ts'

const now = 1_000_000 as Instant
const lot = { bucket: 7, lotId: 4001 }
const printed = (serial: number): Code => ({ ...lot, kind: 'exit', laneId: 2, serial })
const shown = (serial: number, untilMs: number, opened = false): Code => ({
  ...printed(serial),
  shown: { until: (now + untilMs) as Instant, opened },
})
const row = (state: Kept['state'], isScreen = false) => ({ state, isScreen })

describe('a scanned code', () => {
  for (const [what, code, kept, standing] of [
    ['made before codes were kept', printed(0), null, 'live'],
    ['of a later serial that nobody remembers', printed(3), null, 'code-malformed'],
    ['that hangs', printed(3), row('live'), 'live'],
    ['that was replaced', printed(0), row('replaced'), 'code-replaced'],
    ['that was revoked', printed(0), row('revoked'), 'code-revoked'],
    ['of a screen, in time', shown(1, 0), row('live', true), 'live'],
    ['of a screen, a millisecond late', shown(1, -1), row('live', true), 'code-expired'],
    ['of a screen, gone on with too late', shown(1, -1, true), row('live', true), 'code-expired'],
    ['of a screen that was ended, late as well', shown(1, -1), row('revoked', true), 'code-revoked'],
    ['of a screen that nobody remembers', shown(0, 10), null, 'code-malformed'],
    ['printed with the serial of a screen', printed(1), row('live', true), 'code-malformed'],
    ['of a screen with the serial of a printed one', shown(1, 10), row('live'), 'code-malformed'],
  ] as const)
    test(`${what}: ${standing}`, () => assert.equal(standingOf(code, kept, now), standing))
})

describe('the codes of a place', () => {
  type Act = { readonly act: 'replace' | 'revoke' | 'screen' | 'end-screen'; readonly serial: number }
  const anyAct: fc.Arbitrary<Act> = fc.record(
    { act: fc.constantFrom('replace', 'revoke', 'screen', 'end-screen'), serial: fc.nat(8) },
    { noNullPrototype: true },
  )
  /** What the tables would hold after an act. */
  const after = (kept: readonly Kept[], { act, serial }: Act): readonly Kept[] => {
    const end = (state: Kept['state']) =>
      kept.some((one) => one.serial === serial)
        ? kept.map((one) => (one.serial === serial && one.state === 'live' ? { ...one, state } : one))
        : [...kept, { serial, state, isScreen: false }]
    if (act === 'replace') {
      const next = decideReplace(kept, serial)
      return next.ok ? [...end('replaced'), { serial: next.value, state: 'live', isScreen: false }] : kept
    }
    if (act === 'screen') {
      const next = Math.max(0, ...kept.map((one) => one.serial)) + 1
      return [...kept, { serial: next, state: 'live', isScreen: true }]
    }
    return decideRevoke(kept, serial).ok ? end('revoked') : kept
  }

  test('whatever is done: one printed code is live at most, it is the last, and none comes back', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 20 }), (acts) => {
        let kept: readonly Kept[] = []
        const ended = new Set<number>()
        for (const act of acts) {
          kept = after(kept, act)
          const live = kept.filter(({ state, isScreen }) => state === 'live' && !isScreen)
          assert.ok(live.length <= 1)
          if (live[0]) assert.equal(printedOf(kept).serial, live[0].serial)
          for (const { serial, state } of kept)
            if (state !== 'live') ended.add(serial)
            else assert.equal(ended.has(serial), false, 'what ended has come back')
          assert.equal(new Set(kept.map(({ serial }) => serial)).size, kept.length)
        }
      }),
    )
  })
  test('a code that is not the last printed one is replaced by nobody: who asks twice has replaced it once', () => {
    const once = after([], { act: 'replace', serial: 0 })
    assert.deepEqual(decideReplace(once, 0), { ok: false, error: 'code-not-live' })
  })
  test('a revoked one is replaced where a code shall hang again, and is revoked once', () => {
    const revoked = after([], { act: 'revoke', serial: 0 })
    assert.deepEqual(decideRevoke(revoked, 0), { ok: false, error: 'code-not-live' })
    assert.deepEqual(decideReplace(revoked, 0), { ok: true, value: 1 })
  })
  test('serials end', () => {
    const full = [{ serial: lastSerial, state: 'live', isScreen: false }] as const
    assert.deepEqual(decideReplace(full, lastSerial), { ok: false, error: 'codes-used-up' })
  })
})

describe('what hangs at exit lane 2', () => {
  const place = { kind: 'exit', laneId: 2 } as const
  const code = (over: Partial<Code>, standing: Extract<Found, { what: 'code' }>['standing'] = 'live'): Found => ({
    what: 'code',
    code: { ...printed(0), ...over },
    standing,
  })
  for (const [what, found, verdict] of [
    ['its own live code', code({}), 'right'],
    ['one that was replaced', code({}, 'code-replaced'), 'stale'],
    ['a photograph of its screen', code({}, 'code-expired'), 'stale'],
    ['one that was revoked', code({}, 'code-revoked'), 'revoked'],
    ['that of another lane', code({ laneId: 3 }), 'swapped'],
    ['that of the way in', code({ kind: 'entry' }), 'swapped'],
    ['one to pay inside', code({ kind: 'prepay', laneId: 0 }), 'swapped'],
    ['that of another lane, replaced there', code({ laneId: 3 }, 'code-replaced'), 'swapped'],
    ['one of another lot', code({ lotId: 4002 }), 'foreign'],
    ['one of another lot, revoked there', code({ lotId: 4002 }, 'code-revoked'), 'foreign'],
    ['one whose serial nobody remembers', code({}, 'code-malformed'), 'not-ours'],
    ['the code of somebody else', { what: 'not-ours' }, 'not-ours'],
    ['nothing', { what: 'nothing' }, 'missing'],
  ] as const)
    test(`${what}: ${verdict}`, () => assert.equal(verdictOf(lot, place, found), verdict))
})
