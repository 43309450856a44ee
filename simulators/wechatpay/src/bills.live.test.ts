import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, afterEach, before, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { BillKind, BillLine } from '@lanepay/channels/bills.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { Formatter } from 'wechatpay-axios-plugin'
import { callsOf, folder, type Json, newNumber, type Said, StillClock, sdkOf } from './fixtures.ts'
import { type FaultKind, startWechatPaySimulator, type WechatPaySimulator } from './simulator.ts'

/* Bills out of the books: when there is one, what stands in it, how it can lie, and what the adapter makes of each. */

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const refusal = ({ status, body }: Said) => `${status}${body.code ? ` ${body.code}` : ''}`
/** The day in Beijing that this instant belongs to. */
const dayOf = (at: number) => new Date(at + 8 * hour).toISOString().slice(0, 10)

const opened = (mode: 'direct' | 'partner') => {
  const own = {} as { simulator: WechatPaySimulator; clock: StillClock }
  before(async () => {
    own.clock = new StillClock() // noon in Beijing
    own.simulator = await startWechatPaySimulator({ dir: '', port: 0, clock: own.clock, durable: false, mode })
  })
  afterEach(() => own.simulator.control.clearFaults())
  after(() => own.simulator.close())
  return own
}
type Own = ReturnType<typeof opened>

async function paid({ simulator, clock }: Own, total = 1000, changes: Json = {}): Promise<string> {
  const number = newNumber()
  const said = await callsOf(simulator, clock).create({
    out_trade_no: number,
    amount: { total, currency: 'CNY' },
    ...changes,
  })
  assert.equal(said.status, 200, said.text)
  simulator.control.pay(number)
  return number
}
async function refunded({ simulator, clock }: Own, number: string, total: number, part: number): Promise<string> {
  const refundNumber = newNumber()
  const said = await callsOf(simulator, clock).refund({
    out_trade_no: number,
    out_refund_no: refundNumber,
    amount: { refund: part, total, currency: 'CNY' },
  })
  assert.equal(said.status, 200, said.text)
  return refundNumber
}
/** Ten in the morning after the day. */
const tomorrowAtTen = ({ clock }: Own) => {
  const midnight = Date.parse(`${dayOf(clock.now())}T00:00:00+08:00`) + day
  clock.advance(midnight + 10 * hour - clock.now())
}
async function reading(
  { simulator, clock }: Own,
  on: string,
  kind: BillKind = 'trade',
  who: { subMchid?: string } = {},
) {
  const { bills } = wechatPayChannel(simulator.settings, { clock })
  assert.ok(bills)
  const lines: BillLine[] = []
  const read = await bills.read(who, { kind, day: on }, (some) => void lines.push(...some))
  return { read, lines }
}
const wordOf = ({ read }: Awaited<ReturnType<typeof reading>>) =>
  read.ok ? 'read' : read.error.kind === 'damaged' ? read.error.fault : read.error.kind

