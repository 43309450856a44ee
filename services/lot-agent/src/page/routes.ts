import type http from 'node:http'
import type { Log } from '@lanepay/domain/log.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { Compile } from 'typebox/compile'
import { doAct, isAct } from './act.ts'
import { type Headers, refuse, send, sendJson } from './answers.ts'
import { type ErrorCode, eventKinds, SignInAsk } from './api.ts'
import { attempts } from './attempts.ts'
import type { PageFiles } from './built.ts'
import { logPage } from './log-pages.ts'
import type { PageLot } from './page-lot.ts'
import type { Password } from './password.ts'
import { readJson } from './read-json.ts'
import { doScan } from './scan.ts'
import { sessionStory, sessionsPage } from './sessions.ts'
import { signIns } from './sign-in.ts'
import { stateOf } from './state.ts'
import { watchers } from './watchers.ts'

const onePage = 50
const cookie = 'lot_page'
const signInAsk = Compile(SignInAsk)

/** Everything the page's server answers (api.ts). Who asks is on the lot's own network already. */
export function pageRoutes(options: {
  readonly page: PageLot
  readonly password: Password
  readonly files: Promise<PageFiles>
  readonly log: Log
  /** Since when the line to the cloud is as it is. */
  readonly since: () => Instant
}) {
  const { page, password, log } = options
  const { clock } = page
  const tried = attempts()
  const signedIn = signIns()
  const state = () => stateOf(page, options.since(), clock.now())
  const watching = watchers(state)
  const holds = (token: string | null) => signedIn.holds(token, performance.now())

  const answer = async (
    request: http.IncomingMessage,
    response: http.ServerResponse,
    client: string,
  ): Promise<void> => {
    const refused = (code: ErrorCode, field: string, rule: string, headers: Headers = {}) =>
      refuse(request, response, { code, field, rule }, headers)
    // Null for an address like `//`.
    const url = URL.parse(request.url ?? '/', 'http://lot')
    if (!url) return refused('unknown-path', 'path', 'a path of this page')
    const { pathname, searchParams } = url
    const [, api, what = '', name, ...more] = pathname.split('/')
    const isPost = request.method === 'POST'
    const takes = (method: 'GET' | 'POST'): boolean => {
      if (request.method === method) return true
      refused('wrong-method', 'method', method, { allow: method })
      return false
    }

    if (api !== 'api') {
      if (!takes('GET')) return
      const file = (await options.files).get(pathname)
      if (!file) return refused('unknown-path', 'path', 'a path of this page')
      // The names of what the page loads change with what is in them.
      const kept = pathname === '/' ? 'no-cache' : 'private, max-age=31536000, immutable'
      return send(response, 200, file.contentType, file.body, { 'cache-control': kept })
    }
    if (more.length > 0) return refused('unknown-path', 'path', 'a path of this page')

    if (what === 'sign-in' && name === undefined) {
      if (!takes('POST')) return
      const asked = await readJson(request)
      if (!asked.ok) return refuse(request, response, asked.error)
      if (!signInAsk.Check(asked.value)) return refused('bad-request', 'password', 'text of 1 to 200 characters')
      const waitMs = tried.begin(client, performance.now())
      if (waitMs > 0) {
        log('warn', 'page-sign-in-paused', { client })
        const seconds = Math.ceil(waitMs / 1000)
        return refused('paused', 'password', `again in ${seconds} s`, { 'retry-after': seconds })
      }
      if (!(await password.fits(asked.value.password))) {
        log('warn', 'page-wrong-password', { client })
        return refused('wrong-password', 'password', 'the password of this page')
      }
      tried.right(client)
      log('info', 'page-signed-in', { client })
      const token = signedIn.begin(performance.now())
      return sendJson(response, {}, { 'set-cookie': `${cookie}=${token}; Path=/; HttpOnly; SameSite=Strict` })
    }

    const token = new RegExp(`(?:^|;\\s*)${cookie}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1] ?? null
    if (!holds(token)) return refused('not-signed-in', 'cookie', 'sign in first')
    if (name === undefined && (what === 'sign-out' || what === 'scan' || isAct(what))) {
      if (!takes('POST')) return
      const asked = await readJson(request)
      if (!asked.ok) return refuse(request, response, asked.error)
      if (what === 'sign-out') {
        signedIn.end(token)
        return sendJson(response, {}, { 'set-cookie': `${cookie}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0` })
      }
      const done = what === 'scan' ? await doScan(page, asked.value) : doAct(page, what, asked.value)
      // Who did it to whom is in the log of the lot; here only that it was done.
      log('info', 'page-act', { act: what, client, ...(done.ok ? {} : { refused: done.error.code }) })
      return done.ok ? sendJson(response, done.value) : refuse(request, response, done.error)
    }
    switch (`${what}${name === undefined ? '' : '/'}`) {
      case 'state':
        return takes('GET') ? sendJson(response, state()) : undefined
      case 'events':
        if (!takes('GET')) return
        if (watching.isFull()) return refused('too-many-watchers', 'path', 'close the page elsewhere first')
        return watching.add(response, () => holds(token))
      case 'sessions': {
        if (!takes('GET')) return
        const [plate, after] = [searchParams.get('plate') ?? '', searchParams.get('after')]
        if (plate.length > 20) return refused('bad-request', 'plate', 'at most 20 characters')
        if (after !== null && !/^\d{1,16}\.\d{1,19}$/.test(after))
          return refused('bad-request', 'after', '`next` of the page before')
        return sendJson(response, sessionsPage(page, { plate, after, atMost: onePage }, clock.now()))
      }
      case 'sessions/': {
        if (!takes('GET')) return
        const story = /^\d{1,19}$/.test(name!) ? await sessionStory(page, name!) : null
        return story ? sendJson(response, story) : refused('no-session', 'session', 'a session of this lot')
      }
      case 'log': {
        if (!takes('GET')) return
        const [kind, before] = [searchParams.get('kind'), searchParams.get('before')]
        if (kind !== null && !(eventKinds as readonly string[]).includes(kind))
          return refused('bad-request', 'kind', `one of ${eventKinds.join(', ')}`)
        if (before !== null && !/^[1-9]\d{0,14}$/.test(before))
          return refused('bad-request', 'before', 'a whole number from 1')
        const ask = { kind, before: before === null ? Number.MAX_SAFE_INTEGER : Number(before), atMost: onePage }
        return sendJson(response, { now: clock.now(), ...(await logPage(page.lot.store, ask)) })
      }
      case 'pictures/': {
        if (!takes('GET')) return
        const bytes = /^[\w-]{1,200}$/.test(name!) ? await page.pictures.bytes(name!) : null
        if (!bytes) return refused('no-picture', 'picture', 'one that is still kept')
        return send(response, 200, 'image/jpeg', bytes, { 'cache-control': 'private, max-age=3600' })
      }
      default:
        return refused('unknown-path', 'path', isPost ? 'something a person may do' : 'a path of this page')
    }
  }
  return { answer, close: () => watching.close() }
}
