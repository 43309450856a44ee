import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { decodePage, decodePicture } from '@lanepay/print/decode.testing.ts'
import { readPdf, textOf } from '@lanepay/print/read.testing.ts'
import { type Enrolling, houseKey, startEnrolling } from '../enrol/enrol.testing.ts'
import { signedInAs } from '../staff/staff.testing.ts'
import type { CodeLine, CodesView, FoundView, PatrolView, ScreenMade, ScreenView } from './api.ts'
import { checkNumber } from './check-number.ts'
import { scanning } from './scan.ts'
import { type Code, codeToken } from './token.ts'

/*
 * The codes of a lot over HTTP, on a real cloud and database: whoever scans one is the other side. Each test has a lot of its own; an owner
 * acts, and a platform admin for what is of the whole house.
 */

const clock = new SimulatedClock()
let cloud: Enrolling
let owner: Readonly<Record<string, string>>
let admin: Readonly<Record<string, string>>
before(async () => {
  cloud = await startEnrolling({ clock })
  await cloud.aLot()
  owner = await signedInAs(cloud.data.database, clock.now(), { role: 'owner', operatorId: '1' })
  admin = await signedInAs(cloud.data.database, clock.now(), { role: 'platform-admin' })
})
after(() => cloud?.close())

/** The person of a test: what it asks of a lot, and what it tells it. */
async function atLot(told: { readonly lanes?: Parameters<Enrolling['aLot']>[0] } = {}) {
  const { number, bucket } = await cloud.aLot({ name: '阳光花园', helpPhone: '0755-1234567', ...told.lanes })
  const path = `/api/operator/lots/${number}`
  const ask = (what: string, as = owner) => fetch(cloud.cloud.url + path + what, { headers: as })
  const codes = async () => (await (await ask('/codes')).json()) as CodesView
  return {
    ...{ number, bucket, ask, codes },
    line: async (code: string): Promise<CodeLine> => (await codes()).codes.find((one) => one.code === code)!,
    tell: (what: string, body: object) => post(path + what, body, owner),
    tellAsPlatform: (what: string, body: object) =>
      post(`/api/platform/operators/1/lots/${number}${what}`, body, admin),
    token: (kind: Code['kind'], serial: number): string =>
      codeToken(
        { bucket, lotId: number, kind, laneId: kind === 'prepay' ? 0 : kind === 'exit' ? 2 : 1, serial },
        Buffer.from(houseKey),
      ),
  }
}
async function post(path: string, body: object, headers: Readonly<Record<string, string>>) {
  const response = await fetch(cloud.cloud.url + path, {
    ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) },
  })
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  const json = (await response.json()) as any
  return { status: response.status, json, code: json?.error?.code as string | undefined }
}
/** What a driver's page is told of a code. */
async function scanned(token: string) {
  const response = await fetch(`${cloud.cloud.url}/api/driver/codes/${token}`)
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  const json = (await response.json()) as any
  return { status: response.status, says: (json.error?.code ?? 'good') as string, where: json.error?.where }
}
const tokenIn = (url: string): string => /\/p\/([0-9A-Z]+)$/.exec(url)![1]!
const go = (path: string, headers: Readonly<Record<string, string>> = { accept: 'text/html' }) =>
  fetch(cloud.cloud.url + path, { redirect: 'manual', headers })

