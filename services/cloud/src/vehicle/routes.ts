import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { instantOut, type Tx } from '@lanepay/database/database.ts'
import { maskPlate } from '@lanepay/domain/plate.ts'
import { ok } from '@lanepay/domain/result.ts'
import type { Instant, LotKey, Plate } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync } from 'fastify'
import { WholeFileQuery } from '../report/file-ask.ts'
import { everyPage, rowsWith, sendTable } from '../report/table-file.ts'
import { wrongAfter } from '../server/problem.ts'
import { readSheet } from '../sheet/sheet.ts'
import { type Acting, acting, may } from '../staff/route.ts'
import { noteLine } from '../staff/trail.ts'
import {
  BecauseAsk,
  CapacityAsk,
  CardAsk,
  CardParams,
  CardsFileQuery,
  CardsQuery,
  ChangeAsk,
  ImportAsk,
  type ImportView,
  ListedAsk,
  ListedFileQuery,
  ListedImportAsk,
  type ListedImportView,
  ListedQuery,
  ListParams,
  ProductAsk,
  ProductParams,
  RemoveAsk,
  RenewAsk,
  RowAsk,
} from './api.ts'
import { changingVehicles, type VehicleDeps } from './change.ts'
import { changeCard, dayOf, noChange, openCard, putListed, removeListed, renewCard, stopCard } from './decide.ts'
import { refuseVehicle } from './errors.ts'
import { cardColumns, cardRow, listedColumns, listedRow, productColumns, productRow } from './file.ts'
import { sealHolder } from './holder.ts'
import { importing } from './import-file.ts'
import { sheetFaults } from './import-table.ts'
import { forgetRow, tellRowAgain, wantRows } from './rows-store.ts'
import { endProduct, holdKept, insertProduct, listsTakenBy } from './store.ts'
import { vehicleViews } from './views.ts'

/** The file in base64, and a little. */
const importLimit = 3 * 1024 * 1024

