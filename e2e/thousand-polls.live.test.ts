import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Agent, request } from 'node:http'
import { after, before, test } from 'node:test'
import { connectedLot } from './kit/connected-lot.ts'
import { type Road, startRoad } from './kit/road.ts'

/* A platform that restarts while 1,000 computers of connected lots hold a poll open (bolink-protocol.md 2.4). */

const polls = 1_000
const lots = 10
let road: Road
/** A connection for each question: one that is kept may be closed by who goes just when the next question is sent on it. */
const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY })
before(async () => {
  road = await startRoad()
})
after(async () => {
  await road.close() // ends the polls that are open
  agent.destroy()
})

type Said = { readonly status: number; readonly body: string }
/** Straight to the cloud's door. `sent` is settled when the whole question is on its way. */
function post(resource: string, body: string): { readonly sent: Promise<void>; readonly said: Promise<Said> } {
  const asked = request(`http://127.0.0.1:${road.cloudPort}/bpd/${resource}`, { method: 'POST', agent })
  const said = new Promise<Said>((resolve, reject) => {
    asked.once('error', reject)
    asked.once('response', (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(parts).toString() }))
    })
  })
  const sent = new Promise<void>((resolve) => asked.once('finish', resolve))
  asked.end(body)
  return { sent, said }
}
async function upload(service: string, data: object, token?: string): Promise<Record<string, unknown>> {
  const raw = JSON.stringify(data)
  const sign = createHash('md5').update(`${raw}key=8403A41ED5EF20BC`).digest('hex').toUpperCase()
  const who = token === undefined ? {} : { token }
  const body = `${JSON.stringify({ service_name: service, sign, ...who }).slice(0, -1)},"data":${raw}}`
  return JSON.parse((await post('upload.do', body).said).body)
}

test('each of 1,000 open polls is answered with nothing, nobody logs in again, and messages find the polls that come then', {
  timeout: 300_000,
}, async () => {
  const codes: string[] = []
  for (let lot = 0; lot < lots; lot++)
    codes.push(
      (await connectedLot(road, 300 + lot, { bolink: { settings: { holdSeconds: 60, onlineSeconds: 80 } } })).code(
        'prepay',
      ),
    )
  const login = async (one: number) => {
    const lot = one % lots
    const said = { union_id: '200208', park_id: `park-${300 + lot}`, local_id: `box-${one}` }
    return { lot, token: String((await upload('login', said)).token) }
  }
  const computers: Awaited<ReturnType<typeof login>>[] = []
  while (computers.length < polls)
    computers.push(...(await Promise.all(Array.from({ length: 50 }, (_, one) => login(computers.length + one)))))
  const pollAll = () => computers.map(({ token }) => post('download.do', JSON.stringify({ token })))
  const isThere = async () => upload('query_inpark', { car_number: '粤B70001', query_time: 1 }, computers[0]!.token)

  const open = pollAll()
  let answered = 0
  for (const { said } of open) void said.then(() => answered++)
  await Promise.all(open.map(({ sent }) => sent))
  await isThere() // what came before it has come in
  assert.equal(answered, 0, 'all of them are open')
  await road.cloud.restart()
  const nothing = { status: 200, body: '{"state":0,"errmsg":"no message"}' }
  for (const said of await Promise.all(open.map(({ said }) => said))) assert.deepEqual(said, nothing)

  const again = pollAll()
  await Promise.all(again.map(({ sent }) => sent))
  assert.equal((await isThere()).state, 1, 'the token from before the restart')
  for (const lot of [0, 4, 9]) {
    // Of the hundred computers of the lot, the one that told us of the vehicle is asked.
    const index = computers.findLastIndex((one) => one.lot === lot)
    const { token } = computers[index]!
    const plate = `粤B7100${lot}`
    const entry = {
      car_number: plate,
      in_time: Math.floor(road.clock.now() / 1000),
      order_id: `R${lot}`,
      empty_plot: 1,
    }
    assert.equal((await upload('in_park', entry, token)).state, 1)
    const phone = road.phone(`driver of lot ${lot}`)
    await phone.scan(`${road.publicUrl}/p/${codes[lot]}`)
    const quote = phone.quote(codes[lot]!, plate)
    const asked = JSON.parse((await again[index]!.said).body)
    assert.deepEqual([asked.service_name, asked.car_number], ['query_price', plate])
    const { query_order_no, order_id } = asked
    await upload('query_price', { state: 1, order_id, query_order_no, price: '5.00', duration: 1 }, token)
    assert.equal((await quote).body.owedFen, 500)
  }
})
