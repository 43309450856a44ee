import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { BillLine } from '@lanepay/channels/bills.ts'
import type { Channel } from '@lanepay/channels/channel.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'

/** A channel as it is played, and an adapter of ours at its door. */
export type Played = {
  readonly url: string
  readonly channel: Channel
  /** Who pays, as the adapter names it. */
  readonly payer: string
  pays(tradeNumber: string): void
  /** The bank sends the next one back after an hour. */
  sendsBack(): void
  close(): Promise<void>
}
type Clock = { now(): Instant }
/** One movement between the account and its bank as the account's bill has it; `our`: the number of ours that it carries. */
type PayoutLine = readonly [way: string, fen: number, our: string | null]

async function pay({ channel, payer, pays }: Played, amountFen: number, createdAt: Instant): Promise<void> {
  const tradeNumber = `${createdAt}${String(++paid).padStart(6, '0')}`
  const made = await channel.create(
    {},
    {
      ...{ tradeNumber, amountFen: fen(amountFen), description: '停车费', payer, place: 'wallet', createdAt },
      ...{ expiresAt: (createdAt + 600_000) as Instant, notifyUrl: 'https://127.0.0.1:9/notify' },
    },
  )
  assert.ok(made.ok, JSON.stringify(made))
  pays(tradeNumber)
}
let paid = 0

async function payoutsIn({ channel }: Played, day: string, now: Instant): Promise<readonly PayoutLine[]> {
  const lines: BillLine[] = []
  await channel.refreshKeys(now)
  const read = await channel.bills!.read({}, { kind: 'fund-flow', day }, async (some) => {
    lines.push(...some)
  })
  assert.ok(read.ok || read.error.kind === 'no-bill', JSON.stringify(read))
  return lines.flatMap((line) =>
    line.kind === 'flow' && line.isPayout ? [[line.way, line.amountFen, line.ourNumber] as const] : [],
  )
}

/** What a channel pays out by itself, from the switch to the line of the account's bill. The clock moves when it is pushed. */
export function paysOutByItself(
  channel: string,
  start: (options: { dir: string; clock: Clock }) => Promise<Played>,
): void {
  const hour = 3_600_000
  const noon = Date.UTC(2026, 10, 2, 4)
  let now = noon as Instant
  let played: Played
  const goTo = (days: number, hours: number): void => {
    now = (noon + days * 24 * hour + (hours - 12) * hour) as Instant
  }
  const payouts = (days: number) => payoutsIn(played, new Date(noon + days * 24 * hour).toISOString().slice(0, 10), now)
  const switched = async (body: unknown): Promise<number> =>
    (await fetch(`${played.url}/control/daily-settlement`, { method: 'POST', body: JSON.stringify(body) })).status

  describe(`${channel} pays out by itself`, () => {
    const dir = mkdtempSync(join(tmpdir(), `lanepay-${channel}-payout-`))
    const open = async () => {
      played = await start({ dir, clock: { now: () => now } })
    }
    before(open)
    after(async () => {
      await played.close()
      rmSync(dir, { recursive: true, force: true })
    })
    test('not before it is switched on, and then not for mornings that have been', async () => {
      await pay(played, 10_000, now)
      goTo(3, 12)
      assert.deepEqual(await payouts(1), [])
      assert.equal(await switched({ on: 'yes' }), 400)
      assert.equal(await switched({ on: true }), 200)
      goTo(4, 12)
      assert.deepEqual(await payouts(1), [])
      assert.deepEqual(await payouts(3), [])
    })
    test('each morning what was there when the day before ended, also after a restart; of nothing there is no line', async () => {
      await pay(played, 500, now)
      await played.close()
      await open()
      goTo(6, 12)
      assert.deepEqual(await payouts(4), [['out', 9_940, null]])
      assert.deepEqual(await payouts(5), [['out', 497, null]])
      goTo(7, 12)
      assert.deepEqual(await payouts(6), [])
    })
    test('one that the bank sends back is in the account again, and goes once more', async () => {
      played.sendsBack()
      await pay(played, 1_000, now)
      goTo(10, 12)
      assert.deepEqual(await payouts(8), [
        ['out', 994, null],
        ['in', 994, null],
      ])
      assert.deepEqual(await payouts(9), [['out', 994, null]])
    })
    test('switched off it stays', async () => {
      assert.equal(await switched({ on: false }), 200)
      await pay(played, 1_000, now)
      goTo(12, 12)
      assert.deepEqual(await payouts(11), [])
    })
  })
}
