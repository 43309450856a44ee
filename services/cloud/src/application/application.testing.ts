import assert from 'node:assert/strict'
import { type Database, openDatabase } from '@lanepay/database/database.ts'
import { testDatabase } from '@lanepay/database/testing.ts'
import { aForm } from '@lanepay/domain/applicant/form.fixtures.ts'
import type { ApplicationForm, PaperKind } from '@lanepay/domain/applicant/form.ts'
import { checksFor } from '@lanepay/domain/applicant/review.ts'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { FastifyInstance, InjectOptions } from 'fastify'
import pg from 'pg'
import { makeMetrics } from '../server/metrics.ts'
import { makeServer } from '../server/server.ts'
import type { Role } from '../staff/acts.ts'
import { hangStaffDoor } from '../staff/door.ts'
import { ownPageHeader } from '../staff/own-page.ts'
import { staffPlugins } from '../staff/plugin.ts'
import { signedInAs } from '../staff/staff.testing.ts'
import { type ApplicantView, linkHeader } from './api.ts'
import { forChannels } from './for-channel.ts'
import { keptCalendar } from './kept-holidays.ts'
import { aPhotograph } from './picture.testing.ts'
import { applications } from './plugin.ts'
import { dayInChina } from './working-days.ts'

export const houseKey = 'the house key of the applications in the tests'
const publicUrl = 'http://pay.example.com'

/** The doors of applications and of persons, on a real database; `another` is one more process beside it. */
export async function startApplications(told: { readonly channelsHere?: readonly ChannelName[] } = {}) {
  const data = await testDatabase()
  const sql = new pg.Client(data.connection)
  await sql.connect()
  const clock = new SimulatedClock()
  const logged: string[] = []
  const log: Log = (level, event, facts) => void logged.push(JSON.stringify({ level, event, ...facts }))
  const opened: { close(): Promise<unknown> }[] = []
  let [node, applicants] = [0, 0]
  const process = async (database: Database) => {
    const deps = {
      database,
      clock,
      houseKey: Buffer.from(houseKey),
      newId: idMaker(() => clock.now(), node++),
      log,
      publicUrl,
    }
    const ours = applications({ ...deps, channelsHere: told.channelsHere ?? ['wechatpay', 'alipay'] })
    const server = await makeServer({
      ...{ database, log, metrics: makeMetrics(), linkConnected: () => true, rightsOf: async () => null },
      ...{ brokerSecret: 'the secret of the broker', trustProxy: false },
      hangDoor: (bare) => hangStaffDoor(bare, deps),
      routes: [...ours.routes, ...staffPlugins(deps)],
    })
    opened.push(server)
    return { server, round: ours.round, channels: forChannels({ ...deps, calendar: () => keptCalendar(database) }) }
  }
  const first = await process(data.database)
  return {
    ...{ ...first, data, sql, clock, logged },
    another: async () => {
      const database = openDatabase({ connection: data.connection })
      opened.push(database)
      return process(database)
    },
    /** Somebody of a role, signed in. */
    person: async (role: Role = 'reviewer', operatorId?: string, at: FastifyInstance = first.server) =>
      asking(
        at,
        await signedInAs(data.database, clock.now(), { role, houseKey, ...(operatorId ? { operatorId } : {}) }),
      ),
    /** Whoever applies, with a new draft. */
    async applicant(at: FastifyInstance = first.server, address = `192.0.2.${++applicants}`) {
      const made = await asking(at, { [ownPageHeader]: '1' }, address).post('/api/apply', {})
      assert.equal(made.status, 200, made.text)
      return {
        ...asking(at, { [linkHeader]: made.json.link }, address),
        link: made.json.link as string,
        id: made.json.id as string,
      }
    },
    today: () => dayInChina(clock.now()),
    async close() {
      for (const one of opened.reverse()) await one.close()
      await sql.end()
      await data.close()
    },
  }
}
export type Applications = Awaited<ReturnType<typeof startApplications>>

/** Asks with these headers. */
export function asking(server: FastifyInstance, headers: Readonly<Record<string, string>>, address = '192.0.2.1') {
  const send = async (
    method: NonNullable<InjectOptions['method']>,
    url: string,
    body?: object | Buffer,
    more: Readonly<Record<string, string>> = {},
  ) => {
    const response = await server.inject({
      ...{ method, url, remoteAddress: address, headers: { ...headers, ...more } },
      ...(body === undefined ? {} : { payload: body }),
    })
    return {
      status: response.statusCode,
      headers: response.headers,
      bytes: response.rawPayload,
      text: response.body,
      // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
      json: (/json/.test(String(response.headers['content-type'])) ? JSON.parse(response.body) : null) as any,
    }
  }
  return {
    headers,
    get: (url: string) => send('GET', url),
    post: (url: string, body: object = {}) => send('POST', url, body),
    patch: (url: string, body: object) => send('PATCH', url, body),
    delete: (url: string) => send('DELETE', url),
    putPicture: (kind: string, bytes: Buffer, type = 'image/jpeg') =>
      send('PUT', `/api/apply/papers/${kind}`, bytes, { 'content-type': type }),
  }
}
export type Asking = ReturnType<typeof asking>

let picture: Promise<Buffer> | undefined
/** Types a form and its papers, as a person does, and answers with what is seen then. */
export async function fillIn(
  applicant: Asking,
  form: Partial<ApplicationForm>,
  papers: readonly PaperKind[] = ['business-licence', 'opening-permit', 'id-front', 'id-back'],
): Promise<ApplicantView> {
  picture ??= aPhotograph()
  const { legalName, legalId, legalIdFrom, legalIdUntil, ...typed } = aForm(form)
  const before = await applicant.get('/api/apply/form')
  const saved = await applicant.patch('/api/apply/form', { version: before.json.version, set: typed })
  assert.equal(saved.status, 200, saved.text)
  for (const kind of papers) {
    const put = await applicant.putPicture(kind, await picture)
    assert.equal(put.status, 200, put.text)
  }
  return (await applicant.get('/api/apply/form')).json
}

/** The same, handed in. */
export async function handIn(applicant: Asking, form: Partial<ApplicationForm>): Promise<ApplicantView> {
  const { version, mistakes } = await fillIn(applicant, form)
  assert.deepEqual(mistakes, [])
  const submitted = await applicant.post('/api/apply/submit', { version })
  assert.equal(submitted.status, 200, submitted.text)
  return submitted.json
}

export const deskOf = (id: string) => `/api/platform/applications/${id}`
/** What a reviewer says who has looked at everything. */
export const approval = (form: Partial<ApplicationForm>, more: object = {}) => ({
  ...{ checks: checksFor(aForm(form)), channels: ['wechatpay'], platformFeeBasisPoints: 60, ...more },
})
