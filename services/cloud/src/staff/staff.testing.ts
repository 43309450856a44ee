import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type Database, instantOut, openDatabase, type Statement } from '@lanepay/database/database.ts'
import { testDatabase } from '@lanepay/database/testing.ts'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { parseTotpSecret, totpCode, totpStep } from '@lanepay/domain/totp.ts'
import type { FastifyInstance } from 'fastify'
import { type ConsolePage, consoleRoutes } from '../console/routes.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { makeMetrics } from '../server/metrics.ts'
import { makeServer } from '../server/server.ts'
import type { Role } from './acts.ts'
import { cookieName } from './cookie.ts'
import { hangStaffDoor } from './door.ts'
import { hmacSha1 } from './factor.ts'
import { acceptLink } from './link.ts'
import { managing, type NewPerson } from './manage.ts'
import { ownPageHeader } from './own-page.ts'
import { isPassword } from './password.ts'
import { sealPersonal } from './personal.ts'
import { staffPlugins } from './plugin.ts'
import type { Who } from './route.ts'
import type { StaffDeps } from './sign-in.ts'
import { lastsMs } from './signed-in.ts'
import { makeToken, tokenHash } from './token.ts'

const insertPerson: Statement = {
  name: 'test-insert-staff',
  text: `insert into staff (staff_id, account, sealed, role, operator_id, party, all_lots, totp_sealed, made_at)
         values ($1, $2, $9, $3, $4, $5, $6, $7, $8)`,
}
const insertLot: Statement = {
  name: 'test-insert-staff-lot',
  text: 'insert into staff_lot (staff_id, lot_id, lanes) values ($1, $2, $3)',
}
const insertSignIn: Statement = {
  name: 'test-insert-staff-sign-in',
  text: `insert into staff_sign_in (sign_in_id, token_hash, staff_id, began_at, seen_at, ends_at, factor_at, address, browser)
         values ($1, $2, $3, $4, $4, $5, $6, '127.0.0.1', 'a test')`,
}

/**
 * Somebody with this role who is signed in, for tests that are about something else: the headers of its requests. Without lots it may
 * see all of its operator's; its second factor was just shown.
 */
export async function signedInAs(
  database: Database,
  now: number,
  told: {
    readonly role: Role
    readonly operatorId?: string
    readonly party?: string
    readonly lots?: readonly { readonly lot: number; readonly lanes?: readonly number[] }[]
    /** Of the server, where it is to open the person's name. */
    readonly houseKey?: string
  },
): Promise<Readonly<Record<string, string>>> {
  const id = randomBytes(7).readUIntBE(0, 6) + 1
  const token = makeToken()
  await database.reference.query(insertPerson, [
    ...[id, `test-${id}`, told.role, told.operatorId ?? null, told.party ?? null, told.lots === undefined],
    ...['set up', instantOut(now)],
    sealPersonal(Buffer.from(told.houseKey ?? 'of no server'), String(id), { name: '王小明', phone: '13800138000' }),
  ])
  for (const { lot, lanes } of told.lots ?? []) await database.reference.query(insertLot, [id, lot, lanes ?? null])
  await database.reference.query(insertSignIn, [
    ...[id, tokenHash(token), id, instantOut(now), instantOut(now + lastsMs), instantOut(now)],
  ])
  return { cookie: `${cookieName(false)}=${token}`, [ownPageHeader]: '1' }
}

/** How a browser behaves towards the doors of persons: keeps its cookies, and says that a page of ours asks. */
export function aBrowser(server: FastifyInstance, told: { readonly address?: string } = {}) {
  const cookies = new Map<string, string>()
  type Headers = Readonly<Record<string, string>>
  const ask = (method: 'GET' | 'POST', url: string, body?: object, headers: Headers = {}) =>
    server.inject({
      ...{ method, url, remoteAddress: told.address ?? '192.0.2.1' },
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...{ 'user-agent': 'a browser', [ownPageHeader]: '1' },
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body }),
    })
  const send = async (method: 'GET' | 'POST', url: string, body?: object, headers: Headers = {}) => {
    const response = await ask(method, url, body, headers)
    for (const set of [response.headers['set-cookie'] ?? []].flat()) {
      const [name = '', value = ''] = set.split(';', 1)[0]!.split('=', 2)
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const text = response.body
    return {
      status: response.statusCode,
      headers: response.headers,
      text,
      // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
      json: (text === '' ? null : JSON.parse(text)) as any,
    }
  }
  return {
    cookies,
    get: (url: string, headers?: Readonly<Record<string, string>>) => send('GET', url, undefined, headers),
    /** The text of a file. */
    bytes: async (url: string) => (await ask('GET', url)).body,
    post: (url: string, body: object = {}, headers?: Readonly<Record<string, string>>) =>
      send('POST', url, body, headers),
  }
}
export type Browser = ReturnType<typeof aBrowser>

