import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { ChannelName, Id, LotKey } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { type LotRow, selectLot } from '../lot/store.ts'
import type { Accounts } from '../payment/accounts.ts'
import type { Channels } from '../payment/settle.ts'
import { intentions } from '../refund/intention.ts'
import { rowsWith, sendTable } from '../report/table-file.ts'
import { refuseStaff } from '../staff/errors.ts'
import { type Acting, acting, may } from '../staff/route.ts'
import { noteLine, placeOf } from '../staff/trail.ts'
import {
  EndAsk,
  IntentionAsk,
  LimitQuery,
  type LimitView,
  RuleAsk,
  RulesFileQuery,
  type RulesView,
  type RuleView,
} from './api.ts'
import { refuseRule } from './errors.ts'
import { ruleColumns, ruleRows } from './file.ts'
import { knownAheadMs, parseRuleFile } from './rule-file.ts'
import { type RuleRow, selectRule, selectRulesOfLots } from './rule-store.ts'
import { endRule, putRule, type RuleDeps } from './rules.ts'
import { masked, whenOf } from './says.ts'

/** What of a lot's payments belongs to whom, on screens. The contract is `api.ts`; what decides is what the command asks too. */
export function shareRoutes(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
  readonly channels: Channels
  readonly accounts: Accounts
}): FastifyPluginAsync {
  const { database, clock, newId, channels, accounts } = options
  const houseKey = Buffer.from(options.houseKey)
  const asks = intentions('share-rule-ask', houseKey)
  const aboutOf = (lot: number) => `lot ${lot}`

  const lotOf = ({ lots }: Acting['operator'], number: number): LotKey | undefined =>
    lots.find(({ lotId }) => lotId === number)
  const rowOf = async ({ bucket, lotId }: LotKey): Promise<LotRow> => {
    const [row] = await database.of(bucket).query<LotRow>(selectLot, [bucket, lotId])
    if (!row) throw new Error(`lot ${lotId} of bucket ${bucket} is gone`)
    return row
  }
  const rulesOf = async (lots: readonly LotKey[]): Promise<readonly RuleRow[]> => {
    const rules: RuleRow[] = []
    for (const bucket of new Set(lots.map((lot) => lot.bucket))) {
      const here = lots.filter((lot) => lot.bucket === bucket).map(({ lotId }) => lotId)
      rules.push(...(await database.of(bucket).query<RuleRow>(selectRulesOfLots, [bucket, here])))
    }
    return rules
  }
  const rulesView = async (lots: readonly LotKey[]): Promise<RulesView> => {
    const now = clock.now()
    const rules = await rulesOf(lots)
    const rows = await Promise.all(lots.map(rowOf))
    return {
      ...{ now, aheadMs: knownAheadMs },
      lots: rows.map((row) => ({
        ...{ lot: row.lot_id, name: row.name, platformFeeBasisPoints: row.platform_fee_basis_points },
      })),
      rules: rules.map((rule) => viewOf(rule, rules, now)).toReversed(),
    }
  }
  /** The channel, and the account that receives the operator's money there. */
  const atChannel = async (operatorId: string, name: ChannelName) => {
    const channel = channels[name]
    const account = channel && (await accounts.ofOperator(operatorId, name))
    return account ? { channel, merchant: account.merchant } : null
  }
  /** A rule that this intention has made before, whatever it asks for now. */
  const before = async ({ bucket, lotId }: LotKey, version: Id): Promise<RuleRow | undefined> =>
    (await database.of(bucket).query<RuleRow>(selectRule, [bucket, lotId, version]))[0]

  const noting = (
    { who, operatorId }: Acting['operator'],
    { lot, version, reason }: { readonly lot: LotKey; readonly version: Id; readonly reason: string },
  ): RuleDeps => ({
    ...{ database, clock, newId, version },
    noted: (tx, rule) =>
      noteLine(tx, { houseKey, newId, now: clock.now() }, lot, who, {
        ...{ act: 'shares.change', operatorId, about: `share rule ${rule.version}`, reason, after: inShort(rule) },
      }),
  })

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    for (const side of ['/api/operator', '/api/platform/operators/:operator']) {
      const [reads, changes] = [may('shares.read', 'operator'), may('shares.change', 'operator')]

      server.get(`${side}/share-rules`, reads, async (request) => rulesView(acting(request, 'operator').lots))
      server.get(
        `${side}/share-rules-file`,
        { ...may('shares.read', 'operator', { takes: true }), schema: { querystring: RulesFileQuery } },
        async (request, reply) => {
          const { lots, operatorId, who } = acting(request, 'operator')
          const { lang = 'zh', lot, when } = request.query
          const view = await rulesView(lots.filter(({ lotId }) => lot === undefined || String(lotId) === lot))
          const [now, place] = [clock.now(), placeOf(operatorId)]
          await database
            .of(place.bucket)
            .transaction((tx) =>
              noteLine(tx, { houseKey, newId, now }, place, who, { act: 'export', operatorId, about: 'share rules' }),
            )
          const nameOf = (number: number) => view.lots.find((one) => one.lot === number)?.name ?? ''
          const shown = view.rules.filter((rule) => when === undefined || rule.when === when)
          const rows = shown.flatMap((rule) => ruleRows(rule, nameOf(rule.lot), lang))
          const table = { file: 'share-rules', name: lang === 'en' ? 'Share rules' : '分润规则', columns: ruleColumns }
          return sendTable(reply, table, [rowsWith(ruleColumns, rows, request.query)], request.query, now)
        },
      )

      server.get(
        `${side}/share-limit`,
        { ...reads, schema: { querystring: LimitQuery } },
        async (request, reply): Promise<LimitView | FastifyReply> => {
          const whom = acting(request, 'operator')
          const { channel: name, lot: number } = request.query
          const lot = lotOf(whom, Number(number))
          if (!lot) return refuseStaff(reply, 'not-found')
          const at = await atChannel(whom.operatorId, name)
          if (!at) return refuseRule(reply, { kind: 'channel-not-taken' })
          if (!at.channel.shares) return refuseRule(reply, { kind: 'shares-nothing', channel: name })
          const limit = await at.channel.shares.limit(at.merchant, numberOf('share', lot, newId()))
          if (limit.ok) return { channel: name, limitBasisPoints: limit.value }
          const { error } = limit
          return refuseRule(reply, {
            ...{ kind: 'no-answer', channel: name, code: 'code' in error ? error.code : error.kind },
          })
        },
      )

      server.post(`${side}/share-asks`, { ...changes, schema: { body: IntentionAsk } }, async (request, reply) => {
        const whom = acting(request, 'operator')
        const { lot } = request.body
        if (!lotOf(whom, lot)) return refuseStaff(reply, 'not-found')
        return { ask: asks.make(newId(), { by: whom.person.staffId, about: aboutOf(lot) }) }
      })

      server.post(
        `${side}/share-rules`,
        { ...changes, schema: { body: RuleAsk } },
        async (request, reply): Promise<RuleView | FastifyReply> => {
          const whom = acting(request, 'operator')
          const { ask, lot: number, reason, rule: unchecked } = request.body
          const lot = lotOf(whom, number)
          const version = asks.read(ask, { by: whom.person.staffId, about: aboutOf(number) })
          if (!lot || version === null) return refuseStaff(reply, 'not-found')
          const mine = await before(lot, version)
          if (mine) return viewOf(mine, await rulesOf([lot]), clock.now())
          const rule = parseRuleFile(unchecked, clock.now())
          if (!rule.ok) return refuseRule(reply, { kind: 'mistakes', mistakes: rule.error })
          const at = await atChannel(whom.operatorId, rule.value.channel)
          if (!at) return refuseRule(reply, { kind: 'channel-not-taken' })
          const { platform_fee_basis_points: platformFeeBasisPoints } = await rowOf(lot)
          const deps = noting(whom, { lot, version, reason })
          const put = await putRule(deps, { ...lot, platformFeeBasisPoints }, at, rule.value)
          return put.ok ? viewOf(put.value, await rulesOf([lot]), clock.now()) : refuseRule(reply, put.error)
        },
      )

      server.post(
        `${side}/share-rules/end`,
        { ...changes, schema: { body: EndAsk } },
        async (request, reply): Promise<RuleView | FastifyReply> => {
          const whom = acting(request, 'operator')
          const { ask, lot: number, channel, reason } = request.body
          const lot = lotOf(whom, number)
          const version = asks.read(ask, { by: whom.person.staffId, about: aboutOf(number) })
          if (!lot || version === null) return refuseStaff(reply, 'not-found')
          const known = (await rulesOf([lot])).filter((rule) => rule.channel === channel && rule.version !== version)
          if ((known.at(-1)?.parties.length ?? 0) === 0) return refuseRule(reply, { kind: 'no-rule' })
          const ended = await endRule(noting(whom, { lot, version, reason }), lot, channel)
          return viewOf(ended, await rulesOf([lot]), clock.now())
        },
      )
    }
  }
}

function viewOf(rule: RuleRow, rules: readonly RuleRow[], now: number): RuleView {
  const ofLot = rules.filter(({ lot_id }) => lot_id === rule.lot_id)
  return {
    ...{ version: rule.version, lot: rule.lot_id, channel: rule.channel, fromAt: rule.from_at },
    ...{ when: whenOf(rule, ofLot, now), waitMinutes: rule.wait_minutes, limitBasisPoints: rule.limit_basis_points },
    parties: rule.parties.map((party) => ({
      ...party,
      receiver: { kind: party.receiver.kind, account: masked(party.receiver) },
    })),
    madeAt: rule.made_at,
  }
}

/** For the trail: no name, no account. */
const inShort = ({ channel, from_at, parties }: RuleRow): string =>
  `${channel} from ${new Date(from_at).toISOString()}: ${parties.length === 0 ? 'nothing is shared' : `${parties.length} parties`}`