/** Month cards, their products, and who is free, blocked or announced. The contract is `api.ts`. */
export function vehicleRoutes(deps: VehicleDeps): FastifyPluginAsync {
  const { database, clock, newId, houseKey } = deps
  const change = changingVehicles(deps)
  const files = importing(deps, change)
  const { vehiclesOf, cardsOf, storyOf, listedOf, onlyThere } = vehicleViews(deps)
  /** Before the first byte of a file: who took what away. */
  const noteTaken = ({ lot, operatorId, who }: Acting['lot'], about: string) =>
    database
      .of(lot.bucket)
      .transaction((tx) =>
        noteLine(tx, { houseKey, newId, now: clock.now() }, lot, who, { act: 'export', operatorId, about }),
      )
  /** Software that takes lists row by row hears of what cards are sold as; our own agent goes by the cards alone. */
  const tellProducts = async (tx: Tx, lot: LotKey, now: Instant): Promise<void> => {
    if ((await listsTakenBy(tx, lot)) !== 'rows') return
    const { kept } = await holdKept(tx, lot, now)
    await wantRows(tx, lot, kept, { now, newId })
  }
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    for (const side of ['/api/operator', '/api/platform/operators/:operator'] as const) {
      const base = `${side}/lots/:lot`
      const read = may('vehicles.read', 'lot')
      server.get(`${base}/vehicles`, read, async (request) => vehiclesOf(acting(request, 'lot').lot))
      server.get(`${base}/cards`, { ...read, schema: { querystring: CardsQuery } }, async (request, reply) => {
        const page = await cardsOf(acting(request, 'lot').lot, request.query)
        return page ?? wrongAfter(reply)
      })
      server.get(`${base}/cards/:card`, { ...read, schema: { params: CardParams } }, async (request, reply) => {
        const story = await storyOf(acting(request, 'lot').lot, request.params.card)
        return story ?? refuseVehicle(reply, { kind: 'card-unknown' })
      })
      server.get(`${base}/only-there`, read, async (request) => onlyThere(acting(request, 'lot').lot))
      server.get(
        `${base}/listed/:list`,
        { ...read, schema: { params: ListParams, querystring: ListedQuery } },
        async (request, reply) => {
          const page = await listedOf(acting(request, 'lot').lot, request.params.list, request.query)
          return page ?? wrongAfter(reply)
        },
      )
    }

    const base = '/api/operator/lots/:lot'
    const changes = may('vehicles.change', 'lot')
    server.post(`${base}/capacity`, { ...changes, schema: { body: CapacityAsk } }, async (request, reply) => {
      const { capacity, reason } = request.body
      const done = await change(acting(request, 'lot'), () =>
        ok({ change: { ...noChange, capacity }, value: {}, about: 'capacity', after: String(capacity), reason }),
      )
      return done.ok ? done.value : refuseVehicle(reply, done.error)
    })
    server.post(`${base}/products`, { ...changes, schema: { body: ProductAsk } }, async (request, reply) => {
      const { lot, operatorId, who } = acting(request, 'lot')
      const { name, monthFen, spaces, windows = null } = request.body
      const product = newId()
      try {
        const isSaid = await database.of(lot.bucket).transaction(async (tx) => {
          const now = clock.now()
          if (windows !== null && (await listsTakenBy(tx, lot)) === 'rows') return false
          await tx.query(insertProduct, [
            ...[lot.bucket, lot.lotId, product, name, monthFen, spaces],
            ...[windows === null ? null : JSON.stringify(windows), instantOut(now)],
          ])
          await noteLine(tx, { houseKey, newId, now }, lot, who, {
            ...{ act: 'vehicles.change', operatorId, about: `product ${product}` },
            after: `${monthFen} fen a month, ${spaces} spaces`,
          })
          await tellProducts(tx, lot, now)
          return true
        })
        if (!isSaid) return refuseVehicle(reply, { kind: 'lot-has-no-word', what: 'windows' })
      } catch (error) {
        if ((error as { code?: string }).code === '23505') return refuseVehicle(reply, { kind: 'product-taken' })
        throw error
      }
      return { product }
    })
    server.post(
      `${base}/products/:product/end`,
      { ...changes, schema: { params: ProductParams, body: BecauseAsk } },
      async (request, reply) => {
        const { lot, operatorId, who } = acting(request, 'lot')
        const { product } = request.params
        const ended = await database.of(lot.bucket).transaction(async (tx) => {
          const now = clock.now()
          const rows = await tx.query(endProduct, [lot.bucket, lot.lotId, product, instantOut(now)])
          if (rows.length === 0) return false
          await noteLine(tx, { houseKey, newId, now }, lot, who, {
            ...{ act: 'vehicles.change', operatorId, about: `product ${product}`, after: 'ended' },
            reason: request.body.reason,
          })
          await tellProducts(tx, lot, now)
          return true
        })
        return ended ? {} : refuseVehicle(reply, { kind: 'product-unknown' })
      },
    )
    server.post(`${base}/cards`, { ...changes, schema: { body: CardAsk } }, async (request, reply) => {
      const { holder, noted = null, ...asked } = request.body
      const done = await change(acting(request, 'lot'), (kept) => {
        const product = kept.products.find(({ id }) => id === asked.product)
        const opened = openCard(
          kept,
          { ...asked, spaces: asked.spaces ?? product?.spaces ?? 1, holder: null, noted },
          newId,
        )
        if (!opened.ok) return opened
        const [card] = opened.value.cards
        const sealed = holder ? sealHolder(houseKey, card!.id, holder) : null
        return ok({
          change: { ...opened.value, cards: [{ ...card!, holder: sealed }] },
          ...{ value: { card: card!.id }, about: `card ${card!.id}`, after: opened.value.steps[0]!.after },
        })
      })
      return done.ok ? done.value : refuseVehicle(reply, done.error)
    })
    server.post(
      `${base}/cards/:card/change`,
      { ...changes, schema: { params: CardParams, body: ChangeAsk } },
      async (request, reply) => {
        const { card } = request.params
        const { holder, reason, ...asked } = request.body
        const done = await change(acting(request, 'lot'), (kept) => {
          const sealed = holder === undefined ? {} : { holder: holder && sealHolder(houseKey, card, holder) }
          const made = changeCard(kept, card, { ...asked, ...sealed, reason })
          if (!made.ok) return made
          return ok({ change: made.value, value: {}, about: `card ${card}`, after: made.value.steps[0]!.after, reason })
        })
        return done.ok ? done.value : refuseVehicle(reply, done.error)
      },
    )
    server.post(
      `${base}/cards/:card/renew`,
      { ...changes, schema: { params: CardParams, body: RenewAsk } },
      async (request, reply) => {
        const { card } = request.params
        const { months, noted = null } = request.body
        const done = await change(acting(request, 'lot'), (kept, now) => {
          const made = renewCard(kept, card, { months, noted }, now)
          if (!made.ok) return made
          const value = { until: made.value.cards[0]!.until }
          return ok({ change: made.value, value, about: `card ${card}`, after: made.value.steps[0]!.after })
        })
        return done.ok ? done.value : refuseVehicle(reply, done.error)
      },
    )
    server.post(
      `${base}/cards/:card/stop`,
      { ...changes, schema: { params: CardParams, body: BecauseAsk } },
      async (request, reply) => {
        const { card } = request.params
        const { reason } = request.body
        const done = await change(acting(request, 'lot'), (kept, now) => {
          const made = stopCard(kept, card, reason, now)
          return made.ok ? ok({ change: made.value, value: {}, about: `card ${card}`, after: 'stopped', reason }) : made
        })
        return done.ok ? done.value : refuseVehicle(reply, done.error)
      },
    )
    server.post(
      `${base}/cards/import`,
      { ...changes, bodyLimit: importLimit, schema: { body: ImportAsk } },
      async (request, reply) => {
        const { file, product, take } = request.body
        const sheet = readSheet(Buffer.from(file, 'base64'))
        if (!sheet.ok) return { fault: sheetFaults[sheet.error], lines: [], taken: 0 } satisfies ImportView
        const done = await files.cards(acting(request, 'lot'), sheet.value, product, take)
        return done.ok ? done.value : refuseVehicle(reply, done.error)
      },
    )
    server.get(
      `${base}/cards-file`,
      { ...may('export', 'lot'), schema: { querystring: CardsFileQuery } },
      async (request, reply) => {
        const { lot } = acting(request, 'lot')
        const { as, lang, ...asked } = request.query
        await noteTaken(acting(request, 'lot'), 'cards')
        const pages = everyPage(
          // A page that begins where the one before ended is none that was made up.
          async (after) => (await cardsOf(lot, { ...asked, limit: '200', ...after }))!,
          ({ cards }) => cards.filter(({ state }) => state !== 'stopped' || asked.state === 'stopped').map(cardRow),
        )
        const file = `cards-${lot.lotId}-${dayOf(clock.now())}`
        const table = { file, name: 'cards', columns: cardColumns }
        return sendTable(reply, table, pages, { as, lang }, clock.now())
      },
    )
    server.get(
      `${base}/products-file`,
      { ...may('export', 'lot'), schema: { querystring: WholeFileQuery } },
      async (request, reply) => {
        const { lot } = acting(request, 'lot')
        const { query } = request
        await noteTaken(acting(request, 'lot'), 'products')
        const { products } = await vehiclesOf(lot)
        const table = { file: `products-${lot.lotId}`, name: 'products', columns: productColumns }
        const rows = rowsWith(productColumns, products.map(productRow), query)
        return sendTable(reply, table, [rows], query, clock.now())
      },
    )
    server.get(
      `${base}/listed/:list/file`,
      { ...may('export', 'lot'), schema: { params: ListParams, querystring: ListedFileQuery } },
      async (request, reply) => {
        const { lot } = acting(request, 'lot')
        const { list } = request.params
        const { as, lang, ...asked } = request.query
        await noteTaken(acting(request, 'lot'), list)
        const pages = everyPage(
          // A page that begins where the one before ended is none that was made up.
          async (after) => (await listedOf(lot, list, { ...asked, limit: '200', ...after }))!,
          ({ vehicles }) => vehicles.map(({ told: _, ...one }) => listedRow(one)),
        )
        const file = `${list}-${lot.lotId}-${dayOf(clock.now())}`
        return sendTable(reply, { file, name: list, columns: listedColumns }, pages, { as, lang }, clock.now())
      },
    )
    server.post(
      `${base}/listed/:list/import`,
      { ...changes, bodyLimit: importLimit, schema: { params: ListParams, body: ListedImportAsk } },
      async (request, reply) => {
        const { list } = request.params
        const { file, take } = request.body
        const sheet = readSheet(Buffer.from(file, 'base64'))
        if (!sheet.ok) return { fault: sheetFaults[sheet.error], lines: [], taken: 0 } satisfies ListedImportView
        const done = await files.listed(acting(request, 'lot'), sheet.value, list, take)
        return done.ok ? done.value : refuseVehicle(reply, done.error)
      },
    )
    server.post(
      `${base}/listed/:list`,
      { ...changes, schema: { params: ListParams, body: ListedAsk } },
      async (request, reply) => {
        const { list } = request.params
        const done = await change(acting(request, 'lot'), (kept) => {
          const made = putListed(kept, list, request.body)
          if (!made.ok) return made
          const { plate } = made.value.put[0]!
          return ok({
            change: made.value,
            value: { plate },
            about: `${list} ${maskPlate(plate as Plate)}`,
            after: 'put',
          })
        })
        return done.ok ? done.value : refuseVehicle(reply, done.error)
      },
    )
    server.post(
      `${base}/listed/:list/remove`,
      { ...changes, schema: { params: ListParams, body: RemoveAsk } },
      async (request, reply) => {
        const { list } = request.params
        const { plate, reason } = request.body
        const done = await change(acting(request, 'lot'), (kept) => {
          const made = removeListed(kept, list, plate)
          if (!made.ok) return made
          const about = `${list} ${maskPlate(made.value.removed[0]!.plate as Plate)}`
          return ok({ change: made.value, value: {}, about, after: 'removed', reason })
        })
        return done.ok ? done.value : refuseVehicle(reply, done.error)
      },
    )
    for (const [act, statement] of [
      ['again', tellRowAgain],
      ['forget', forgetRow],
    ] as const)
      server.post(`${base}/rows/${act}`, { ...changes, schema: { body: RowAsk } }, async (request, reply) => {
        const { lot, operatorId, who } = acting(request, 'lot')
        const { kind, key, reason } = request.body
        const isDone = await database.of(lot.bucket).transaction(async (tx) => {
          const now = clock.now()
          if ((await tx.query(statement, [lot.bucket, lot.lotId, kind, key])).length === 0) return false
          const isPlate = kind === 'free' || kind === 'blocked'
          const about = `${kind} ${isPlate ? maskPlate(key as Plate) : key}`
          await noteLine(tx, { houseKey, newId, now }, lot, who, {
            ...{
              act: 'vehicles.change',
              operatorId,
              about,
              after: act === 'again' ? 'told again' : 'not told',
              reason,
            },
          })
          return true
        })
        return isDone ? {} : refuseVehicle(reply, { kind: 'row-unknown' })
      })
  }
}