describe('a code that hangs', () => {
  test('is found for each place of a lot, as it was before codes were kept', async () => {
    const lot = await atLot()
    const view = await lot.codes()
    assert.deepEqual(
      view.codes.map(({ code, live, current }) => [code, tokenIn(live!.url), current.version]),
      [
        ['prepay-0', lot.token('prepay', 0), 1],
        ['entry-1', lot.token('entry', 0), 1],
        ['exit-2', lot.token('exit', 0), 1],
      ],
    )
    for (const { live } of view.codes) assert.equal((await scanned(tokenIn(live!.url))).says, 'good')
  })

  test('that is replaced tells the driver so, and where the new one is; the new one is good', async () => {
    const lot = await atLot()
    const done = await lot.tell('/codes/exit-2/replace', { version: 1, reason: '贴纸被撕坏' })
    assert.deepEqual([done.status, done.json], [200, { version: 2 }])
    const old = await scanned(lot.token('exit', 0))
    assert.deepEqual(old, {
      ...{ status: 410, says: 'code-replaced' },
      where: { lot: '阳光花园', lane: '出口', helpPhone: '0755-1234567' },
    })
    const { live, current, former } = await lot.line('exit-2')
    assert.equal(tokenIn(live!.url), lot.token('exit', 1))
    assert.equal((await scanned(lot.token('exit', 1))).says, 'good')
    assert.deepEqual([current.version, former[0]?.state, former[0]?.endedBecause], [2, 'replaced', '贴纸被撕坏'])
    assert.equal((await scanned(lot.token('prepay', 0))).says, 'good', 'others go on')
  })

  test('is in the file of codes with those before it, who ended them and why', async () => {
    const lot = await atLot()
    const was = (await lot.line('exit-2')).live!.checkNumber
    await lot.tell('/codes/exit-2/replace', { version: 1, reason: '海报破了' })
    const { live } = await lot.line('exit-2')
    const file = (await (await lot.ask('/codes-file?as=csv&lang=en')).text()).split('\r\n')
    assert.ok(
      file.some((line) => line.startsWith('Exit,') && line.includes(`2,live,${live!.checkNumber}`)),
      file.join(),
    )
    assert.ok(
      file.some((line) => line.includes('1,replaced,') && line.endsWith('海报破了')),
      file.join(),
    )
    assert.ok(!file.join().includes(was), 'the number of what hangs no more is none')
  })
  test('is replaced once, however many ask for it', async () => {
    const lot = await atLot()
    const all = await Promise.all(
      Array.from({ length: 8 }, () => lot.tell('/codes/exit-2/replace', { version: 1, reason: '换新的' })),
    )
    assert.deepEqual(all.map(({ status }) => status).sort(), [200, ...Array<number>(7).fill(409)])
    assert.equal((await lot.line('exit-2')).current.version, 2)
    const again = await lot.tell('/codes/exit-2/replace', { version: 1, reason: '换新的' })
    assert.equal(again.code, 'code-not-live')
  })

  test('that is revoked says so, and so does the one before it: nobody is sent to look for what is not there', async () => {
    const lot = await atLot()
    await lot.tell('/codes/prepay-0/replace', { version: 1, reason: '换新的' })
    assert.equal((await lot.tell('/codes/prepay-0/revoke', { version: 2, reason: '不再使用' })).status, 200)
    for (const serial of [0, 1]) assert.equal((await scanned(lot.token('prepay', serial))).says, 'code-revoked')
    const { live, current } = await lot.line('prepay-0')
    assert.deepEqual([live, current.state], [null, 'revoked'])
    assert.equal((await lot.ask('/posters?size=a4&code=prepay-0')).status, 404, 'nothing is printed of it')

    assert.equal((await lot.tell('/codes/prepay-0/replace', { version: 2, reason: '重新启用' })).status, 200)
    assert.equal((await scanned(lot.token('prepay', 2))).says, 'good')
    assert.equal((await scanned(lot.token('prepay', 1))).says, 'code-replaced')
  })

  test('of a serial that nobody made is none', async () => {
    const lot = await atLot()
    assert.equal((await scanned(lot.token('exit', 7))).says, 'code-malformed')
  })

  test('costs a scan one statement, and one that was replaced one more', async () => {
    const lot = await atLot()
    await lot.tell('/codes/exit-2/replace', { version: 1, reason: '换新的' })
    let statements = 0
    const { database } = cloud.data
    const counting = {
      ...database,
      of: (bucket: number) => {
        const db = database.of(bucket)
        const query: typeof db.query = (...args) => {
          statements++
          return db.query(...args)
        }
        return { ...db, query }
      },
    }
    const scan = scanning({ database: counting, clock, codeKey: Buffer.from(houseKey) })
    for (const [kind, serial, needs] of [
      ['exit', 1, 1],
      ['prepay', 0, 1],
      ['exit', 0, 2],
    ] as const) {
      statements = 0
      await scan.place(lot.token(kind, serial))
      assert.equal(statements, needs, `${kind} ${serial}`)
    }
  })

  test('leaves a line with who and why in the trail for each change, and none for what was refused', async () => {
    const lot = await atLot()
    await lot.tell('/codes/exit-2/replace', { version: 1, reason: '贴纸被撕坏' })
    await lot.tell('/codes/exit-2/replace', { version: 1, reason: '又来一次' })
    await lot.tell('/codes/exit-2/revoke', { version: 2, reason: '出口关闭' })
    const { rows } = await cloud.sql.query(
      'select act, about, before, after, reason from staff_line where lot_id = $1 order by line',
      [lot.number],
    )
    assert.deepEqual(rows, [
      { act: 'codes.change', about: 'code exit-2', before: 'version 1', after: 'version 2', reason: '贴纸被撕坏' },
      { act: 'codes.change', about: 'code exit-2', before: 'version 2', after: 'revoked', reason: '出口关闭' },
    ])
  })

  test('of a place that the lot does not have is not changed', async () => {
    const lot = await atLot()
    for (const code of ['exit-1', 'entry-2', 'exit-9', 'prepay-2'])
      assert.equal((await lot.tell(`/codes/${code}/replace`, { version: 1, reason: '换新的' })).code, 'code-unknown')
  })
})

