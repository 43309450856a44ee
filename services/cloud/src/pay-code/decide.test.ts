import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stepAfter } from './decide.ts'

test('what follows from what the channel says of a scanned order', () => {
  const table = [
    // being taken back, seconds after the scan, what the channel says, then
    [false, 0, 'paid', 'clear'],
    [false, 0, 'pending', 'wait'],
    [false, 29.999, 'pending', 'wait'],
    [false, 30, 'pending', 'reverse'],
    [false, 29.999, 'unclear', 'wait'],
    [false, 30, 'unclear', 'reverse'],
    [false, 29.999, 'unknown-order', 'wait'],
    [false, 30, 'unknown-order', 'reverse'],
    [false, 3_600, 'paid', 'clear'],
    [false, 5, 'closed', 'close'],
    [true, 31, 'closed', 'close'],
    [true, 31, 'paid', 'reverse'],
    [true, 31, 'pending', 'reverse'],
    [true, 31, 'unclear', 'reverse'],
    [true, 31, 'unknown-order', 'reverse'],
    [true, 119.999, 'unknown-order', 'reverse'],
    [true, 120, 'unknown-order', 'close'],
    [false, 120, 'unknown-order', 'close'],
  ] as const
  for (const [reversing, seconds, said, then] of table)
    assert.equal(
      stepAfter({ scannedAt: 1_000, reversing }, said, 1_000 + seconds * 1000),
      then,
      `${reversing} ${seconds} ${said}`,
    )
})

test('law: an order that is being taken back never counts as paid, and none is waited for longer than half a minute', () => {
  const said = fc.constantFrom('paid', 'pending', 'unknown-order', 'unclear', 'closed' as const)
  fc.assert(
    fc.property(fc.boolean(), said, fc.nat(10_000_000), (reversing, word, passedMs) => {
      const step = stepAfter({ scannedAt: 5, reversing }, word as never, 5 + passedMs)
      assert.ok(!(reversing && step === 'clear'))
      assert.ok(!(passedMs >= 30_000 && step === 'wait'))
    }),
  )
})
