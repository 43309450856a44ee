import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database, Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { type LotRow, selectLot } from '../lot/store.ts'
import type { Channels } from '../payment/settle.ts'
import { WholeFileQuery } from '../report/file-ask.ts'
import { everyPage, rowsWith, sendTable } from '../report/table-file.ts'
import { acting, may, type Who } from '../staff/route.ts'
import { type Line, noteLine, placeOf } from '../staff/trail.ts'
import {
  AccountsFileQuery,
  AccountsQuery,
  type CertificatesView,
  CheckLotAsk,
  EndTemplateAsk,
  FeeAsk,
  FeeParams,
  LotsFileQuery,
  LotsQuery,
  type OneOperatorView,
  type OpenedLotView,
  OpenLotAsk,
  OperatorsFileQuery,
  OperatorsQuery,
  type PlanMistakesView,
  TemplateAsk,
  TemplateParams,
  type TemplatesView,
  type TemplateView,
} from './api.ts'
import { certificatesOf } from './certificates.ts'
import { refuseIntegrator } from './errors.ts'
import {
  accountColumns,
  accountRow,
  certificateColumns,
  certificateRow,
  lotColumns,
  lotRow,
  operatorColumns,
  operatorRow,
  templateColumns,
  templateRow,
} from './file.ts'
import { setFee } from './list-store.ts'
import { accountsList, lotsList, oneOperator, operatorsList } from './lists.ts'
import { checkOpening, openLot } from './open-lot.ts'
import { dropTemplate, putTemplate, templatesOf } from './templates.ts'

