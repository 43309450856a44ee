import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { samplePicture } from '@lanepay/simulator-camera/picture.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { browser, road } from './kit/office.ts'
import { person } from './kit/person.ts'
import { until } from './kit/until.ts'

/*
 * A manager keeps the lists of a lot whose charging software takes lists and has some of its own, and sees at each row what the software made of
 * it and has of it.
 */

/** A row of the software's own blocked list, as it uploads it (bolink-protocol.md 7.2). */
const blocked = (
  black_uuid: string,
  car_number: string,
  resume: string,
  operate_type: number,
  create_time = 1_700_000_000,
) => ({
  ...{ black_uuid, car_number, resume, operate_type, create_time, operator: '老李' },
})

test('a row that the software refuses says why, and is told again when a person says so', async (t) => {
  const { software } = await connectedLot(road, 790, { habits: { refusesRows: { white_list_sync: '名单已满' } } })
  t.after(() => software.close())
  assert.equal((await software.login()).state, 1)
  const page = await person(road, browser, 'manager')
  await page.goto(`${road.publicUrl}/console/vehicles?lot=790`)
  await page.getByText('每一条都已由车场的收费软件确认。').waitFor()
  // What such software cannot be told is not asked for.
  assert.equal(await page.getByRole('button', { name: '改车位总数' }).count(), 0)
  await page.getByLabel('车牌', { exact: true }).fill('粤B60001')
  await page.getByRole('button', { name: '加入', exact: true }).click()
  await until('it is refused', () => software.heard.some(({ service }) => service === 'white_list_sync'))
  await page.getByText('1 条被拒绝').waitFor()
  await page.getByText('名单已满').first().waitFor()
  software.behave({ refusesRows: {} })
  await page.getByRole('button', { name: '再发一次' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('原因（会留在操作记录里）').fill('那边腾出来了')
  await dialog.getByRole('button', { name: '确认', exact: true }).click()
  await page.getByText('每一条都已由车场的收费软件确认。').waitFor()
  await page.getByText('收费软件已生效').waitFor()
  assert.equal(software.lists.of('white_list_sync').length, 1)
})

test('what such software has no word for is not offered, and why: guests, times of blocked vehicles, a price list of ours', async (t) => {
  const { software } = await connectedLot(road, 795)
  t.after(() => software.close())
  const page = await person(road, browser, 'manager')
  await page.goto(`${road.publicUrl}/console/vehicles?lot=795&list=guests`)
  await page.getByText('这个车场的收费软件没有访客名单').waitFor()
  await page.getByText('名单里还没有车').waitFor()
  assert.equal(await page.getByRole('button', { name: '加入', exact: true }).count(), 0)
  assert.equal(await page.getByText('在上面填车牌加入第一辆。').count(), 0)
  const times = async (list: string) => {
    await page.goto(`${road.publicUrl}/console/vehicles?lot=795&list=${list}`)
    await page.getByRole('button', { name: '加入', exact: true }).waitFor()
    return page.locator('form input[type=datetime-local]').count()
  }
  assert.deepEqual([await times('free'), await times('blocked')], [2, 0])
  await page.goto(`${road.publicUrl}/console/tariff?lot=795`)
  await page.getByText('这个车场由自己的收费软件计价').waitFor()
  assert.equal(await page.getByRole('button', { name: '发布', exact: true }).count(), 0)
})

describe('the blocked list of the software itself', () => {
  const lot = { number: 791 } as { number: number; software: ChargingSoftware }
  before(async () => {
    lot.software = (await connectedLot(road, lot.number)).software
    assert.equal((await lot.software.login()).state, 1)
  })
  after(() => lot.software.close())
  const ours = () =>
    road.rows<{ plate: string; note: string; account: string; software_key: string | null }>(
      "select plate, note, account, software_key from listed_vehicle where lot_id = $1 and list = 'blocked' order by plate",
      [lot.number],
    )
  const told = () => lot.software.heard.filter(({ service }) => service === 'blackuser_sync').length
  const says = async (...row: Parameters<typeof blocked>) => {
    const said = blocked(...row)
    lot.software.lists.take('blackuser_sync', said, null)
    const { state, black_uuid } = await lot.software.send('upload_blackuser', said)
    assert.deepEqual([state, black_uuid], [1, row[0]])
  }
  const allTold = async () => {
    const left = () =>
      road.rows(
        'select 1 from list_row where lot_id = $1 and (message_id is not null or wanted is distinct from told)',
        [lot.number],
      )
    await until('everything is told', async () => (await left()).length === 0)
  }

  test('is ours too, once, however often and in whatever order it is said; it is not told back', async () => {
    for (const _ of [1, 2]) await says('K1', '粤 B·61001', '逃费', 1)
    await says('K1', '粤B61001', '逃费三次', 2)
    await says('K2', '粤B61002', '闹事', 1)
    const known = [
      { plate: '粤B61001', note: '逃费三次', account: '', software_key: 'K1' },
      { plate: '粤B61002', note: '闹事', account: '', software_key: 'K2' },
    ]
    assert.deepEqual(await ours(), known)
    // Another plate under the same number, and none at all.
    await says('K2', '粤B61003', '闹事', 2)
    await says('K3', '没有车牌', '', 1)
    assert.deepEqual(await ours(), [known[0], { ...known[1]!, plate: '粤B61003' }])
    // Deleted; what was added before that comes late, and a deletion comes before what it deletes.
    for (const type of [3, 3, 1]) await says('K2', '粤B61003', '闹事', type)
    for (const type of [3, 1]) await says('K4', '粤B61004', '', type)
    assert.deepEqual(await ours(), [known[0]])
    const lines = await road.rows<{ line: string }>(
      "select account || ': ' || after || ' ' || about as line from staff_line where lot_id = $1 order by staff_line.line",
      [lot.number],
    )
    const [k1, k2, k3] = ['blocked 粤B6**01', 'blocked 粤B6**02', 'blocked 粤B6**03']
    const did = [`put ${k1}`, `put ${k1}`, `put ${k2}`, `removed ${k2}`, `put ${k3}`, `removed ${k3}`]
    assert.deepEqual(
      lines.map(({ line }) => line),
      did.map((one) => `software: ${one}`),
      'in the trail, once each',
    )
    await says('K2', '粤B61003', '又来了', 1, 1_700_000_100)
    assert.deepEqual(await ours(), [known[0], { ...known[1]!, plate: '粤B61003', note: '又来了' }])
    await allTold()
    assert.equal(told(), 0)
  })

  test('a person here takes off and changes what it said by its own number; nothing comes back, or goes round', async () => {
    await says('K5', '粤B61005', '占道', 1)
    const page = await person(road, browser, 'manager')
    await page.goto(`${road.publicUrl}/console/vehicles?lot=${lot.number}&list=blocked`)
    const row = page.getByRole('row').filter({ hasText: '61005' })
    await row.getByText('车场软件', { exact: true }).waitFor()
    await row.getByText('也有').waitFor()
    await row.getByRole('button', { name: '移除' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('原因（会留在操作记录里）').fill('已和好')
    await dialog.getByRole('button', { name: '确认', exact: true }).click()
    await until('the software hears of it', () => told() === 1)
    const [gone] = lot.software.heard.filter(({ service }) => service === 'blackuser_sync')
    const { black_uuid, operate_type } = gone!.fields.data as Record<string, unknown>
    assert.deepEqual([black_uuid, operate_type], ['K5', 3])
    await allTold()
    // What it said before comes again, and its own word of the deletion.
    for (const type of [1, 3, 1]) await says('K5', '粤B61005', '占道', type)
    assert.equal(
      (await ours()).some(({ plate }) => plate === '粤B61005'),
      false,
    )

    // Put here by a person before the software knows of it: one row there, whoever says what first.
    await page.getByLabel('车牌', { exact: true }).fill('粤B61006')
    await page.getByRole('button', { name: '加入', exact: true }).click()
    await until('it is told', () => told() === 2)
    await allTold()
    const own = String(
      (
        lot.software.heard.findLast(({ service }) => service === 'blackuser_sync')!.fields.data as Record<
          string,
          unknown
        >
      ).black_uuid,
    )
    for (const _ of [1, 2]) await says(own, '粤B61006', '改过的字', 2)
    const put = (await ours()).find(({ plate }) => plate === '粤B61006')!
    assert.deepEqual([put.note, put.software_key], ['', null], 'a person’s entry is a person’s')
    await allTold()
    assert.equal(told(), 2)
    // Deleted there: it stays here, says so, and is told again by a person alone.
    await says(own, '粤B61006', '', 3)
    await page.getByText('收费软件里已删除').first().waitFor()
    await page.getByRole('row').filter({ hasText: '61006' }).getByText('那边已删除').waitFor()
    assert.equal(told(), 2)
    const file = await page.request.get(
      `${road.publicUrl}/api/operator/lots/${lot.number}/listed/blocked/file?as=csv&lang=en`,
    )
    assert.match(await file.text(), /粤B61006.*here,deleted there/)
  })

  test('what both do not agree on is shown with why, and put on ours by one click, under the number it has there', async () => {
    const before = told()
    const page = await person(road, browser, 'manager')
    await page.goto(`${road.publicUrl}/console/vehicles?lot=${lot.number}&list=free`)
    await page.getByLabel('车牌', { exact: true }).fill('粤B61007')
    await page.getByRole('button', { name: '加入', exact: true }).click()
    await page.getByText('粤B61007 已加入').waitFor()
    await says('K7', '粤B61007', '欠费', 1)
    await page.goto(`${road.publicUrl}/console/vehicles?lot=${lot.number}&list=blocked`)
    const only = page.getByRole('region', { name: '只在车场软件黑名单里的车' })
    await only.getByText('车牌不对').first().waitFor()
    const row = only.getByRole('row').filter({ hasText: '61007' })
    await row.getByText('在免费名单里：先移除').waitFor()
    await road.rows("delete from listed_vehicle where lot_id = $1 and list = 'free'", [lot.number])
    await row.getByRole('button', { name: '加入名单' }).click()
    await until('it is ours', async () => (await ours()).some(({ plate }) => plate === '粤B61007'))
    await row.waitFor({ state: 'detached' })
    const [kept] = await road.rows(
      "select name, wanted = told as same from list_row where lot_id = $1 and key = '粤B61007' and kind = 'blocked'",
      [lot.number],
    )
    assert.deepEqual(kept, { name: 'K7', same: true })
    assert.equal(told(), before)
  })
})

test('shifts with their cash, attendants, prices and lanes of the software stand where those of ours do, by its name', async (t) => {
  const { software } = await connectedLot(road, 792)
  t.after(() => software.close())
  assert.equal((await software.login()).state, 1)
  const second = Math.floor(road.clock.now() / 1000)
  await software.send('upload_collector', { user_id: 'U7', name: '李大海', operate_type: 1 })
  const shift = { uuid: 'S1', user_id: 'U7' }
  const begins = { ...shift, state: 0, start_time: second - 7200 }
  const ends = { ...shift, state: 1, end_time: second - 3600 }
  // Its end before its beginning, and both twice.
  for (const record of [ends, begins, begins, ends]) assert.equal((await software.send('work_record', record)).state, 1)
  await software.send('work_record', { ...begins, uuid: 'S2', start_time: second - 3600 })
  const leaves = async (order_id: string, out_time: number, cash_pay: string, out_uid = 'U7') => {
    const stay = { order_id, car_number: `粤B6200${order_id}`, in_time: second - 9000, out_time, out_uid, uid: '' }
    const exit = { ...stay, pay_type: 'cash', total: cash_pay, cash_pay, amount_receivable: cash_pay }
    assert.equal((await software.send('out_park', exit)).state, 1)
  }
  for (const _ of [1, 2]) await leaves('1', second - 7000, '15.00')
  await leaves('2', second - 3601, '5.50')
  await leaves('3', second - 3600, '7.00')
  await leaves('4', second - 7000, '99.00', 'U8')
  const page = await person(road, browser, 'owner')
  const day = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10)
  const words = `lot=792&from=${day(road.clock.now() - 86_400_000)}&until=${day(road.clock.now() + 86_400_000)}`
  const list = await page.request.get(`${road.publicUrl}/api/operator/reports/traffic/shifts?${words}`)
  const { rows, totals } = await list.json()
  assert.deepEqual(
    rows.map(({ shift, source, attendant, takenFen, softwareCashFen }: Record<string, unknown>) => [
      ...[shift, source, attendant, takenFen, softwareCashFen],
    ]),
    [
      ['S1', 'software', 'U7', null, 2050],
      ['S2', 'software', 'U7', null, 700],
    ],
  )
  assert.deepEqual([Number(totals.takenFen), Number(totals.softwareCashFen)], [0, 2750])
  assert.deepEqual(await road.rows('select 1 from cash_move where lot_id = 792'), [], 'in no book of ours')

  await page.goto(`${road.publicUrl}/console/shifts?${words}`)
  const row = page.getByRole('row').filter({ hasText: 'S1' })
  await row.getByText('李**').waitFor()
  await row.getByText('20.50').waitFor()

  await page.goto(`${road.publicUrl}/console/staff?lot=792`)
  const staff = page.getByRole('region', { name: /^车场软件的收费员/ }).filter({ hasText: 'U7' })
  await staff.getByText('李**').waitFor()
  assert.deepEqual(await road.rows("select 1 from staff where account = 'U7' or account = 'u7'"), [], 'nobody signs in')

  await software.send('upload_price', { price_id: '1', describe: '首小时 5 元，封顶 30 元', operate_type: 1 })
  await page.goto(`${road.publicUrl}/console/tariff?lot=792`)
  await page.getByRole('region', { name: '公示价格' }).getByText('首小时 5 元，封顶 30 元').waitFor()

  const gate = (channel_id: string, passname: string, passtype: number) =>
    software.send('upload_gate', { channel_id, passname, passtype, operate_type: 1 })
  for (const [channel, name, way] of [
    ['A1', '东门入口', 0],
    ['B1', '出口', 1],
    ['C1', '南门', 2],
  ] as const)
    await gate(channel, name, way)
  await page.goto(`${road.publicUrl}/console/lots/792`)
  const lanes = page.getByRole('region', { name: '与车场软件不一致的通道' })
  await lanes.getByText('{"id":3,"name":"南门","direction":"both","channel":"C1"}').waitFor()
  await lanes.getByRole('button', { name: '采用这个名称' }).click()
  await page.getByRole('region', { name: '1 东门入口' }).waitFor()
  await lanes.getByRole('button', { name: '采用这个名称' }).waitFor({ state: 'detached' })
  assert.equal(await lanes.getByText('B1').count(), 0)
})

test('what a wallet refused is shown at its lot, and told again when a person says so', async (t) => {
  const { software } = await connectedLot(road, 793)
  t.after(() => software.close())
  const bucket = (await road.rows<{ bucket: number }>('select bucket from lot where lot_id = 793', []))[0]!.bucket
  await road.rows(
    `insert into wallet_notice (bucket, lot_id, union_id, kind, subject, id, said, tries, put_aside_at)
     values ($1, 793, '200279', 'in-notice', '1', 1, '{"plate_number":"粤B63001"}', 6, $2)`,
    [bucket, new Date(road.clock.now())],
  )
  const page = await person(road, browser, 'manager')
  await page.goto(`${road.publicUrl}/console/lots/793`)
  const row = page.getByRole('row').filter({ hasText: '钱包 200279' })
  await row.getByText('入场', { exact: true }).waitFor()
  await row.getByRole('button', { name: '再通知一次' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('原因（会留在操作记录里）').fill('对方已修好')
  await dialog.getByRole('button', { name: '确认', exact: true }).click()
  await row.waitFor({ state: 'detached' })
  const due =
    'select 1 from wallet_notice where lot_id = 793 and put_aside_at is null and due_at is not null and tries = 0'
  assert.equal((await road.rows(due, [])).length, 1)
})

test('a picture of a gate that was raised by hand is beside its row, for whoever may see pictures', async (t) => {
  const { software } = await connectedLot(road, 794)
  t.after(() => software.close())
  assert.equal((await software.login()).state, 1)
  const at = Math.floor(road.clock.now() / 1000)
  for (const liftrod_id of ['G1/a', 'G2']) {
    const raised = { operate: 0, channel_id: 'B1', user_id: 'zhang', create_time: at, liftrod_id, resume: '消防车' }
    assert.equal((await software.send('upload_liftrod', raised)).state, 1)
  }
  const content = samplePicture.toString('base64')
  const sent = { picture_source: 'liftrod', liftrod_id: 'G1/a', upload_type: 'http', content }
  assert.equal((await software.send('upload_carpic', sent)).state, 1)
  const page = await person(road, browser, 'manager')
  await page.goto(`${road.publicUrl}/console/said?lot=794&kind=gate`)
  const row = page.getByRole('row').filter({ hasText: 'G1/a' })
  await page.getByRole('row').filter({ hasText: 'G2' }).waitFor()
  assert.equal(await page.getByRole('button', { name: /^看图片/ }).count(), 1)
  await row.getByRole('button', { name: '看图片: G1/a' }).click()
  const picture = row.getByRole('img', { name: '图片：G1/a' })
  await picture.waitFor()
  assert.ok((await picture.evaluate((one) => (one as unknown as { naturalWidth: number }).naturalWidth)) > 0)
  const asked = (key: string) =>
    page.evaluate((key) => fetch(`/api/operator/lots/794/said/gate/pictures/${key}`).then(({ status }) => status), key)
  assert.deepEqual([await asked('G1%2Fa'), await asked('G2')], [200, 404])
  const finance = await person(road, browser, 'finance')
  await finance.goto(`${road.publicUrl}/console/said?lot=794&kind=gate`)
  assert.equal(
    await finance.evaluate(() =>
      fetch('/api/operator/lots/794/said/gate/pictures/G1%2Fa').then(({ status }) => status),
    ),
    403,
  )
})
