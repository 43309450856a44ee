import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import type { Instant } from '@lanepay/domain/types.ts'
import { callByHand, type Form, newNumber, StillClock, sdkOf } from './fixtures.ts'
import { type AlipaySimulator, startAlipaySimulator } from './simulator.ts'

/* Bills: what is refused, and what is in the file. It starts on 24 November 2026 at noon; the clock moves when pushed. */

const hour = 3_600_000
const clock = new StillClock()
let simulator: AlipaySimulator

const said = (method: string, biz: object) => callByHand(simulator.settings, { method, biz, now: clock.now() })
const ask = (biz: object) => said('alipay.data.dataservice.bill.downloadurl.query', biz)
const short = ({ code, sub_code: sub }: Form) => (sub ? `${code} ${sub}` : code)

before(async () => {
  simulator = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false })
  const biz = {
    total_amount: '10.00',
    subject: '停车费 "A", 粤B·1**45',
    buyer_id: simulator.control.identityOf('driver-1'),
  }
  const out_trade_no = newNumber()
  await said('alipay.trade.create', { ...biz, out_trade_no })
  simulator.control.pay(out_trade_no)
  clock.advance(20 * hour)
})
after(() => simulator.close())

/** The first file of an archive, read by nothing of ours. */
function firstFile(archive: Buffer): string {
  const from = 30 + archive.readUInt16LE(26) + archive.readUInt16LE(28)
  return new TextDecoder('gbk').decode(inflateRawSync(archive.subarray(from, from + archive.readUInt32LE(18))))
}

describe('a bill', () => {
  const rows: [what: string, biz: object, expected: string][] = [
    ['before nine on the next day', { bill_type: 'trade', bill_date: '2026-11-24' }, '40004 BILL_NOT_EXIST'],
    ['of today', { bill_type: 'trade', bill_date: '2026-11-25' }, '40004 INVAILID_ARGUMENTS'],
    ['of yesterday', { bill_type: 'trade', bill_date: '2026-11-23' }, '10000'],
    ['of the account', { bill_type: 'signcustomer', bill_date: '2026-11-23' }, '10000'],
    ['of last month', { bill_type: 'trade', bill_date: '2026-10' }, '10000'],
    ['of this month', { bill_type: 'trade', bill_date: '2026-11' }, '40004 INVAILID_ARGUMENTS'],
    ['of a day that is none', { bill_type: 'trade', bill_date: '2026-02-30' }, '40004 INVAILID_ARGUMENTS'],
    ['of seven years ago', { bill_type: 'trade', bill_date: '2019-11-24' }, '40004 INVAILID_ARGUMENTS'],
    ['without a day', { bill_type: 'trade' }, '40004 INVALID_PARAMETER'],
    ['of a kind that is none', { bill_type: 'everything', bill_date: '2026-11-23' }, '40004 TYPE_NOT_SUPPORTED'],
  ]
  for (const [what, biz, expected] of rows)
    test(`${what}: ${expected}`, async () => assert.equal(short(await ask(biz)), expected))

  test('of an empty day says so, and is a file all the same', async () => {
    const empty = await ask({ bill_type: 'trade', bill_date: '2026-11-23' })
    assert.equal(empty.bill_file_code, 'EMPTY_DATA_WITH_BILL_FILE')
    const file = firstFile(Buffer.from(await (await fetch(empty.bill_download_url ?? '')).arrayBuffer()))
    assert.match(file, /#交易合计：0笔，商家实收共0.00元/)
  })

  test('is there at nine, by an address that dies after half a minute', async () => {
    clock.advance(hour)
    const { bill_download_url: url = '', bill_file_code: code } = await ask({
      bill_type: 'trade',
      bill_date: '2026-11-24',
    })
    assert.equal(code, undefined)
    assert.equal(new URL(url).searchParams.get('userId'), `${simulator.settings.sellerId}0156`)
    const file = firstFile(Buffer.from(await (await fetch(url)).arrayBuffer()))
    const row = file.split('\r\n').find((line) => line.includes('交易,'))
    assert.match(
      row ?? '',
      /^\d{28}\t,\d+\t,交易,"停车费 ""A"", 粤B·1\*\*45",2026-11-24 12:00:00,.*,10.00,10.00,.*,-0.06,0.00,$/,
    )
    clock.advance(30_001)
    assert.equal((await fetch(url)).status, 403)
  })
})

test('the independent client gets an address', async (t) => {
  const real = { now: () => Date.now() as Instant }
  const live = await startAlipaySimulator({ dir: '', durable: false, port: 0, clock: real })
  t.after(() => live.close())
  const bizContent = { bill_type: 'trade', bill_date: new Date(Date.now() - 3 * 24 * hour).toISOString().slice(0, 10) }
  const answer = await sdkOf(live.settings).exec(
    'alipay.data.dataservice.bill.downloadurl.query',
    { bizContent },
    { validateSign: true },
  )
  const file = await fetch(answer.billDownloadUrl)
  assert.equal(
    Buffer.from(await file.arrayBuffer())
      .subarray(0, 2)
      .toString(),
    'PK',
  )
})