describe('a day', () => {
  const own = opened('direct')
  let on = ''
  let first = ''
  let undone = ''
  let refund = ''
  before(async () => {
    const { simulator, clock } = own
    on = dayOf(clock.now())
    first = await paid(own, 1500, { description: '停车费 阳光花园,东门 粤B·1**45', attach: 'lot=7' })
    refund = await refunded(own, first, 1500, 400)
    await callsOf(simulator, clock).create({}) // never paid: in no bill
    const { payCode } = wechatPayChannel(simulator.settings, { clock })
    assert.ok(payCode)
    undone = newNumber()
    await payCode.pay(
      {},
      {
        tradeNumber: undone,
        amountFen: fen(800),
        description: '停车费',
        code: simulator.control.payCodeOf('driver-2'),
        createdAt: clock.now(),
        expiresAt: (clock.now() + minute) as Instant,
        clientIp: '203.0.113.7',
        lotCode: 'L7',
        laneCode: 'exit2',
      },
    )
    clock.advance(minute)
    assert.ok((await payCode.reverse({}, undone)).ok)
  })

  test('has no bill before ten on the next morning, then one, and none after three months', async () => {
    assert.equal(wordOf(await reading(own, on)), 'refused', 'a day that is not over is a mistake of ours')
    own.clock.advance(Date.parse(`${on}T00:00:00+08:00`) + day + 10 * hour - 1 - own.clock.now())
    assert.equal(wordOf(await reading(own, on)), 'not-ready')
    own.clock.advance(1)
    assert.equal(wordOf(await reading(own, on)), 'read')
    assert.equal(wordOf(await reading(own, dayOf(own.clock.now() - 2 * day))), 'no-bill')
    assert.equal(wordOf(await reading(own, dayOf(own.clock.now() - 100 * day))), 'refused')
  })

  test('reads as it was: payments, refunds and reversals, with their fees', async () => {
    const { read, lines } = await reading(own, on)
    assert.deepEqual(read, { ok: true, value: { lines: 4, payments: 2, refunds: 1 } })
    const short = lines.map((line) => {
      assert.ok(line.kind !== 'flow')
      const { kind, tradeNumber, amountFen, feeMilliFen } = line
      return [kind, tradeNumber, amountFen, feeMilliFen]
    })
    assert.deepEqual(short, [
      ['payment', first, 1500, 9_000],
      ['refund', first, 400, -2_000],
      ['payment', undone, 800, 5_000],
      ['reversed', undone, 800, -5_000],
    ])
    const [payment, back] = lines
    assert.ok(payment?.kind === 'payment' && back?.kind === 'refund')
    assert.deepEqual(
      [payment.product, payment.note, payment.accountKey, payment.channelTradeNo],
      [
        '停车费 阳光花园,东门 粤B·1**45',
        'lot=7',
        own.simulator.settings.mchid,
        own.simulator.control.order(first).transactionId,
      ],
    )
    assert.deepEqual([back.refundNumber, back.state], [refund, 'done'])
  })

  test('has a fund-flow bill that ends at what the account holds', async () => {
    const { read, lines } = await reading(own, on, 'fund-flow')
    assert.equal(read.ok, true, JSON.stringify(read))
    const sum = lines.reduce(
      (total, line) => total + (line.kind === 'flow' ? (line.way === 'in' ? line.amountFen : -line.amountFen) : 0),
      0,
    )
    const last = lines.at(-1)
    assert.ok(last?.kind === 'flow')
    const { availableFen } = own.simulator.control.balanceOf(own.simulator.settings.mchid)
    assert.deepEqual([sum, last.balanceFen], [availableFen, availableFen])
    assert.equal(new Set(lines.map((line) => line.kind === 'flow' && line.flowNo)).size, lines.length)
  })

  const lies: [kind: FaultKind, word: string, ofFlow: string][] = [
    ['bill-not-ready', 'not-ready', 'not-ready'],
    ['bill-none', 'no-bill', 'no-bill'],
    ['bill-cut', 'cut', 'cut'],
    ['bill-end-lost', 'cut', 'cut'],
    ['bill-row-lost', 'wrong-summary', 'wrong-summary'],
    ['bill-mangled', 'mangled-number', 'mangled-number'],
    ['bill-of-another', 'other-account', 'read'], // a fund-flow bill does not say whose it is
    ['bill-of-another-day', 'other-day', 'other-day'],
    ['bill-new-column', 'unknown-columns', 'unknown-columns'],
    ['bill-changed', 'wrong-hash', 'wrong-hash'],
    ['answer-5xx', 'unclear', 'unclear'],
    ['system-error', 'unclear', 'unclear'],
    ['frequency-limited', 'unclear', 'unclear'],
    ['answer-wrong-signature', 'unclear', 'unclear'],
  ]
  for (const [kind, word, ofFlow] of lies)
    test(`${kind}: ${word}, and the next one is read`, async () => {
      for (const [bill, expected] of [
        ['trade', word],
        ['fund-flow', ofFlow],
      ] as const) {
        own.simulator.control.fault({ kind, times: 1 })
        const said = await reading(own, on, bill)
        assert.equal(wordOf(said), expected, JSON.stringify(said.read))
        assert.equal(wordOf(await reading(own, on, bill)), 'read')
      }
    })

  test('a download that breaks off is cut, one that is refused is asked for anew', async () => {
    for (const [kind, word] of [
      ['answer-cut', 'cut'],
      ['answer-5xx', 'unclear'],
      ['system-error', 'unclear'],
    ] as const) {
      own.simulator.control.fault({ kind, times: 1, call: 'bill-file' })
      assert.equal(wordOf(await reading(own, on)), word)
    }
  })
})

