import assert from 'node:assert/strict'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import { DigestHttp } from './digest-http.ts'
import { hikvisionCamera } from './hikvision/camera.ts'
import { LoginPause } from './login-pause.ts'

/*
 * What a device with another password sees of us: each login that it refuses brings its lock nearer.
 */

let server: http.Server
let url: string
let now: number
/** Requests that carried a login, and whether such are let in. */
let logins: string[]
let isRight: boolean
beforeEach(async () => {
  ;[logins, isRight, now] = [[], false, 0]
  server = http.createServer(({ method, url: path, headers }, response) => {
    if (headers.authorization !== undefined) logins.push(`${method} ${path}`)
    if (headers.authorization !== undefined && isRight) return void response.writeHead(200).end()
    response.writeHead(401, { 'www-authenticate': 'Digest qop="auth", realm="IP Camera", nonce="6a1", stale=FALSE' })
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
const login = { user: 'admin', password: 'not this one' }
const pausing = () => new LoginPause({ elapsedMs: () => now })

test('a refused login is not sent again before its time, whatever is asked, and then once', async () => {
  const isapi = new DigestHttp({ url, ...login, loginPause: pausing() })
  const open = { method: 'PUT', path: '/open' } as const
  const refused = { kind: 'wrong-login', because: 'the login was refused' }
  assert.deepEqual(await Promise.all([isapi.ask(open), isapi.ask(open), isapi.stream('/alerts')]), [
    refused,
    refused,
    refused,
  ])
  assert.deepEqual(logins, ['PUT /open'])
  now += 9_999
  assert.deepEqual(await isapi.stream('/alerts'), refused)
  now += 1
  await isapi.stream('/alerts')
  assert.deepEqual(logins, ['PUT /open', 'GET /alerts'])
  now += 60_000
  isRight = true
  assert.equal((await isapi.ask(open)).kind, 'answer')
  assert.equal((await isapi.ask(open)).kind, 'answer')
  assert.equal(logins.length, 4)
})

test('two that meet at one device share its refusal', async () => {
  const loginPause = pausing()
  const [camera, gate] = [1, 2].map(() => new DigestHttp({ url, ...login, loginPause }))
  await camera!.ask({ method: 'GET', path: '/a' })
  assert.equal((await gate!.ask({ method: 'GET', path: '/b' })).kind, 'wrong-login')
  assert.deepEqual(logins, ['GET /a'])
})

test('a camera whose line is tried again and again carries its login once in the pause', async () => {
  const links: string[] = []
  const camera = hikvisionCamera({ url, ...login, loginPause: pausing(), firstPauseMs: 1, mostPauseMs: 5 })({
    says: () => {},
    fault: () => {},
    link: (state, because) => links.push(`${state}: ${because}`),
  })
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.deepEqual([links, logins.length], [['down: the login was refused'], 1])
  await camera.close()
})

test('a device that asks for no digest login has refused none', async () => {
  server.removeAllListeners('request')
  server.on('request', (_request, response) => response.writeHead(401).end())
  const loginPause = pausing()
  const isapi = new DigestHttp({ url, ...login, loginPause })
  assert.deepEqual(await isapi.ask({ method: 'GET', path: '/' }), {
    kind: 'wrong-login',
    because: 'no digest login is asked for',
  })
  assert.equal(loginPause.againAt(), null)
})
