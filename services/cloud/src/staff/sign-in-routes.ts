import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Log } from '@lanepay/domain/log.ts'
import type { FastifyPluginAsync } from 'fastify'
import { LinkAsk, SignInAsk } from './api.ts'
import { browserCookieName, cookieName, cookieOf, setCookie } from './cookie.ts'
import { refuseStaff, refuseTries } from './errors.ts'
import { acceptLink } from './link.ts'
import { always, isOwnPage } from './own-page.ts'
import { type StaffDeps, signingIn } from './sign-in.ts'
import { networkOf, rightTry, takeTries } from './tries.ts'

const browserLastsSeconds = 400 * 24 * 3600

/** The doors that stand open: signing in, and setting a password by a one-time link. The contract is `api.ts`. */
export function signInRoutes(
  options: StaffDeps & { readonly log: Log; readonly publicUrl: string },
): FastifyPluginAsync {
  const { clock, log, publicUrl } = options
  const secure = publicUrl.startsWith('https:')
  const [name, browserName] = [cookieName(secure), browserCookieName(secure)]
  const signIn = signingIn(options)
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    server.addHook('onRequest', async (request, reply) => {
      reply.headers(always)
      if (request.method !== 'GET' && request.method !== 'HEAD' && !isOwnPage(request.headers, publicUrl))
        return refuseStaff(reply, 'foreign-page')
    })
    server.post('/api/staff/sign-in', { schema: { body: SignInAsk } }, async (request, reply) => {
      const { cookie } = request.headers
      const done = await signIn({
        ...{ ...request.body, address: request.ip, browser: request.headers['user-agent'] ?? '' },
        browserSeal: cookieOf(cookie, browserName),
      })
      if (!done.ok) {
        // What was typed may be anything, a password too: it is not for the log.
        if (done.error.kind !== 'code-needed')
          log('warn', 'staff-sign-in-refused', { because: done.error.kind, client: request.ip })
        return refuseTries(reply, done.error, clock.now())
      }
      const { token, staffId, browserSeal } = done.value
      log('info', 'staff-signed-in', { staff: staffId, client: request.ip })
      reply.header('set-cookie', [
        setCookie(name, token, secure),
        setCookie(browserName, browserSeal, secure, browserLastsSeconds),
      ])
      return { staff: staffId }
    })
    server.post('/api/staff/link', { schema: { body: LinkAsk } }, async (request, reply) => {
      const keys = [{ kind: 'address', of: networkOf(request.ip) }] as const
      const until = await takeTries(options, keys, clock.now())
      if (until !== null) return refuseTries(reply, { kind: 'too-many', until }, clock.now())
      const done = await acceptLink(options, request.body.link, request.body.password, request.ip)
      if (!done.ok) return refuseStaff(reply, done.error)
      await rightTry(options, keys, clock.now())
      return done.value
    })
  }
}
