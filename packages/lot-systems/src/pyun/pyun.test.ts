import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import type { CouponWorth } from '@lanepay/lot-link/messages.ts'
import fc from 'fast-check'
import type { QuoteOf } from '../called.ts'
import { mayAskAgain } from '../lot-system.ts'
import { formOf } from './form.ts'
import { pyun } from './pyun.ts'
import { isPyunSigned, pyunSign } from './sign.ts'

const settings = { address: 'https://lot.example', parkUuid: 'P-1', appSecret: 'test-secret-A' }
const said = (body: object, status = 200) => ({ status, headers: {}, body: JSON.stringify(body) })
const reason = (read: ReturnType<typeof pyun.quote.read>) =>
  read.ok ? read.value.owedFen : read.error.kind === 'refused' ? read.error.because : read.error.kind

describe('4pyun: what an answer means', () => {
  const plate = { plate: '粤B12345', stay: '7' }
  const lane = { lane: 'B1', pass: null }
  const bill = { result_code: 1001, parking_serial: '7', parking_order: '8', enter_time: '20181130100904' }
  const cases: readonly (readonly [object, QuoteOf, string | number, again: boolean, why: string])[] = [
    [{ ...bill, pay_value: '500' }, plate, 500, false, 'money is in fen, as a text'],
    [{ ...bill, pay_value: -100 }, plate, 0, false, 'less than nothing is nothing'],
    [{ ...bill, pay_value: '5.00' }, plate, 'unreadable', false, 'yuan are no fen'],
    [{ ...bill, pay_type: 6, pay_value: 500 }, lane, 'not-admitted', false, 'to be paid before the entry opens'],
    [{ ...bill, parking_serial: '' }, plate, 'no-session', false, 'a bill of no stay'],
    [{ result_code: '1003' }, plate, 0, false, 'a permit owes nothing'],
    [{ result_code: '1003' }, { ...plate, stay: null }, 'permit-holder', false, 'of which stay is not known'],
    [{ result_code: '1002' }, plate, 'no-session', false, 'nobody inside'],
    [{ result_code: '1002' }, lane, 'lane-empty', false, 'nobody in the lane'],
    [{ result_code: '1500' }, lane, 'lane-empty', false, 'nobody on the loop'],
    [{ result_code: '1500' }, plate, 'busy', true, 'whatever failed'],
    [{ result_code: '1401' }, plate, 'unauthorised', false, 'a wrong secret'],
    [{ code: '1001' }, plate, 'offline', true, 'no answer of its kind'],
  ]
  for (const [body, of, expected, again, why] of cases)
    test(`${JSON.stringify(body)}: ${expected}: ${why}`, () => {
      const read = pyun.quote.read(said(body), of)
      assert.equal(reason(read), expected)
      assert.equal(!read.ok && mayAskAgain(read.error), again)
    })

  test('what a price is made of where it says all of it, and a vehicle that is held', () => {
    const read = (more: object) => {
      const quoted = pyun.quote.read(said({ ...bill, pay_value: '500', ...more }), plate)
      assert.ok(quoted.ok)
      const { made, paidFen, locked } = quoted.value
      return [made && { ...made, paidFen }, locked]
    }
    const figures = { total_value: '900', free_value: '100', paid_value: '300' }
    assert.deepEqual(read(figures), [{ totalFen: 900, discountFen: 100, paidFen: 300 }, undefined])
    assert.deepEqual(read({ total_value: '900' }), [undefined, undefined])
    assert.deepEqual(read({ locking_status: '1' }), [undefined, true])
    assert.deepEqual(read({ locking_status: 0 }), [undefined, undefined])
  })

  test('who has had a permit that may be renewed is offered that, where the bill says both', () => {
    const rows: [object, true | undefined][] = [
      [{ car_type: '2', recharge_expire_days: '7' }, true],
      [{ car_type: 2, recharge_expire_days: 0 }, true],
      [{ car_type: 2, recharge_expire_days: -1 }, undefined],
      [{ car_type: 1, recharge_expire_days: 7 }, undefined],
      [{ car_type: 2 }, undefined],
    ]
    for (const [more, renewable] of rows) {
      const quoted = pyun.quote.read(said({ ...bill, pay_value: '500', ...more }), plate)
      assert.equal(quoted.ok && quoted.value.renewable, renewable, JSON.stringify(more))
    }
  })

  test('a payment that it had before, or of a car that has left, is told; one that failed is told again', () => {
    const paid = {
      stay: '7',
      plate: '粤B12345',
      bill: '8',
      payment: '9',
      channel: 'alipay',
      paidAt: 0,
      lane: 'B1',
    } as const
    const read = (code: number, lane: string | null = paid.lane) =>
      pyun.paid.read(said({ result_code: code }), { ...paid, lane, amountFen: fen(500) })
    assert.deepEqual(read(1001), { ok: true, value: { gate: 'opened' } })
    assert.deepEqual(read(1403), { ok: true, value: { gate: 'silent' } }, 'whether a gate opened is not known')
    for (const code of [1001, 1403]) assert.deepEqual(read(code, null), { ok: true, value: { gate: null } })
    for (const code of [1000, 1500]) {
      const no = read(code)
      assert.ok(!no.ok && mayAskAgain(no.error))
    }
  })
})