describe('what is printed', () => {
  test('is of every place that hangs, in one file, and each code leads where the list says', async () => {
    const lot = await atLot({
      lanes: {
        lanes: [
          { id: 1, name: '东门', direction: 'both' },
          { id: 2, name: '南门䶮', direction: 'exit' },
        ],
      },
    })
    await lot.tell('/codes/exit-1/replace', { version: 1, reason: '换新的' })
    const { codes, unprintable } = await lot.codes()
    assert.deepEqual(unprintable, ['䶮'])
    const response = await lot.ask('/posters?size=sticker&marks=yes')
    assert.equal(response.headers.get('content-type'), 'application/pdf')
    const pages = readPdf(Buffer.from(await response.arrayBuffer()))
    assert.deepEqual(
      pages.map((page) => decodePage(page)),
      codes.map(({ live }) => live!.url),
    )
    pages.forEach((page, at) => {
      assert.ok(textOf(page).includes(codes[at]!.live!.checkNumber))
      assert.equal(page.lines.length, 8)
    })
  })

  for (const as of ['png', 'svg'] as const)
    test(`as ${as} is read by another program`, async () => {
      const lot = await atLot()
      const response = await lot.ask(`/codes/exit-2/picture?as=${as}&pixels=400`)
      assert.equal(response.headers.get('content-type'), as === 'png' ? 'image/png' : 'image/svg+xml')
      const { text } = await decodePicture(Buffer.from(await response.arrayBuffer()), 400)
      assert.equal(text, (await lot.line('exit-2')).live!.url)
    })
})

describe('what is printed elsewhere', () => {
  test('leads to what hangs at its place, and goes on when that is replaced', async () => {
    const lot = await atLot()
    const printed = `https://old.example.com/qr/${lot.number}?lane=南 2`
    const made = await lot.tellAsPlatform('/aliases', { alias: printed, code: 'exit-2' })
    assert.deepEqual([made.status, made.json], [200, { alias: `qr/${lot.number}?lane=南 2` }])
    const path = `/qr/${lot.number}?lane=${encodeURIComponent('南 2')}`
    assert.equal((await go(path)).headers.get('location'), `/p/${lot.token('exit', 0)}`)
    await lot.tell('/codes/exit-2/replace', { version: 1, reason: '换新的' })
    const response = await go(path)
    assert.deepEqual([response.status, response.headers.get('location')], [302, `/p/${lot.token('exit', 1)}`])
    assert.equal((await go(`/qr/${lot.number}`)).status, 404, 'not without what tells the lane')
    assert.deepEqual(
      (await lot.line('exit-2')).aliases.map(({ alias }) => alias),
      [`qr/${lot.number}?lane=南 2`],
    )
  })

  test('that leads nowhere is a page for a person, and for a program what every strange path is', async () => {
    const page = await go('/qr/nowhere')
    assert.deepEqual([page.status, page.headers.get('content-type')], [404, 'text/html; charset=utf-8'])
    const strange = await go('/qr/nowhere', { accept: '*/*' })
    assert.deepEqual(
      [strange.status, (await strange.json()) as object],
      [404, { error: { code: 'bad-request', message: 'nothing lives here', field: 'path', rule: 'a path of ours' } }],
    )
    assert.equal((await fetch(`${cloud.cloud.url}/qr/nowhere`, { method: 'POST' })).status, 404)
  })

  test('is one place only, until it is taken away', async () => {
    const [one, other] = [await atLot(), await atLot()]
    const alias = `old/${one.number}`
    const put = (lot: typeof one, code: string) => lot.tellAsPlatform('/aliases', { alias, code })
    assert.equal((await put(one, 'exit-2')).status, 200)
    assert.equal((await put(one, 'exit-2')).status, 200, 'the same again is the same')
    assert.equal((await put(one, 'entry-1')).code, 'alias-taken')
    assert.equal((await put(other, 'exit-2')).code, 'alias-taken')
    assert.equal((await other.tellAsPlatform('/aliases/remove', { alias, reason: '不是我的' })).code, 'alias-unknown')
    assert.equal((await one.tellAsPlatform('/aliases/remove', { alias, reason: '改到别处' })).status, 200)
    assert.equal((await put(other, 'exit-2')).status, 200)
  })

  for (const [alias, refusal] of [
    ['/api/operator', 'alias-ours'],
    ['https://old.example.com/', 'alias-malformed'],
    ['x'.repeat(201), 'alias-too-long'],
  ] as const)
    test(`is not ${alias.slice(0, 30)}`, async () => {
      const lot = await atLot()
      assert.equal((await lot.tellAsPlatform('/aliases', { alias, code: 'exit-2' })).code, refusal)
    })
})