export const houseKey = 'the house key of the staff in the tests'

/** The doors of persons alone, on a real database; `another` is one more process beside it, with connections of its own. */
export async function startStaff(told: { readonly publicUrl?: string; readonly console?: ConsolePage } = {}) {
  const data = await testDatabase()
  const clock = new SimulatedClock()
  const logged: string[] = []
  const log: Log = (level, event, facts) => void logged.push(JSON.stringify({ level, event, ...facts }))
  const compared: string[] = []
  const opened: { close(): Promise<unknown> }[] = []
  let node = 0
  const process = async (database: Database) => {
    const deps: StaffDeps = {
      ...{ database, clock, houseKey: Buffer.from(houseKey), newId: idMaker(() => clock.now(), node++) },
      cost: { n: 4, r: 8, p: 1 },
      fits: (hash, attempt) => {
        compared.push(hash)
        return isPassword(hash, attempt)
      },
    }
    const publicUrl = told.publicUrl ?? 'http://pay.example.com'
    const server = await makeServer({
      ...{ database, log, metrics: makeMetrics(), linkConnected: () => true, rightsOf: async () => null },
      ...{ brokerSecret: 'the secret of the broker', trustProxy: false },
      hangDoor: (bare) => hangStaffDoor(bare, { ...deps, publicUrl }),
      routes: [...staffPlugins({ ...deps, log, publicUrl }), ...(told.console ? [consoleRoutes(told.console)] : [])],
    })
    opened.push(server)
    return { server, deps, manage: managing(deps) }
  }
  const first = await process(data.database)
  let persons = 0
  const byCommand: Who = { staffId: null, account: 'a test', role: 'server', address: '', lookId: null }
  const password = 'correct horse battery'
  return {
    ...first,
    ...{ data, clock, logged, compared, password, byCommand },
    another: async () => {
      const database = openDatabase({ connection: data.connection })
      opened.push(database)
      return process(database)
    },
    lot: (lotId: number, operatorId: string) =>
      provision(
        data.database,
        { ...aLotPlan({ bucket: 3, lotId }), operator: { id: operatorId, name: '物业' }, accounts: [] },
        clock.now(),
      ),
    /** Somebody with an account and a password, not signed in. */
    async person(asked: Partial<NewPerson> & { readonly operatorId?: string } = {}) {
      const { operatorId = null, ...rest } = asked
      const opened = await first.manage.open({ operatorId }, byCommand, {
        ...{ account: `person-${++persons}`, name: '李伟', phone: '13912345678', role: 'platform-admin', lots: 'all' },
        ...rest,
      })
      assert.ok(opened.ok, JSON.stringify(opened))
      const set = await acceptLink(first.deps, opened.value.link, password, '192.0.2.9')
      assert.ok(set.ok, JSON.stringify(set))
      return { account: set.value.account, id: opened.value.staffId }
    },
    async close() {
      for (const one of opened.reverse()) await one.close()
      await data.close()
    },
  }
}
export type Staff = Awaited<ReturnType<typeof startStaff>>

/** Sets up an authenticator of a signed-in person: the secret in it, and the recovery codes that were shown. */
export async function setUpAuthenticator(browser: Browser, staff: Pick<Staff, 'password' | 'clock'>) {
  const begun = await browser.post('/api/me/authenticator', { password: staff.password })
  assert.equal(begun.status, 200, begun.text)
  const secret = parseTotpSecret(begun.json.secret)
  assert.ok(secret.ok)
  const code = () => totpCode(hmacSha1, secret.value, totpStep(staff.clock.now()))
  const usedCode = code()
  const confirmed = await browser.post('/api/me/authenticator/confirm', { code: usedCode })
  assert.equal(confirmed.status, 200, confirmed.text)
  return { code, usedCode, uri: begun.json.uri as string, recoveryCodes: confirmed.json.recoveryCodes as string[] }
}

/** The text of an answer; of one that stays open, which it lets go of at once, nothing. */
export async function textOf(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text()
  await response.body?.cancel()
  return ''
}
