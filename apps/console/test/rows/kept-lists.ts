import { houseKey } from '@lanepay/cloud/enrol/enrol.testing.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import { hostile } from '../demonstration.ts'
import type { Office } from '../office.ts'

type Kept = {
  readonly card: string
  /** By which the shop is signed in. */
  readonly cookie: string
}
const made = new WeakMap<Office, Promise<Kept>>()

/**
 * What the cloud keeps of lot 4001 for pages to show: versions of a price list, cards, vehicles on each list, a shop that has given, and
 * what charging software said of its gate, and of invoices that are wanted.
 */
export function keptLists(office: Office): Promise<Kept> {
  const known = made.get(office) ?? make(office)
  made.set(office, known)
  return known
}

async function make({ cloud }: Office): Promise<Kept> {
  const now = Date.now()
  const headers = await signedInAs(cloud.data.database, now, { role: 'owner', operatorId: '1', houseKey })
  const tell = async (path: string, body: object, by: Readonly<Record<string, string>> = headers) => {
    const response = await fetch(cloud.cloud.url + path, {
      ...{ method: 'POST', body: JSON.stringify(body) },
      headers: { ...by, 'content-type': 'application/json' },
    })
    const answer = await response.json()
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`)
    const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
    return { ...(answer as Partial<Record<'product' | 'card' | 'link' | 'ask', string>>), cookie }
  }
  const lot = '/api/operator/lots/4001'
  const notice = hostile
  const said = { carsInside: 'old', reason: hostile }
  await tell(`${lot}/tariff/publish`, { ...said, tariff: simpleTariff({ hourFen: 500, notice }), from: null, seen: 0 })
  const later = { tariff: simpleTariff({ hourFen: 600, dailyCapFen: 3000 }), from: now + 86_400_000, seen: 1 }
  await tell(`${lot}/tariff/publish`, { ...said, ...later })
  // As its agent says of its plan.
  await cloud.sql.query('update lot set areas = $1 where lot_id = 4001', [[hostile.slice(0, 20), '地库']])
  const ofArea = { area: '地库', tariff: simpleTariff({ hourFen: 300 }), from: null, seen: 2 }
  await tell(`${lot}/tariff/publish`, { ...said, ...ofArea })

  const product = (await tell(`${lot}/products`, { name: '业主月卡', monthFen: 30_000, spaces: 1 })).product!
  const times = { from: now - 86_400_000, until: now + 3 * 86_400_000 }
  const holder = { name: hostile.slice(0, 60), phone: '13800138000' }
  const noted = { fen: 30_000, as: 'cash' }
  const card = { card: hostile.slice(0, 40), product, plates: ['粤B12345', '粤BD12345'], ...times, holder, noted }
  const opened = await tell(`${lot}/cards`, card)
  await tell(`${lot}/cards`, { card: 'A-102', product, plates: ['粤B12346'], ...times })
  for (const [list, plate] of [
    ['free', '粤B00001'],
    ['guests', '粤B00002'],
    ['blocked', '粤B00003'],
  ] as const)
    await tell(`${lot}/listed/${list}`, { plate, note: hostile.slice(0, 60), until: now + 86_400_000 })

  await cloud.sql.query(
    `insert into bolink_kept (bucket, lot_id, kind, key, body, said_at)
     select bucket, lot_id, 'gate', 'G1', $1, now() from lot where lot_id = 4001`,
    [{ lane: 'B1', moved: 'up', person: 'zhang', because: hostile, plate: '粤B00001', at: now }],
  )
  for (const [number, more] of [
    ['1658997742125', {}],
    ['1658997742126', { state: 'refused', because: hostile }],
  ] as const)
    await cloud.sql.query(
      `insert into bolink_kept (bucket, lot_id, kind, key, body, said_at)
       select bucket, lot_id, 'invoice-wish', $1, $2, now() from lot where lot_id = 4001`,
      [number, { amountFen: 500, type: 2, record: 'R1', session: null, ...more }],
    )

  const kinds = [{ name: '满百', worth: { kind: 'amount', fen: 500 } }]
  const limits = { kinds, perDay: 50, perMonth: 500, hours: 24 }
  const shop = await tell(`${lot}/shops`, { account: 'noodles', name: hostile.slice(0, 40), ...limits })
  const page = { 'x-lanepay-staff': '1' }
  const link = shop.link!.split('#link=')[1]
  const { cookie } = await tell('/api/shop/link', { link, password: '九里香 2026 老店' }, page)
  const { ask } = await tell('/api/shop/asks', {}, { ...page, cookie })
  await tell('/api/shop/coupons', { ask, plate: '粤B12345', kind: '满百' }, { ...page, cookie })
  return { card: opened.card!, cookie }
}
