import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { instantOut } from '@lanepay/database/database.ts'
import type { FastifyPluginAsync } from 'fastify'
import QRCode from 'qrcode'
import { rowsWith, sendTable } from '../report/table-file.ts'
import { actsInLook, actsOf } from './acts.ts'
import {
  CodeAsk,
  type MeView,
  NewPasswordAsk,
  OperatorsQuery,
  OwnLotsFileQuery,
  OwnLotsQuery,
  PasswordAsk,
  SignInParams,
  type SignInView,
} from './api.ts'
import { lotsFor, operatorsFor } from './choices.ts'
import { cookieName, forgetCookie } from './cookie.ts'
import { decideSecondFactor } from './decide.ts'
import { refuseStaff, refuseTries } from './errors.ts'
import { countRecovery } from './factor-store.ts'
import { ownLotColumns, ownLotRow } from './file.ts'
import { ownAccount } from './own-account.ts'
import { masked, openPersonal } from './personal.ts'
import { acting, may } from './route.ts'
import type { StaffDeps } from './sign-in.ts'
import { type OpenSignInRow, selectSealed, selectSignIns } from './sign-in-store.ts'
import { idleMs } from './signed-in.ts'

/** What a person sees of its own account, and does with it. The contract is `api.ts`. */
export function meRoutes(options: StaffDeps & { readonly publicUrl: string }): FastifyPluginAsync {
  const { database, clock, houseKey, publicUrl } = options
  const secure = publicUrl.startsWith('https:')
  const own = ownAccount(options)
  const me = may('me', 'me')
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()

    // Its acts are the rows of the one table (acts.ts) that are its role's: what a screen may show.
    server.get('/api/me', me, async (request): Promise<MeView> => {
      const { person } = acting(request, 'me')
      const { lots, staffId } = person
      const [row] = await database.reference.query<{ sealed: string }>(selectSealed, [staffId])
      const [codes] = await database.reference.query<{ unused: number }>(countRecovery, [staffId])
      return {
        now: clock.now(),
        person: {
          ...{ id: staffId, account: person.account, operator: person.operatorId, partner: person.party },
          ...masked(openPersonal(houseKey, staffId, row!.sealed)),
        },
        role: person.role,
        acts: actsOf(person.role),
        actsInLook: actsInLook(person.role),
        lots: lots === 'all' ? 'all' : [...lots].map(([lot, lanes]) => ({ lot, lanes })),
        secondFactor: { isSetUp: person.hasFactor, shownAt: person.factorAt, recoveryCodes: codes!.unused },
      }
    })

    server.get('/api/me/operators', { ...me, schema: { querystring: OperatorsQuery } }, async (request) =>
      operatorsFor(database, acting(request, 'me').person, request.query.text ?? ''),
    )
    server.get('/api/me/lots', { ...me, schema: { querystring: OwnLotsQuery } }, async (request) =>
      lotsFor(database, acting(request, 'me').person, request.query.operator),
    )
    server.get('/api/me/lots/file', { ...me, schema: { querystring: OwnLotsFileQuery } }, async (request, reply) => {
      const { query } = request
      const all = (await lotsFor(database, acting(request, 'me').person, query.operator)).map(ownLotRow)
      const table = { file: 'lots', name: query.lang === 'en' ? 'Lots' : '车场', columns: ownLotColumns }
      return sendTable(reply, table, [rowsWith(ownLotColumns, all, query)], query, clock.now())
    })

    server.get('/api/me/sign-ins', me, async (request): Promise<readonly SignInView[]> => {
      const { person } = acting(request, 'me')
      const now = clock.now()
      const rows = await database.reference.query<OpenSignInRow>(selectSignIns, [
        ...[person.staffId, instantOut(now), instantOut(now - idleMs)],
      ])
      return rows.map((row) => ({
        ...{ signIn: row.sign_in_id, isThis: row.sign_in_id === person.signInId, address: row.address },
        ...{ browser: row.browser, beganAt: row.began_at, seenAt: row.seen_at, endsAt: row.ends_at },
      }))
    })
    server.post('/api/me/sign-ins/:signIn/end', { ...me, schema: { params: SignInParams } }, async (request, reply) => {
      const done = await own.endSignIn(acting(request, 'me'), request.params.signIn)
      return done.ok ? {} : refuseStaff(reply, done.error.kind)
    })
    server.post('/api/me/sign-out', me, async (request, reply) => {
      const who = acting(request, 'me')
      await own.endSignIn(who, who.person.signInId)
      reply.header('set-cookie', forgetCookie(cookieName(secure), secure))
      return {}
    })

    server.post('/api/me/second-factor', { ...me, schema: { body: CodeAsk } }, async (request, reply) => {
      const done = await own.showFactor(acting(request, 'me'), request.body.code)
      return done.ok ? done.value : refuseTries(reply, done.error, clock.now())
    })
    server.post('/api/me/password', { ...me, schema: { body: NewPasswordAsk } }, async (request, reply) => {
      const done = await own.changePassword(acting(request, 'me'), request.body.password, request.body.next)
      if (!done.ok) return refuseTries(reply, done.error, clock.now())
      reply.header('set-cookie', forgetCookie(cookieName(secure), secure))
      return {}
    })
    server.post('/api/me/authenticator', { ...me, schema: { body: PasswordAsk } }, async (request, reply) => {
      const who = acting(request, 'me')
      // Whoever has the password alone must not put its own authenticator in the place of the one in force.
      const shown = who.person.hasFactor ? decideSecondFactor(who.person, clock.now()) : 'granted'
      if (shown !== 'granted') return refuseStaff(reply, shown)
      const done = await own.beginAuthenticator(who, request.body.password)
      if (!done.ok) return refuseTries(reply, done.error, clock.now())
      return { ...done.value, qr: await QRCode.toString(done.value.uri, { type: 'svg', errorCorrectionLevel: 'M' }) }
    })
    server.post('/api/me/authenticator/confirm', { ...me, schema: { body: CodeAsk } }, async (request, reply) => {
      const done = await own.confirmAuthenticator(acting(request, 'me'), request.body.code)
      return done.ok ? { recoveryCodes: done.value } : refuseTries(reply, done.error, clock.now())
    })
  }
}