describe('4pyun: what else it is told', () => {
  const around = { settings, now: 0, nonce: '', requestId: '1' }
  const saidIn = ({ body }: { readonly body: string | null }) => JSON.parse(body!) as Readonly<Record<string, string>>
  const { coupons, lock, move } = pyun

  test('a coupon by its kind and worth, for a plate and where it is known its record', () => {
    assert.ok(coupons?.by === 'grant')
    const { grant } = coupons
    const told = (worth: CouponWorth, stay: string | null = '7') => {
      const { service, type, value, grant_serial, plate, parking_serial } = saidIn(
        grant.ask({ coupon: 'c5', stay, plate: '粤B12345', worth }, around),
      )
      return [service, grant_serial, plate, parking_serial, type, value]
    }
    const service = 'service.parking.discount.create'
    assert.deepEqual(told({ kind: 'amount', fen: 200 }), [service, 'c5', '粤B12345', '7', '1', '200'])
    assert.deepEqual(told({ kind: 'minutes', minutes: 60 }, null), [service, 'c5', '粤B12345', undefined, '2', '60'])
    assert.deepEqual(told({ kind: 'whole' }).slice(4), ['3', '0'])
    for (const worth of [{ kind: 'percent', pay: 80 } as const, { kind: 'until', at: 0 } as const])
      assert.equal(coupons.takes(worth), false)
  })

  test('a coupon that it had is done, nobody to give it to is a no, and what failed is told again', () => {
    assert.ok(coupons?.by === 'grant')
    const { grant } = coupons
    const read = (code: number) =>
      grant.read(said({ result_code: code }), { coupon: 'c5', stay: '7', plate: '粤B12345', worth: { kind: 'whole' } })
    for (const code of [1001, 1403]) assert.ok(read(code).ok)
    for (const code of [1002, 1500]) {
      const no = read(code)
      assert.equal(!no.ok && mayAskAgain(no.error), code === 1500)
    }
  })

  test('arms and held vehicles in its own words', () => {
    const arm = (one: 'close' | 'hold-open') =>
      saidIn(move!.ask({ lane: 'B1', move: one, reason: '清洗', by: 'wang' }, around))
    assert.deepEqual([arm('close').status, arm('hold-open').status], ['CLOSE', 'KEEP_OPEN'])
    assert.deepEqual([arm('close').gate_id, arm('close').reason], ['B1', '清洗 (wang)'])
    const held = (locked: boolean) => saidIn(lock!.ask({ stay: '7', plate: '3ACDEFG', locked }, around))
    assert.deepEqual([held(true).plate, held(true).locking, held(false).locking], ['无3ACDEFG', '1', '0'])
  })
})

