import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { writeBillFile } from './bill-file.ts'
import { type Day, dayAfter, readyAt } from './day.ts'
import { type House, openHouse, workedAndKilled } from './reconciliation.testing.ts'

/* The files of bills, kept as they came and written out again, on the real tables. */

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

let day = '2026-06-01' as Day
async function fetched(pieces: readonly Uint8Array[], answer: 'whole' | 'damaged' = 'whole'): Promise<void> {
  house.files.set(`trade ${day}`, pieces)
  house.answers.set(`before damage ${day}`, [])
  house.answers.set(
    `trade ${day}`,
    answer === 'whole' ? [] : { kind: 'damaged', fault: 'cut', line: null, detail: 'a test' },
  )
  await house.make().round()
}
const another = (): void => {
  day = dayAfter(day)
  house.setNow(readyAt(day))
}
async function written(): Promise<{ outcome: unknown; bytes: Buffer }> {
  const out: Uint8Array[] = []
  const outcome = await writeBillFile(house.database, { accountId: 1, day, kind: 'trade' }, async (piece) => {
    out.push(Uint8Array.from(piece))
  })
  return { outcome: outcome.ok ? outcome.value.bytes : outcome.error, bytes: Buffer.concat(out) }
}
const pieces = async () =>
  (await house.rows<{ count: number }>('select count(*)::int as count from bill_piece'))[0]!.count

test('whatever it is, and in whatever pieces it came, it is written out byte for byte', async () => {
  await house.aLot()
  const sizes = fc.array(fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 600_000 })), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(sizes, async (each) => {
      another()
      const file = [randomBytes(1), ...each.map((size) => randomBytes(size))]
      await fetched(file)
      const { outcome, bytes } = await written()
      assert.equal(outcome, bytes.length)
      assert.deepEqual(bytes, Buffer.concat(file))
    }),
    { numRuns: 12 },
  )
  assert.deepEqual(house.errors, [])
})

test('a fetch that did not count leaves nothing; the one that did is kept', async () => {
  another()
  const before = await pieces()
  await fetched([randomBytes(400_000)], 'damaged')
  assert.deepEqual([await pieces(), (await written()).outcome], [before, 'no-bill'])
  house.setNow((readyAt(day) + 3_600_000) as ReturnType<typeof readyAt>)
  const whole = randomBytes(400_000)
  await fetched([whole])
  assert.deepEqual((await written()).bytes, whole)
})

test('a day without a file, and one that somebody changed, are said to be so', async () => {
  another()
  await fetched([])
  assert.equal((await written()).outcome, 'no-file')
  another()
  await fetched([Buffer.from('as it came')])
  await house.sql.query(
    `update bill_piece set bytes = 'as it was made' where bill_id = (select bill_id from bill where kind = 'trade' and day = $1::date)`,
    [day],
  )
  assert.equal((await written()).outcome, 'damaged')
})

test('killed at any statement, and fetched again: the file is whole, and nothing is left of the broken one', async () => {
  another()
  const missed = await pieces()
  let whole = 0
  for (let killAt = 0; ; killAt += 1) {
    another()
    const file = randomBytes(600_000)
    house.files.set(`trade ${day}`, [file.subarray(0, 300_000), file.subarray(300_000)])
    house.answers.set(`trade ${day}`, [])
    const wasKilled = await workedAndKilled(house, day, killAt)
    whole += 2
    assert.deepEqual((await written()).bytes, file, `killed at statement ${killAt}`)
    assert.equal(await pieces(), missed + whole, `killed at statement ${killAt}`)
    assert.deepEqual(house.errors, [])
    if (!wasKilled) break
  }
})
