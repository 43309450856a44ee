import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DigestLogin } from '@lanepay/devices/digest.ts'
import { type DryContactOptions, dryContactGate } from '@lanepay/devices/dry-contact/gate.ts'
import { gateContract } from '@lanepay/devices/gate-contract.testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { startLaneSimulator } from '../lane.ts'
import { type RelayOptions, startRelaySimulator } from './simulator.ts'

type Setting = {
  readonly name: string
  readonly relay: RelayOptions
  readonly gate: (url: string) => DryContactOptions
  readonly asksForLogin?: boolean
}
const [user, password] = ['gate', 'secret-of-the-lot']
const answerWithinMs = 400
const headers = { 'content-type': 'application/json', 'x-relay': '1' }

const settings: readonly Setting[] = [
  {
    name: 'a relay by GET, open to everybody',
    relay: { call: { method: 'GET', path: '/relay/0?turn=on&timer=1' } },
    gate: (url) => ({ method: 'GET', url: `${url}/relay/0?turn=on&timer=1`, answerWithinMs }),
    asksForLogin: false,
  },
  {
    name: 'a relay by POST with headers and a body, by basic login, that says 202',
    relay: {
      call: { method: 'POST', path: '/open', headers, body: '{"on":true,"说":"开"}' },
      status: 202,
      login: { scheme: 'basic', user, password },
    },
    gate: (url) => ({
      method: 'POST',
      url: `${url}/open`,
      headers,
      body: '{"on":true,"说":"开"}',
      login: { user, password },
      success: [202],
      answerWithinMs,
      probeUrl: `${url}/`,
    }),
  },
  {
    name: 'a relay by PUT, by digest login with a nonce for two uses, that says 302',
    relay: {
      call: { method: 'PUT', path: '/relay', body: 'on' },
      status: 302,
      login: { scheme: 'digest', user, password, algorithm: 'SHA-256', usesPerNonce: 2 },
    },
    gate: (url) => ({
      method: 'PUT',
      url: `${url}/relay`,
      body: 'on',
      login: new DigestLogin(user, password),
      success: [302],
      answerWithinMs,
      probeUrl: `${url}/`,
    }),
  },
]
for (const { name, relay: relayOptions, gate: gateOptions, asksForLogin = true } of settings)
  gateContract(name, { serial: null, asksForLogin }, async () => {
    const relay = await startRelaySimulator(relayOptions)
    return { relay, gate: dryContactGate(gateOptions(relay.url)), close: () => relay.close() }
  })

const answers: readonly (readonly [status: number, success: readonly number[] | undefined, obeyed: string])[] = [
  [200, undefined, 'told'],
  [204, undefined, 'told'],
  [200, [204], 'unsure'],
  [404, [404], 'told'],
  [404, undefined, 'unreached'],
  [302, undefined, 'unsure'],
  [500, undefined, 'unsure'],
]
for (const [status, success, obeyed] of answers)
  test(`an answer ${status}${success ? ` where ${success} is success` : ''} leaves it ${obeyed}, after one call`, async () => {
    const relay = await startRelaySimulator({ call: { method: 'GET', path: '/on' }, status })
    const gate = dryContactGate({ method: 'GET', url: `${relay.url}/on`, ...(success ? { success } : {}) })
    assert.equal(await gate.open(), obeyed)
    assert.equal(relay.calls(), 1)
    await gate.close()
    await relay.close()
  })

test('with a lane behind the relay, the arm goes up', async () => {
  const lane = await startLaneSimulator({
    serial: 'd85b1269-8f942256',
    clock: systemClock,
    agentUrl: 'http://127.0.0.1:9/',
    timing: { raiseMs: 10 },
  })
  const relay = await startRelaySimulator({ call: { method: 'GET', path: '/on' }, pulsed: () => lane.openByHand() })
  const gate = dryContactGate({ method: 'GET', url: `${relay.url}/on` })
  const up = new Promise<void>((resolve) => {
    const end = lane.onChange(() => {
      if (lane.state().arm !== 'up') return
      end()
      resolve()
    })
  })
  assert.equal(await gate.open(), 'told')
  await up
  await gate.close()
  await relay.close()
  await lane.close()
})

const wrong: readonly Partial<DryContactOptions>[] = [
  { url: 'ftp://relay/' },
  { url: 'relay' },
  { url: 'http://user:password@relay/' },
  { probeUrl: 'file:///etc' },
  { answerWithinMs: 0 },
  { answerWithinMs: 60_001 },
  { success: [200, 401] },
  { login: { user: 'a:b', password: '' } },
]
for (const options of wrong)
  test(`refused: ${JSON.stringify(options)}`, () =>
    assert.throws(() => dryContactGate({ method: 'GET', url: 'http://relay/', ...options }), RangeError))