describe('what is refused', () => {
  const own = opened('partner')
  let on = ''
  before(async () => {
    on = dayOf(own.clock.now())
    await paid(own)
    tomorrowAtTen(own)
  })
  const get = (path: string) => callsOf(own.simulator, own.clock).get(path)
  const rows: [what: string, query: () => string, answer: string][] = [
    ['nothing', () => `bill_date=${on}`, '200'],
    ['one operator', () => `bill_date=${on}&sub_mchid=${own.simulator.subMchid}`, '200'],
    ['another operator', () => `bill_date=${on}&sub_mchid=1900000000`, '400 INVALID_REQUEST'],
    ['no day', () => 'bill_type=ALL', '400 PARAM_ERROR'],
    ['a day without dashes', () => 'bill_date=20261124', '400 PARAM_ERROR'],
    ['the 30th of February', () => 'bill_date=2026-02-30', '400 PARAM_ERROR'],
    ['today', () => `bill_date=${dayOf(own.clock.now())}`, '400 PARAM_ERROR'],
    ['a kind nobody knows', () => `bill_date=${on}&bill_type=REVOKED`, '400 PARAM_ERROR'],
    ['another way to pack', () => `bill_date=${on}&tar_type=ZIP`, '400 PARAM_ERROR'],
    ['a field nobody knows', () => `bill_date=${on}&page=1`, '400 PARAM_ERROR'],
  ]
  for (const [what, query, answer] of rows)
    test(`${what}: ${answer}`, async () => assert.equal(refusal(await get(`/v3/bill/tradebill?${query()}`)), answer))

  test('the three kinds of trade bill have their own columns and sums', async () => {
    const shapes: [which: string, columns: number, sums: number][] = [
      ['ALL', 27, 7],
      ['SUCCESS', 20, 4],
      ['REFUND', 0, 0], // nobody was refunded: no bill
    ]
    for (const [which, columns, sums] of shapes) {
      const said = await get(`/v3/bill/tradebill?bill_date=${on}&bill_type=${which}`)
      if (columns === 0) {
        assert.equal(refusal(said), '400 NO_STATEMENT_EXIST')
        continue
      }
      const { pathname, search } = new URL(String(said.body.download_url))
      const lines = (await get(pathname + search)).text.trim().split('\r\n')
      assert.deepEqual([lines[0]?.split(',').length, lines[2]?.split(',').length], [columns, sums])
    }
  })

  test('a ticket dies after 30 seconds, is not guessed, and the file is for whoever signs', async () => {
    const said = await get(`/v3/bill/tradebill?bill_date=${on}`)
    const { pathname, search } = new URL(String(said.body.download_url))
    const file = await get(pathname + search)
    assert.deepEqual([file.status, file.headers['wechatpay-signature']], [200, undefined])
    assert.equal(createHash('sha1').update(file.text).digest('hex'), said.body.hash_value)
    assert.equal(refusal(await get(`${pathname}?token=guessed`)), '400 INVALID_REQUEST')
    const unsigned = await fetch(`${own.simulator.url}${pathname}${search}`)
    assert.equal(unsigned.status, 401)
    own.clock.advance(30 * second + 1)
    assert.equal(refusal(await get(pathname + search)), '400 INVALID_REQUEST')
  })

  test('one operator has its bill, another none, and all have one together', async () => {
    const [subMchid = '', other = ''] = own.simulator.control.subMerchants().map(({ mchid }) => mchid)
    assert.equal(wordOf(await reading(own, on, 'trade', { subMchid })), 'read')
    assert.equal(wordOf(await reading(own, on, 'trade', { subMchid: other })), 'no-bill')
    const { lines } = await reading(own, on)
    assert.deepEqual(
      lines.map((line) => line.kind !== 'flow' && line.accountKey),
      [`${own.simulator.settings.mchid}/${subMchid}`],
    )
  })

  test("an operator's fund-flow bill comes sealed and in pieces, and its lies have names too", async () => {
    const { subMchid = '' } = own.simulator
    const { read, lines } = await reading(own, on, 'fund-flow', { subMchid })
    assert.deepEqual(read, { ok: true, value: { lines: 2, payments: 0, refunds: 0 } })
    const last = lines.at(-1)
    assert.equal(last?.kind === 'flow' && last.balanceFen, own.simulator.control.balanceOf(subMchid).availableFen)
    const lies: [kind: FaultKind, call: 'bill' | 'bill-file' | undefined, word: string][] = [
      ['bill-changed', undefined, 'wrong-hash'],
      ['bill-cut', undefined, 'not-unpacked'], // a seal does not open, wherever it was cut
      ['bill-end-lost', undefined, 'cut'],
      ['bill-row-lost', undefined, 'wrong-summary'],
      ['bill-none', undefined, 'no-bill'],
      ['answer-cut', 'bill-file', 'cut'],
      ['answer-5xx', 'bill-file', 'unclear'],
    ]
    for (const [kind, call, word] of lies) {
      own.simulator.control.fault({ kind, times: 1, ...(call ? { call } : {}) })
      const said = await reading(own, on, 'fund-flow', { subMchid })
      assert.equal(wordOf(said), word, JSON.stringify(said.read))
    }
    const asked = (query: string) => get(`/v3/bill/sub-merchant-fundflowbill?bill_date=${on}&${query}`)
    const right = `sub_mchid=${subMchid}&account_type=BASIC&algorithm=AEAD_AES_256_GCM`
    assert.equal(refusal(await asked(right)), '200')
    for (const query of [right.replace('AEAD_AES_256_GCM', 'SM4_GCM'), right.replace(/sub_mchid=\d+&/, '')])
      assert.equal(refusal(await asked(query)), '400 PARAM_ERROR')
    assert.equal(refusal(await asked(right.replace('BASIC', 'DEPOSIT'))), '400 NO_STATEMENT_EXIST')
  })
})