describe('4pyun: what it tells us', () => {
  const form = {
    ...{ park_uuid: 'P-1', parking_serial: '202106028000000002', plate: '粤X77777', plate_color: '5' },
    ...{ enter_time: '1624874732253', enter_gate: '入口&名称', enter_image_hash: 'ABC' },
  }
  const signed = (fields: Record<string, string>) => ({ ...fields, sign: pyunSign(fields, settings.appSecret) })
  const post = (path: string, body: string) => pyun.events!({ path, headers: {}, body }, { settings, now: 0 })
  const url = (fields: Record<string, string>) => new URLSearchParams(fields).toString()
  const enter = '/gate/1.0/parking/internal/enter'
  /** As a browser would send it, with a picture behind. */
  const multipart = (fields: Record<string, string>) => {
    const part = (head: string, text: string) => `--b0\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`
    const texts = Object.entries(fields).map(([name, text]) => part(`name="${name}"`, text))
    return `${texts.join('')}${part('name="enter_image_file"; filename="a.jpg"', 'GIF89a\r\n\r\n--')}--b0--\r\n`
  }

  for (const [what, body] of [
    ['url-encoded', url(signed(form))],
    ['multipart, its picture aside', multipart(signed(form))],
  ] as const)
    test(`an entry, ${what}`, () => {
      const read = post(enter, body)
      assert.deepEqual(read.ok && read.value.events, [
        {
          ...{ kind: 'entered', stay: '202106028000000002', plate: '粤X77777', colour: 'green', lane: '入口&名称' },
          enteredAt: 1_624_874_732_253,
        },
      ])
    })

  test('an exit names its entry; the made-up plate of a car without one is its pass', () => {
    const left = { ...form, plate: '无3ACDEFG', leave_time: '1624874999000', leave_gate: 'B1' }
    const read = post('/gate/1.0/parking/internal/leave?a=1', url(signed(left)))
    assert.deepEqual(read.ok && read.value.events, [
      {
        ...{ kind: 'left', stay: form.parking_serial, plate: '3ACDEFG', enteredAt: 1_624_874_732_253, lane: 'B1' },
        leftAt: 1_624_874_999_000,
      },
    ])
  })

  test('what is not signed with its secret, or of another lot, is refused; what it lacks is taken and named', () => {
    const refused = [
      url({ ...signed(form), plate: '粤X00000' }),
      url(form),
      url(signed({ ...form, park_uuid: 'P-2' })),
      '',
    ]
    for (const body of refused) {
      const read = post(enter, body)
      assert.equal(read.ok ? 200 : read.error.status, 403, body)
    }
    const { enter_time: _, ...lacking } = form
    const read = post(enter, url(signed(lacking)))
    assert.ok(read.ok)
    assert.deepEqual(read.value.events, [])
    assert.match(JSON.parse(read.value.answer.body).hint, /enter_time/)
    assert.deepEqual(post('/gate/1.0/parking/internal/release', url(signed(form))).ok, true)
  })

  test('whether a vehicle may come in it decides itself, unless it is blocked; what nobody signed is not asked', () => {
    const before = '/gate/1.0/parking/internal/enter/before'
    const read = post(before, url(signed({ park_uuid: 'P-1', plate: '粤B12345', enter_gate: 'A1' })))
    assert.ok(read.ok && read.value.blocked)
    const { events, answer, blocked } = read.value
    const status = ({ body }: { readonly body: string }) => JSON.parse(body).status
    assert.deepEqual([events, blocked.plate, status(answer), status(blocked.answer)], [[], '粤B12345', '0', '-1'])
    const unread = post(before, url(signed({ park_uuid: 'P-1', enter_gate: 'A1' })))
    assert.ok(unread.ok && unread.value.blocked === undefined)
    assert.equal(post(before, url({ park_uuid: 'P-1', plate: '粤B12345' })).ok, false)
  })

  const fields = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), fc.string({ unit: 'binary' }))
  test('a form reads as it was written, and only its own signature is believed', () =>
    fc.assert(
      fc.property(fields, fc.string(), (said, secret) => {
        const { sign: _, ...rest } = said
        const whole = { ...rest, sign: pyunSign(rest, secret) }
        assert.ok(isPyunSigned(formOf(url(whole)), secret))
        assert.equal(isPyunSigned(formOf(url(whole)), `${secret}x`), false)
      }),
    ))
})