describe('a screen in a lane', () => {
  const aScreen = async (lot: Awaited<ReturnType<typeof atLot>>, code = 'exit-2') => {
    const made = await lot.tell(`/codes/${code}/screens`, { name: '出口显示屏', goodSeconds: 600 })
    assert.equal(made.status, 200, JSON.stringify(made.json))
    const { secret, version } = made.json as ScreenMade
    const shows = async (query = '', authorization = `Bearer ${secret}`) =>
      fetch(`${cloud.cloud.url}/api/lane-screen/code${query}`, { headers: { authorization } })
    return { secret, version, shows, view: async () => (await (await shows()).json()) as ScreenView }
  }

  test('shows a code that is good as long as it says; a photograph of an old one is told to scan again', async () => {
    const lot = await atLot()
    const { view } = await aScreen(lot)
    const shown = await view()
    assert.deepEqual(
      [shown.kind, shown.lane, shown.goodUntil > shown.now + shown.askAgainMs],
      ['exit', { id: 2, name: '出口' }, true],
    )
    assert.equal((await scanned(tokenIn(shown.url))).says, 'good')
    clock.advance(601_000)
    const late = await scanned(tokenIn(shown.url))
    assert.deepEqual([late.status, late.says, late.where.lane], [410, 'code-expired', '出口'])
    const next = await view()
    assert.notEqual(next.url, shown.url)
    assert.equal((await scanned(tokenIn(next.url))).says, 'good')
    assert.equal((await scanned(lot.token('exit', 0))).says, 'good', 'what is printed hangs beside it')
  })

  test('lets who scanned it in time go on after its code has ended, and only so long', async () => {
    const { view } = await aScreen(await atLot())
    const { url } = await view()
    const opened = (await go(new URL(url).pathname)).headers.get('location')!
    assert.notEqual(opened, new URL(url).pathname)
    clock.advance(601_000)
    assert.equal((await go(new URL(url).pathname)).status, 410, 'nobody begins with it any more')
    assert.equal((await scanned(opened.slice(3))).says, 'good')
    assert.equal((await go(opened)).headers.get('location'), null, 'and it does not lead further')
    clock.advance(300_000)
    assert.equal((await scanned(opened.slice(3))).says, 'code-expired')
  })

  for (const as of ['png', 'svg'] as const)
    test(`that can only show pictures gets a ${as}, and when to ask for the next`, async () => {
      const { shows, secret } = await aScreen(await atLot())
      const response = await shows(`?as=${as}`, `Basic ${Buffer.from(`screen:${secret}`).toString('base64')}`)
      assert.equal(response.headers.get('refresh'), '300')
      const { text } = await decodePicture(Buffer.from(await response.arrayBuffer()), 400)
      assert.equal((await scanned(tokenIn(text!))).says, 'good')
    })

  test('shows nothing with a secret that is none, and after it was ended; its last code is good no more', async () => {
    const lot = await atLot()
    const { shows, view, version, secret } = await aScreen(lot)
    const lastChanged = secret.slice(0, -1) + (secret.endsWith('-') ? '_' : '-')
    for (const wrong of ['', 'Bearer x', `Bearer ${lastChanged}`, `Bearer ${secret.replace('exit', 'entry')}`])
      assert.equal((await shows('', wrong)).status, 401, wrong)
    const { url } = await view()
    assert.equal((await lot.tell('/codes/exit-2/revoke', { version, reason: '屏幕丢了' })).status, 200)
    assert.equal((await shows()).status, 401)
    assert.equal((await scanned(tokenIn(url))).says, 'code-revoked')
    assert.equal((await scanned(lot.token('exit', 0))).says, 'good', 'what is printed goes on')
    assert.equal(
      (await scanned(lot.token('exit', version - 1))).says,
      'code-malformed',
      'and nothing is printed of a screen',
    )
  })

  test('is seen to ask, and is made in lanes only', async () => {
    const lot = await atLot()
    const { view } = await aScreen(lot)
    assert.equal((await lot.line('exit-2')).screens[0]?.seenAt, null)
    await view()
    assert.notEqual((await lot.line('exit-2')).screens[0]?.seenAt, null)
    const inside = await lot.tell('/codes/prepay-0/screens', { name: '大厅', goodSeconds: 30 })
    assert.equal(inside.code, 'code-unknown')
  })

  test('leaves no secret in the database', async () => {
    const { secret } = await aScreen(await atLot())
    const { rows } = await cloud.sql.query('select secret_hash from lot_code where secret_hash is not null')
    assert.ok(rows.length > 0)
    for (const { secret_hash } of rows)
      assert.equal(secret.includes(secret_hash) || secret_hash.includes(secret), false)
  })
})