test('a refund that was in progress at nine stays so in the bill of its day, whatever came of it', async (t) => {
  const clock = new StillClock()
  const simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
  t.after(() => simulator.close())
  const own = { simulator, clock }
  const on = dayOf(clock.now())
  const states = async () =>
    (await reading(own, on)).lines.flatMap((line) => (line.kind === 'refund' ? [line.state] : []))
  const number = await paid(own)
  simulator.control.fault({ kind: 'refund-slow', times: 1, ms: 30 * hour })
  await refunded(own, number, 1000, 100)
  simulator.control.fault({ kind: 'refund-abnormal', times: 1 })
  await refunded(own, number, 1000, 100)
  tomorrowAtTen(own)
  assert.deepEqual(await states(), ['pending', 'failed'])
  clock.advance(2 * day)
  await callsOf(simulator, clock).query(number)
  assert.deepEqual(await states(), ['pending', 'failed'])
})

test("the vendor's SDK applies, fetches, and finds the hash to be that of the unpacked bytes", async (t) => {
  // It signs by the machine's clock, so the books are what is two days old.
  let behindMs = 2 * day
  const clock = { now: () => (Date.now() - behindMs) as Instant }
  const simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
  t.after(() => simulator.close())
  const number = newNumber()
  const bill_date = dayOf(clock.now())
  await callsOf(simulator, clock).create({ out_trade_no: number })
  simulator.control.pay(number)
  behindMs = 0
  const { publicKey } = simulator.settings
  const sdk = sdkOf(simulator.settings, { [publicKey!.id]: publicKey!.pem })
  const headers = { 'Wechatpay-Serial': publicKey!.id }
  const params = { bill_date, tar_type: 'GZIP' }
  const applied = (await sdk.chain('v3/bill/tradebill').get({ params, headers })).data as Json
  const file = await sdk.chain('v3/billdownload/file').get({
    params: Object.fromEntries(new URL(String(applied.download_url)).searchParams),
    responseType: 'arraybuffer',
    transformResponse: [],
  })
  const bytes = gunzipSync(file.data as Buffer)
  assert.equal(createHash('sha1').update(bytes).digest('hex'), applied.hash_value)
  const { rows } = Formatter.castCsvBill(bytes) as { readonly rows: readonly Record<string, string>[] }
  assert.deepEqual(
    rows.map((row) => row.商户订单号),
    [number],
  )
})