/** The integrator's side: everybody's operators, lots and accounts. The contract is `api.ts`. */
export function integratorRoutes(deps: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
  readonly channels: Channels
}): FastifyPluginAsync {
  const { database, clock, newId, houseKey, channels } = deps
  const note = (tx: Tx, place: LotKey, who: Who, line: Line) =>
    noteLine(tx, { houseKey, newId, now: clock.now() }, place, who, line)

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    const reads = may('operators.read', 'platform')
    const opens = may('lots.open', 'platform')

    server.get('/api/platform/operators', { ...reads, schema: { querystring: OperatorsQuery } }, ({ query }) =>
      operatorsList(database, query),
    )
    server.get('/api/platform/lots', { ...reads, schema: { querystring: LotsQuery } }, ({ query }) =>
      lotsList(database, query),
    )
    server.get('/api/platform/accounts', { ...reads, schema: { querystring: AccountsQuery } }, ({ query }) =>
      accountsList(database, query),
    )
    const most = { limit: '100' } as const
    server.get(
      '/api/platform/operators-file',
      { ...reads, schema: { querystring: OperatorsFileQuery } },
      async ({ query: { as, lang, ...asked } }, reply) =>
        sendTable(
          reply,
          { file: 'operators', name: lang === 'en' ? 'Operators' : '运营方', columns: operatorColumns },
          everyPage(
            (after) => operatorsList(database, { ...asked, ...most, ...after }),
            ({ operators }) => operators.map(operatorRow(lang ?? 'zh')),
          ),
          { as, lang },
          clock.now(),
        ),
    )
    server.get(
      '/api/platform/lots-file',
      { ...reads, schema: { querystring: LotsFileQuery } },
      async ({ query: { as, lang, ...asked } }, reply) =>
        sendTable(
          reply,
          { file: 'lots', name: lang === 'en' ? 'Lots' : '车场', columns: lotColumns },
          everyPage(
            (after) => lotsList(database, { ...asked, ...most, ...after }),
            ({ lots }) => lots.map(lotRow),
          ),
          { as, lang },
          clock.now(),
        ),
    )
    server.get(
      '/api/platform/accounts-file',
      { ...reads, schema: { querystring: AccountsFileQuery } },
      async ({ query: { as, lang, ...asked } }, reply) =>
        sendTable(
          reply,
          { file: 'accounts', name: lang === 'en' ? 'Accounts' : '收款账户', columns: accountColumns },
          everyPage(
            (after) => accountsList(database, { ...asked, ...most, ...after }),
            ({ accounts }) => accounts.map(accountRow),
          ),
          { as, lang },
          clock.now(),
        ),
    )
    server.get(
      '/api/platform/operators/:operator/about',
      may('operators.read', 'operator'),
      async (request, reply): Promise<OneOperatorView | FastifyReply> =>
        (await oneOperator(database, acting(request, 'operator').operatorId)) ??
        refuseIntegrator(reply, 'operator-unknown'),
    )
    server.get('/api/platform/certificates', reads, async (): Promise<CertificatesView> => {
      const now = clock.now()
      return { now, certificates: certificatesOf(channels, now) }
    })
    server.get(
      '/api/platform/certificates-file',
      { ...reads, schema: { querystring: WholeFileQuery } },
      async ({ query }, reply) => {
        const now = clock.now()
        const rows = rowsWith(certificateColumns, certificatesOf(channels, now).map(certificateRow), query)
        const name = query.lang === 'en' ? 'Certificates' : '渠道证书'
        return sendTable(reply, { file: 'certificates', name, columns: certificateColumns }, [rows], query, now)
      },
    )

    server.post(
      '/api/platform/lots/check',
      { ...opens, schema: { body: CheckLotAsk } },
      async ({ body }): Promise<PlanMistakesView> => ({ mistakes: await checkOpening(deps, body.plan) }),
    )
    server.post(
      '/api/platform/lots',
      { ...opens, schema: { body: OpenLotAsk } },
      async (request, reply): Promise<OpenedLotView | FastifyReply> => {
        const { who } = acting(request, 'platform')
        const { plan, reason } = request.body
        const opened = await openLot(deps, plan)
        if (!opened.ok)
          return refuseIntegrator(reply, opened.error.kind, 'mistakes' in opened.error ? opened.error.mistakes : [])
        const { number, bucket, operator } = opened.value
        // After it: opening it again is opening it once, and so is the line for whoever asks again.
        await twiceIfUnknown(() =>
          database.of(bucket).transaction((tx) =>
            note(tx, { bucket, lotId: number }, who, {
              act: 'lots.open',
              operatorId: operator.id,
              about: `lot ${number}`,
              reason,
            }),
          ),
        )
        return { lot: number, operator: operator.id }
      },
    )
    server.post(
      '/api/platform/lots/:lot/fee',
      { ...may('lots.open', 'lot'), schema: { params: FeeParams, body: FeeAsk } },
      async (request) => {
        const { who, lot, operatorId } = acting(request, 'lot')
        const { platformFeeBasisPoints: fee, reason } = request.body
        const key = [lot.bucket, lot.lotId]
        await twiceIfUnknown(() =>
          database.of(lot.bucket).transaction(async (tx) => {
            const [before] = await tx.query<LotRow>(selectLot, key)
            if (before?.platform_fee_basis_points === fee) return
            await tx.query(setFee, [...key, fee])
            await note(tx, lot, who, {
              ...{ act: 'lots.open', operatorId, about: `lot ${lot.lotId}`, reason },
              ...{ before: `fee ${before?.platform_fee_basis_points}`, after: `fee ${fee}` },
            })
          }),
        )
        return { lot: lot.lotId, platformFeeBasisPoints: fee }
      },
    )

    server.get(
      '/api/platform/templates',
      reads,
      async (): Promise<TemplatesView> => ({ templates: await templatesOf(deps) }),
    )
    server.get(
      '/api/platform/templates-file',
      { ...reads, schema: { querystring: WholeFileQuery } },
      async ({ query }, reply) => {
        const all = (await templatesOf(deps)).map(templateRow(query.lang ?? 'zh'))
        const table = { file: 'templates', name: query.lang === 'en' ? 'Templates' : '模板', columns: templateColumns }
        return sendTable(reply, table, [rowsWith(templateColumns, all, query)], query, clock.now())
      },
    )
    const put = async (
      who: Who,
      id: Id,
      asked: TemplateAsk,
      reply: FastifyReply,
    ): Promise<TemplateView | FastifyReply> => {
      const noted = (tx: Tx) =>
        note(tx, placeOf(null), who, {
          ...{
            act: 'lots.open',
            operatorId: null,
            about: `template ${id}`,
            after: `version ${(asked.version ?? 0) + 1}`,
          },
        })
      const done = await putTemplate(deps, { ...asked, id, by: who.account, noted })
      if (!done.ok) return refuseIntegrator(reply, done.error.kind, 'mistakes' in done.error ? done.error.mistakes : [])
      return done.value
    }
    server.post('/api/platform/templates', { ...opens, schema: { body: TemplateAsk } }, (request, reply) =>
      put(acting(request, 'platform').who, newId(), request.body, reply),
    )
    server.post(
      '/api/platform/templates/:template',
      { ...opens, schema: { params: TemplateParams, body: TemplateAsk } },
      (request, reply) => put(acting(request, 'platform').who, request.params.template as Id, request.body, reply),
    )
    server.post(
      '/api/platform/templates/:template/end',
      { ...opens, schema: { params: TemplateParams, body: EndTemplateAsk } },
      async (request, reply) => {
        const { template } = request.params
        const { who } = acting(request, 'platform')
        const { reason } = request.body
        const ended = await dropTemplate(deps, template, (tx) =>
          note(tx, placeOf(null), who, {
            ...{ act: 'lots.open', operatorId: null, about: `template ${template}`, reason, after: 'ended' },
          }),
        )
        return ended.ok ? { template } : refuseIntegrator(reply, ended.error.kind)
      },
    )
  }
}
