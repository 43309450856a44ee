import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { read as readWorkbook, utils, write } from '@e965/xlsx'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { type Enrolling, houseKey, startEnrolling } from '../enrol/enrol.testing.ts'
import { signedInAs } from '../staff/staff.testing.ts'

/* A manager keeps a lot's cards and lists; each change tells the lot all of them, once. */

let cloud: Enrolling
const clock = new SimulatedClock()
let manager: Readonly<Record<string, string>>
let product: string
before(async () => {
  cloud = await startEnrolling({ clock })
  await cloud.aLot({ number: 4001, bucket: 7 })
  manager = await signedInAs(cloud.data.database, clock.now(), { role: 'manager', operatorId: '1', houseKey })
  const made = await ask('POST', 'products', { name: '业主月卡', monthFen: 30_000, spaces: 1 })
  product = made.json.product
})
after(() => cloud?.close())

async function send(method: 'GET' | 'POST', path: string, body?: object) {
  return fetch(`${cloud.cloud.url}/api/operator/lots/4001/${path}`, {
    ...{ method, headers: { ...manager, ...(body ? { 'content-type': 'application/json' } : {}) } },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
}
async function ask(method: 'GET' | 'POST', path: string, body?: object) {
  const response = await send(method, path, body)
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  return { status: response.status, json: (await response.json()) as any }
}
const day = (text: string) => Date.parse(`${text}T00:00:00+08:00`)
const card = (name: string, plates: readonly string[], over: object = {}) => ({
  ...{ card: name, product, plates, from: day('2026-01-01'), until: day('2099-01-01') },
  ...over,
})
const orders = async () =>
  (await cloud.sql.query(`select id, state, because, send_at, body from lot_command where kind = 'lists' order by id`))
    .rows
const newest = async () => {
  const all = (await orders()).map(({ body }) => body.lists)
  return all.reduce((a, b) => (b.version > a.version ? b : a))
}
const idOf = async (name: string): Promise<string> =>
  (await ask('GET', `cards?text=${name}&limit=200`)).json.cards.find((one: { card: string }) => one.card === name).id

describe('the cards and lists of a lot', () => {
  test('a card is opened: told to the lot, its holder sealed and masked, the money noted', async () => {
    const opened = await ask('POST', 'cards', {
      ...card('A-101', ['粤b·12345']),
      ...{ holder: { name: '张小明', phone: '13800138000' }, noted: { fen: 30_000, as: 'cash' } },
    })
    assert.equal(opened.status, 200, JSON.stringify(opened.json))
    const { version, cards } = await newest()
    assert.deepEqual([version, cards[0].plates], [1, ['粤B12345']])
    const story = (await ask('GET', `cards/${opened.json.card}`)).json
    assert.deepEqual(story.holder, { name: '张**', phone: '138****8000' })
    assert.deepEqual(story.steps[0].noted, { fen: 30_000, as: 'cash' })
    const { rows } = await cloud.sql.query(
      `select (select string_agg(sealed, '') from month_card) || (select string_agg(about || after || reason, '') from staff_line) as text`,
    )
    assert.doesNotMatch(rows[0].text, /张小明|13800138000/)
  })
  test('however many changes there are, one list is on its way: the newest', async () => {
    await ask('POST', 'listed/free', { plate: '粤B00001', note: '物业巡逻车' })
    await ask('POST', 'listed/blocked', { plate: '粤B99999', note: '' })
    await ask('POST', 'capacity', { capacity: 120, reason: '新划车位' })
    const all = await orders()
    assert.equal(all.length, 4)
    assert.deepEqual(
      all.map(({ state, send_at }) => [state, send_at !== null]),
      [...Array.from({ length: 3 }, () => ['expired', false]), ['queued', true]],
    )
    const lists = await newest()
    assert.deepEqual(
      [lists.version, lists.capacity, lists.free, lists.blocked.length, lists.cards.length],
      [4, 120, [{ plate: '粤B00001', note: '物业巡逻车' }], 1, 1],
    )
    const view = (await ask('GET', 'vehicles')).json
    assert.deepEqual(
      [view.told.state, view.version, view.counts],
      ['queued', 4, { cards: 1, free: 1, guests: 0, blocked: 1 }],
    )
  })
  test('many at once: each is in the last list, and none is lost', async () => {
    const plates = Array.from({ length: 12 }, (_, n) => `粤C${10000 + n}`)
    const done = await Promise.all(plates.map((plate, n) => ask('POST', 'cards', card(`C-${n}`, [plate]))))
    assert.ok(done.every(({ status }) => status === 200))
    const { version, cards } = await newest()
    assert.deepEqual([version, cards.length], [16, 13])
    for (let n = 0; n < 12; n++) await ask('POST', `cards/${await idOf(`C-${n}`)}/stop`, { reason: '试完' })
  })
  test('what cannot be is refused in words, and changes nothing', async () => {
    const before = (await orders()).length
    const refused = await ask('POST', 'cards', card('B', ['粤B12345']))
    assert.deepEqual([refused.status, refused.json.error.code], [409, 'plate-on-card'])
    assert.match(refused.json.error.text.zh, /A-101/)
    assert.equal((await ask('POST', 'listed/blocked', { plate: '粤B00001', note: '' })).json.error.code, 'plate-free')
    assert.equal((await orders()).length, before)
  })
  test('a card is renewed, changed and stopped, with its story', async () => {
    const id = await idOf('A-101')
    await ask('POST', `cards/${id}/renew`, { months: 12, noted: { fen: 0, as: 'transfer' } })
    await ask('POST', `cards/${id}/change`, { plates: ['粤B12345', '粤BD12345'], reason: '换新能源车' })
    const told = await newest()
    assert.deepEqual([told.cards[0].plates.length, told.cards[0].until], [2, day('2100-01-01')])
    await ask('POST', `cards/${id}/stop`, { reason: '业主搬走' })
    const story = (await ask('GET', `cards/${id}`)).json
    assert.deepEqual(
      story.steps.map((step: { kind: string }) => step.kind),
      ['stopped', 'changed', 'renewed', 'opened'],
    )
    assert.deepEqual([story.state, (await newest()).cards.length], ['stopped', 0])
  })
  test('cards are found by name, plate, state and product, page by page', async () => {
    const names = ['Q-1', 'Q-2', 'Q-3']
    for (const [n, name] of names.entries())
      await ask('POST', 'cards', card(name, [`粤D1000${n}`], { until: clock.now() + (n + 1) * 86_400_000 * 5 }))
    const found = async (query: string): Promise<string[]> =>
      (await ask('GET', `cards?${query}`)).json.cards.map((one: { card: string }) => one.card)
    assert.deepEqual(await found('text=q-'), names)
    assert.deepEqual(await found(`text=${encodeURIComponent('d1000 1')}`), ['Q-2'])
    assert.deepEqual(await found('state=ending'), ['Q-1'])
    assert.deepEqual(await found('state=valid&order=until'), ['Q-2', 'Q-3'])
    const first = (await ask('GET', `cards?product=${product}&text=Q&limit=2`)).json
    assert.equal(first.total, 3)
    const second = (await ask('GET', `cards?product=${product}&text=Q&limit=2&after=${first.next}`)).json
    assert.deepEqual([second.cards.length, second.next, second.total], [1, null, undefined])
    const byEnd = (await ask('GET', 'cards?text=Q&limit=1&order=until')).json
    assert.deepEqual(await found(`text=Q&limit=1&order=until&after=${byEnd.next}`), ['Q-2'])
    assert.equal((await ask('GET', 'cards?after=xyz')).status, 400)
    await ask('POST', `cards/${await idOf('Q-1')}/stop`, { reason: '试完' })
    await ask('POST', `cards/${await idOf('Q-2')}/stop`, { reason: '试完' })
  })
  test('lists are found and paged', async () => {
    const listed = (await ask('GET', `listed/free?text=${encodeURIComponent('巡逻')}`)).json
    assert.deepEqual([listed.vehicles[0].plate, listed.total], ['粤B00001', 1])
    for (const plate of ['粤B99997', '粤B99998']) {
      clock.advance(1000)
      await ask('POST', 'listed/blocked', { plate, note: '' })
    }
    for (const [order, plates] of [
      ['plate', ['粤B99997', '粤B99998', '粤B99999']],
      ['newest', ['粤B99998', '粤B99997', '粤B99999']],
    ] as const) {
      const seen: string[] = []
      let after = ''
      do {
        const page = (await ask('GET', `listed/blocked?limit=1&order=${order}${after}`)).json
        seen.push(...page.vehicles.map((one: { plate: string }) => one.plate))
        after = page.next === null ? '' : `&after=${page.next}`
      } while (after !== '')
      assert.deepEqual(seen, plates, order)
    }
    assert.equal((await ask('GET', 'listed/blocked?after=xyz')).status, 400)
    for (const plate of ['粤B99997', '粤B99998']) await ask('POST', 'listed/blocked/remove', { plate, reason: '试完' })
    await ask('POST', 'listed/blocked/remove', { plate: '粤B99999', reason: '已缴清' })
    assert.deepEqual((await ask('GET', 'listed/blocked')).json.vehicles, [])
  })
  test('a product is sold under a name once, and ends', async () => {
    const twice = await ask('POST', 'products', { name: '业主月卡', monthFen: 1, spaces: 1 })
    assert.equal(twice.json.error.code, 'product-taken')
    const other = (await ask('POST', 'products', { name: '临时', monthFen: 1, spaces: 1 })).json.product
    await ask('POST', `products/${other}/end`, { reason: '不再卖' })
    assert.equal(
      (await ask('POST', 'cards', card('E', ['粤E12345'], { product: other }))).json.error.code,
      'product-ended',
    )
  })
})

describe('cards from Excel', () => {
  const excel = (rows: readonly (readonly unknown[])[]): string => {
    const book = utils.book_new()
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows as unknown[][]), '月卡')
    return (write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer).toString('base64')
  }
  const rows = [
    ['卡号', '车牌', '开始', '到期', '姓名', '电话'],
    ...Array.from({ length: 300 }, (_, n) => [
      `X-${n}`,
      `粤F${10000 + n}`,
      '2026-01-01',
      '2098-12-31',
      '李四',
      13800138000 + n,
    ]),
    ['X-1', '粤F99999', '2026-01-01', '2098-12-31'],
  ]
  test('are looked at first, then taken in one list, and the same file again does nothing', async () => {
    const before = (await orders()).length
    const file = excel(rows)
    const looked = (await ask('POST', 'cards/import', { file, product, take: 'look' })).json
    assert.deepEqual(
      [looked.taken, looked.lines.length, looked.lines.at(-1).does, (await orders()).length],
      [0, 301, 'wrong', before],
    )
    const taken = (await ask('POST', 'cards/import', { file, product, take: 'right' })).json
    assert.equal(taken.taken, 300)
    assert.equal((await orders()).length, before + 1)
    assert.equal((await newest()).cards.length, 301, 'one by the hour was there')
    const again = (await ask('POST', 'cards/import', { file, product, take: 'right' })).json
    assert.deepEqual([again.taken, (await orders()).length], [0, before + 1])
    assert.ok(again.lines.slice(0, 300).every(({ does }: { does: string }) => does === 'nothing'))
  })
  test('what is exported and imported again changes nothing; nobody’s name goes out', async () => {
    const response = await send('GET', 'cards-file?as=xlsx&lang=en')
    const bytes = Buffer.from(await response.arrayBuffer())
    const book = readWorkbook(bytes)
    const sheet = utils.sheet_to_json<string[]>(book.Sheets[book.SheetNames[0]!]!, { header: 1 })
    assert.deepEqual(sheet[0], ['Card', 'Product', 'Plates', 'Spaces', 'From', 'Last day'])
    assert.doesNotMatch(JSON.stringify(sheet), /李四/)
    for (const as of ['xlsx', 'csv']) {
      const file = Buffer.from(await (await send('GET', `cards-file?as=${as}`)).arrayBuffer()).toString('base64')
      const again = (await ask('POST', 'cards/import', { file, product, take: 'right' })).json
      assert.deepEqual([again.fault, again.taken, again.lines.length], [null, 0, 301])
    }
  })
  test('what they are sold as is exported too', async () => {
    const text = await (await send('GET', 'products-file?as=csv&lang=en')).text()
    const { products } = (await ask('GET', 'vehicles')).json
    assert.equal(
      text
        .trim()
        .split('\r\n')
        .filter((row) => /,(?:sold|ended)$/.test(row)).length,
      products.length,
    )
  })
  test('are exported as they are narrowed on the screen; those that were stopped where they are asked for', async () => {
    const found = async (words: string) =>
      (await (await send('GET', `cards-file?as=csv&lang=en&text=Q-&${words}`)).text())
        .trim()
        .split('\r\n')
        .slice(1)
        .map((row) => row.split(',')[0])
    assert.deepEqual([await found('order=until'), await found('state=stopped')], [['Q-3'], ['Q-1', 'Q-2']])
  })
  test('free vehicles are taken from a file in one list, and their export changes nothing when it is imported', async () => {
    const before = (await orders()).length
    const file = excel([
      ['车牌', '备注'],
      ...Array.from({ length: 40 }, (_, n) => [`粤G${10000 + n}`, '供应商']),
      ['错'],
    ])
    const looked = (await ask('POST', 'listed/free/import', { file, take: 'look' })).json
    assert.deepEqual([looked.taken, looked.lines.at(-1).does, (await orders()).length], [0, 'wrong', before])
    assert.equal((await ask('POST', 'listed/free/import', { file, take: 'right' })).json.taken, 40)
    assert.deepEqual([(await orders()).length, (await newest()).free.length], [before + 1, 41])
    for (const as of ['xlsx', 'csv']) {
      const taken = Buffer.from(await (await send('GET', `listed/free/file?as=${as}`)).arrayBuffer())
      const again = (await ask('POST', 'listed/free/import', { file: taken.toString('base64'), take: 'right' })).json
      assert.deepEqual([again.fault, again.taken, again.lines.length], [null, 0, 41])
    }
    const found = await (await send('GET', `listed/free/file?as=csv&lang=en&text=${encodeURIComponent('巡逻')}`)).text()
    assert.match(
      found,
      /^\uFEFF?Plate,From,Until,Note,By,When,Source,The software's list\r\n粤B00001,,,物业巡逻车,[^\r]+\r\n$/,
    )
  })
  test('what is no table says so', async () => {
    const file = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]).toString('base64')
    const refused = (await ask('POST', 'cards/import', { file, product, take: 'look' })).json
    assert.match(refused.fault.zh, /xlsx/)
  })
})
