import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import type { FastifyPluginAsync } from 'fastify'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { ErrorView } from '../driver/api.ts'
import { grouped } from '../enrol/code.ts'
import { offerCode } from '../enrol/enrol.ts'
import { sendTable } from '../report/table-file.ts'
import { problem } from '../server/problem.ts'
import { acting, may } from '../staff/route.ts'
import { noteLine, placeOf } from '../staff/trail.ts'
import { CodeAsk, type CodeView, type LotsView, OverviewFileQuery, OverviewQuery, SettingsAsk } from './api.ts'
import { lotFileColumns, lotFileRow } from './file.ts'
import { fitsOverview, lotsOverview, oneLot } from './office.ts'
import {
  type OfficeLaneRow,
  type OfficeLotRow,
  selectOfficeLanes,
  selectOfficeLots,
  updateLaneName,
  updateNames,
} from './office-store.ts'

/** Lots, their lanes and devices for an office. The contract is `api.ts`. */
export function lotRoutes(deps: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Buffer
  readonly lots: LotSystem
}): FastifyPluginAsync {
  const { database, clock, newId, houseKey, lots } = deps
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    for (const side of ['/api/operator', '/api/platform/operators/:operator'] as const) {
      server.get(
        `${side}/lots/overview`,
        { ...may('devices.read', 'operator'), schema: { querystring: OverviewQuery } },
        async (request): Promise<LotsView> => {
          const all = await lotsOverview(database, acting(request, 'operator').lots, lots.isOnline)
          return { now: clock.now(), lots: all.filter(fitsOverview(request.query)), all: all.length }
        },
      )
      server.get(
        `${side}/lots/overview/file`,
        { ...may('devices.read', 'operator', { takes: true }), schema: { querystring: OverviewFileQuery } },
        async (request, reply) => {
          const { lots: own, operatorId, who } = acting(request, 'operator')
          const { as, lang = 'zh', ...asked } = request.query
          const [now, place] = [clock.now(), placeOf(operatorId)]
          await database
            .of(place.bucket)
            .transaction((tx) =>
              noteLine(tx, { houseKey, newId, now }, place, who, { act: 'export', operatorId, about: 'lots' }),
            )
          const found = (await lotsOverview(database, own, lots.isOnline)).filter(fitsOverview(asked))
          const table = { file: 'lots', name: lang === 'en' ? 'Lots' : '车场', columns: lotFileColumns }
          return sendTable(reply, table, [found.map(lotFileRow(lang))], { as, lang }, now)
        },
      )
    }
    for (const path of ['/api/operator/lots/:lot', '/api/platform/operators/:operator/lots/:lot'])
      server.get(path, may('devices.read', 'lot'), async (request) =>
        oneLot(deps, acting(request, 'lot').lot, null, clock.now()),
      )
    server.get('/api/operator/lots/:lot/lanes/:lane', may('devices.read', 'lane'), async (request) => {
      const { lot, lane } = acting(request, 'lane')
      return oneLot(deps, lot, lane, clock.now())
    })

    server.post(
      '/api/operator/lots/:lot/settings',
      { ...may('lots.change', 'lot'), schema: { body: SettingsAsk } },
      async (request, reply) => {
        const { lot, operatorId, who } = acting(request, 'lot')
        const { name, helpPhone, lanes } = request.body
        const key = [lot.bucket, lot.lotId]
        const stranger = await twiceIfUnknown(() =>
          database.of(lot.bucket).transaction(async (tx) => {
            const [row] = await tx.query<OfficeLotRow>(selectOfficeLots, [lot.bucket, [lot.lotId]])
            const before = await tx.query<OfficeLaneRow>(selectOfficeLanes, key)
            const names = new Map(before.map((one) => [one.lane_id, one.name]))
            const unknown = lanes.find(({ lane }) => !names.has(lane))
            if (unknown) return unknown
            const renamed = lanes.filter((one) => names.get(one.lane) !== one.name)
            if (row!.name === name && row!.help_phone === helpPhone && renamed.length === 0) return null
            await tx.query(updateNames, [...key, name, helpPhone])
            for (const one of renamed) await tx.query(updateLaneName, [...key, one.lane, one.name])
            const said = (lotName: string, phone: string | null, of: readonly string[]) =>
              [lotName, `help phone ${phone ?? 'none'}`, ...of].join('; ').slice(0, 500)
            await noteLine(tx, { houseKey, newId, now: clock.now() }, lot, who, {
              ...{ act: 'lots.change', operatorId, about: `lot ${lot.lotId}` },
              before: said(
                row!.name,
                row!.help_phone,
                renamed.map(({ lane }) => `lane ${lane} ${names.get(lane)}`),
              ),
              after: said(
                name,
                helpPhone,
                renamed.map((one) => `lane ${one.lane} ${one.name}`),
              ),
            })
            return null
          }),
        )
        if (stranger === null) return {}
        return problem(reply, 'bad-request', `the lot has no lane ${stranger.lane}`, {
          ...{ field: 'body/lanes', rule: 'lanes of this lot' },
        })
      },
    )

    for (const base of ['/api/operator/lots/:lot', '/api/platform/operators/:operator/lots/:lot'])
      server.post(
        `${base}/agent-codes`,
        { ...may('agents.enrol', 'lot'), schema: { body: CodeAsk } },
        async (request, reply) => {
          const { lot, operatorId, who } = acting(request, 'lot')
          const { takeOver } = request.body
          const made = await offerCode({ database, clock, houseKey }, lot.lotId, takeOver, (tx, expiresAt) =>
            noteLine(tx, { houseKey, newId, now: clock.now() }, lot, who, {
              ...{ act: 'agents.enrol', operatorId, about: `lot ${lot.lotId}` },
              after: `a code until ${new Date(expiresAt).toISOString()}${takeOver ? ', takes over' : ''}`,
            }),
          )
          if (made.ok) {
            const view: CodeView = { code: grouped(made.value.code), expiresAt: made.value.expiresAt }
            return view
          }
          const message = 'this lot has an agent: say that another box takes over'
          const view: ErrorView = { error: { code: 'agent-exists', message, field: 'body/takeOver' } }
          return reply.code(409).send(view)
        },
      )
  }
}
