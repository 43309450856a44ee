import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Code, codeToken } from '@lanepay/cloud/code/token.ts'
import { type DriverErrorCode, driverErrorCodes, type ErrorView } from '@lanepay/cloud/driver/api.ts'
import { provision } from '@lanepay/cloud/lot/provision.ts'
import type { Phone } from '../kit/phone.ts'
import { houseKey, lotPlan, type Road, startRoad } from '../kit/road.ts'
import { restingContents } from './untouched.ts'

/*
 * What a phone may send that it should not: each is refused with a stable code, its status, the field and the rule. One subject
 * a file; here is what they all begin with and how they end.
 */
export const plate = '粤B70001'

const key = Buffer.from(houseKey)
/** A code that this house sealed: the exit's, but for what is told. */
export const tokenOf = (code: Partial<Code>) =>
  codeToken({ bucket: lotPlan.bucket, lotId: lotPlan.number, kind: 'exit', laneId: 2, serial: 0, ...code }, key)

/** A car at the exit, its driver's order open and not paid, somebody else with either wallet, and a second lot that is away. */
export async function startOpenPayment() {
  const road = await startRoad()
  await provision(
    road.database,
    { ...lotPlan, number: 43, name: '月光花园', agentSecret: 'the secret of the other lot in the tests' },
    road.clock.now(),
  )
  await road.park(plate)
  road.pass(3_600_000)
  await road.toExit(plate)
  const payer = road.phone('the-payer')
  const sheet = await road.sheet(payer, 'exit')
  const other = road.phone('somebody-else')
  const ali = road.phone('with-alipay', 'alipay')
  for (const one of [other, ali]) assert.equal((await one.scan(`${road.publicUrl}/p/${road.code('exit')}`)).status, 200)
  await restingContents(road)
  return {
    road,
    payer,
    other,
    ali,
    quote: sheet.quote.quote!,
    payment: sheet.payment,
    refused: (path: string, init?: RequestInit & { readonly as?: Phone }) => refusedBy(road, path, init),
  }
}
export type OpenPayment = Awaited<ReturnType<typeof startOpenPayment>>

/** The last test of each file, because nothing that was refused may have changed anything. */
export const paysInTheEnd = (open: () => Pick<OpenPayment, 'road' | 'payer'>): void =>
  void test('after all that the payment that was open is paid, and the books are right', async () => {
    const { road, payer } = open()
    const sheet = await road.sheet(payer, 'exit')
    await payer.payInWallet(sheet.sheet)
    await road.paymentIs(payer, sheet.payment, 'paid')
    await road.driveOut()
    await road.settled()
    await road.audit()
  })

export type Refusal = { readonly status: number; readonly error: ErrorView['error'] | undefined; readonly type: string }
async function refusedBy(road: Road, path: string, init: RequestInit & { readonly as?: Phone } = {}): Promise<Refusal> {
  const { as, ...rest } = init
  const response = as
    ? await as.send(road.publicUrl + path, rest)
    : await fetch(road.publicUrl + path, { redirect: 'manual', ...rest })
  const type = response.headers.get('content-type') ?? ''
  const body = await response.text()
  return {
    status: response.status,
    type,
    error: type.includes('json') ? (JSON.parse(body) as ErrorView).error : undefined,
  }
}
export const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

export type Expected = {
  readonly code: DriverErrorCode
  readonly status?: number
  readonly field?: string
  readonly rule?: RegExp
}
export function assertRefused(seen: Refusal, expected: Expected): void {
  const said = JSON.stringify(seen)
  assert.equal(seen.error?.code, expected.code, said)
  assert.equal(seen.status, expected.status ?? driverErrorCodes[expected.code], said)
  assert.ok(seen.error!.message.length > 5, said)
  if (expected.field !== undefined) assert.equal(seen.error!.field, expected.field, said)
  if (expected.rule) assert.match(seen.error!.rule ?? '', expected.rule, said)
}

/** With another character at one place. */
export const changed = (token: string, at: number) =>
  token.slice(0, at) + (token[at] === '7' ? '8' : '7') + token.slice(at + 1)