test('whatever a day was, the adapter reads it fen for fen, and the day before and after hold none of it', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          total: fc.integer({ min: 1, max: 100_000 }),
          parts: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 2 }),
          afterMs: fc.integer({ min: 0, max: 5 * hour }),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      async (acts) => {
        const clock = new StillClock()
        const simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
        const own = { simulator, clock }
        type Fact = readonly [day: string, kind: string, number: string, fen: number]
        const facts: Fact[] = []
        for (const { total, parts, afterMs } of acts) {
          const number = await paid(own, total)
          facts.push([dayOf(clock.now()), 'payment', number, total])
          for (const percent of parts) {
            const part = Math.floor((total * percent) / 100)
            if (part > 0) facts.push([dayOf(clock.now()), 'refund', await refunded(own, number, total, part), part])
          }
          clock.advance(afterMs)
        }
        const start = facts[0]?.[0] ?? ''
        clock.advance(4 * day)
        for (const offset of [-1, 0, 1, 2]) {
          const on = dayOf(Date.parse(`${start}T12:00:00+08:00`) + offset * day)
          const { read, lines } = await reading(own, on)
          const expected = facts.filter(([one]) => one === on).map(([, ...rest]) => rest.join(' '))
          if (expected.length === 0) assert.equal(!read.ok && read.error.kind, 'no-bill')
          else assert.equal(read.ok, true, JSON.stringify(read))
          assert.deepEqual(
            lines
              .map((line) => {
                assert.ok(line.kind === 'payment' || line.kind === 'refund')
                return `${line.kind} ${line.kind === 'refund' ? line.refundNumber : line.tradeNumber} ${line.amountFen}`
              })
              .toSorted(),
            expected.toSorted(),
          )
        }
        await simulator.close()
      },
    ),
    { numRuns: 10 },
  ))

test('a bill is the same after a restart, and so is the way to it', async (t) => {
  const dir = folder(t)
  const clock = new StillClock()
  const start = () => startWechatPaySimulator({ dir, port: 0, clock })
  const first = await start()
  const on = dayOf(clock.now())
  await paid({ simulator: first, clock })
  tomorrowAtTen({ simulator: first, clock })
  const apply = async (at: WechatPaySimulator) =>
    (await callsOf(at, clock).get(`/v3/bill/tradebill?bill_date=${on}`)).body
  const before = await apply(first)
  await first.close()
  const later = await start()
  t.after(() => later.close())
  assert.equal((await apply(later)).hash_value, before.hash_value)
  const { pathname, search } = new URL(String(before.download_url))
  assert.equal((await callsOf(later, clock).get(pathname + search)).status, 200)
})