describe('a patrol', () => {
  const begun = async (lot: Awaited<ReturnType<typeof atLot>>) => {
    const { patrol } = (await lot.tell('/patrols', {})).json as { patrol: string }
    return {
      patrol,
      find: (code: string, found: string | null) => lot.tell(`/patrols/${patrol}/found`, { code, found }),
      end: () => lot.tell(`/patrols/${patrol}/end`, {}),
      view: async () => (await (await lot.ask(`/patrols/${patrol}`)).json()) as PatrolView,
    }
  }

  test('tells what hangs at a place, whatever it is', async () => {
    const [lot, other] = [await atLot(), await atLot()]
    await lot.tell('/codes/exit-2/replace', { version: 1, reason: '换新的' })
    await lot.tellAsPlatform('/aliases', { alias: `park/${lot.number}`, code: 'exit-2' })
    const url = (lotOf: typeof lot, kind: Code['kind'], serial: number) =>
      `http://127.0.0.1/p/${lotOf.token(kind, serial)}`
    const exit = { lotId: lot.number, kind: 'exit', laneId: 2 } as const
    const { find } = await begun(lot)
    for (const [what, found, verdict, told] of [
      ['its own', url(lot, 'exit', 1), 'right', checkNumber({ ...exit, serial: 1 })],
      [
        'its own, typed',
        checkNumber({ ...exit, serial: 1 }).replaceAll('-', ' '),
        'right',
        checkNumber({ ...exit, serial: 1 }),
      ],
      ['what is printed elsewhere for it', `http://127.0.0.1/park/${lot.number}`, 'right', `${lot.number} exit-2`],
      ['the one before', url(lot, 'exit', 0), 'stale', checkNumber({ ...exit, serial: 0 })],
      [
        'that of the way in',
        url(lot, 'entry', 0),
        'swapped',
        checkNumber({ lotId: lot.number, kind: 'entry', laneId: 1, serial: 0 }),
      ],
      [
        'that of another lot',
        url(other, 'exit', 0),
        'foreign',
        checkNumber({ ...exit, lotId: other.number, serial: 0 }),
      ],
      [
        'a code of ours at an address of somebody else',
        `https://evil.example.com/p/${lot.token('exit', 1)}`,
        'not-ours',
        `https://evil.example.com/p/${lot.token('exit', 1)}`,
      ],
      ['a payment code of somebody else', 'wxp://f2f0abc\u202e', 'not-ours', 'wxp://f2f0abc\u202e'],
      ['nothing', null, 'missing', null],
    ] as const) {
      const { status, json } = await find('exit-2', found)
      const { verdict: is, found: says } = json as FoundView
      assert.deepEqual([status, is, says], [200, verdict, told], what)
    }
  })

  test('keeps the last word about each place, and says at its end how many were right; what nobody looked at is not', async () => {
    const lot = await atLot()
    const { find, end, view } = await begun(lot)
    await find('exit-2', 'https://evil.example.com/')
    await find('exit-2', `http://127.0.0.1/p/${lot.token('exit', 0)}`)
    await find('entry-1', null)
    assert.equal((await end()).status, 200)
    assert.equal((await end()).status, 200, 'ending twice is ending once')
    const { list, places, rightly, endedAt } = await view()
    assert.deepEqual(
      list.map(({ code, found }) => [code, found?.verdict ?? null]),
      [
        ['prepay-0', null],
        ['entry-1', 'missing'],
        ['exit-2', 'right'],
      ],
    )
    assert.deepEqual([places, rightly, endedAt !== null], [3, 1, true])
    assert.equal((await find('prepay-0', null)).code, 'patrol-ended')
  })

  test('is of what should hang: what was revoked is not on the list', async () => {
    const lot = await atLot()
    await lot.tell('/codes/prepay-0/revoke', { version: 1, reason: '不再使用' })
    const { view, find } = await begun(lot)
    assert.deepEqual(
      (await view()).list.map(({ code }) => code),
      ['entry-1', 'exit-2'],
    )
    assert.equal((await find('prepay-0', null)).code, 'code-unknown')
  })

  test('is printed before it, and after', async () => {
    const lot = await atLot()
    const { patrol, find } = await begun(lot)
    await find('exit-2', `http://127.0.0.1/p/${lot.token('exit', 0)}`)
    const sheet = async (which: string) => {
      const response = await lot.ask(`/patrols/${which}/sheet`)
      assert.equal(response.status, 200)
      return readPdf(Buffer.from(await response.arrayBuffer()))
        .map(textOf)
        .join('')
    }
    const [next, done] = [await sheet('next'), await sheet(patrol)]
    for (const { live } of (await lot.codes()).codes) assert.ok(next.includes(live!.checkNumber))
    assert.equal(next.includes('right'), false)
    assert.ok(done.includes('正确 right'))
  })

  test('of another lot is none here', async () => {
    const [lot, other] = [await atLot(), await atLot()]
    const { patrol } = await begun(lot)
    assert.equal((await other.ask(`/patrols/${patrol}`)).status, 404)
    assert.equal((await other.tell(`/patrols/${patrol}/found`, { code: 'exit-2', found: null })).code, 'patrol-unknown')
  })

  test('is listed, the newest first', async () => {
    const lot = await atLot()
    const [first, second] = [await begun(lot), await begun(lot)]
    const list = async (query = '') =>
      ((await (await lot.ask(`/patrols${query}`)).json()) as { patrols: PatrolView[] }).patrols.map(
        ({ patrol }) => patrol,
      )
    assert.deepEqual(await list(), [second.patrol, first.patrol])
    assert.deepEqual(await list(`?before=${second.patrol}`), [first.patrol])
    assert.deepEqual(await list('?order=asc'), [first.patrol, second.patrol])
    assert.deepEqual(await list(`?order=asc&before=${first.patrol}`), [second.patrol])
    await second.end()
    assert.deepEqual([await list('?show=going'), await list('?show=wrong')], [[first.patrol], [second.patrol]])
    assert.deepEqual(await list('?show=right'), [])
    assert.deepEqual(await list('?text=nobody'), [], 'by who began it')
    const file = await (await lot.ask('/patrols-file?as=csv&lang=en')).text()
    assert.deepEqual([file.split('\r\n').length, file.indexOf(second.patrol) < file.indexOf(first.patrol)], [4, true])
    const going = await (await lot.ask('/patrols-file?as=csv&lang=en&show=going')).text()
    assert.deepEqual([going.includes(first.patrol), going.includes(second.patrol)], [true, false])
  })
})
