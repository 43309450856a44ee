import { parsePlate } from '@lanepay/domain/plate.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { parseSchedule } from '@lanepay/domain/tariff/schedule.ts'
import { faultsOf } from '@lanepay/lot-link/lists.ts'
import { Command, type Lists } from '@lanepay/lot-link/messages.ts'
import { Compile } from 'typebox/compile'

/** What a lot may be told besides opening and clearing. */
export const orderKinds = ['lists', 'tariff', 'coupon', 'correct', 'void', 'close', 'show'] as const
type OrderKind = (typeof orderKinds)[number]
/** A command without what every command carries. */
type Order<K extends OrderKind> = Omit<Extract<Command, { kind: K }>, 'id' | 'issuedAt' | 'expiresAt'>
export type LotOrder = { [K in OrderKind]: Order<K> }[OrderKind]
export type OrderMistake = { readonly field: string; readonly rule: string }

/** The schema of each kind by itself, so that a mistake is told by its own field. */
const schemas = new Map(Command.anyOf.map((schema) => [schema.properties.kind.const, Compile(schema)]))
const anyFrame = { id: '3'.repeat(32), issuedAt: 0, expiresAt: 0 }

/** Checks an order as the lot itself will; every mistake at once, with its place. */
export function parseOrder(unchecked: unknown): Result<LotOrder, readonly OrderMistake[]> {
  if (typeof unchecked !== 'object' || unchecked === null || Array.isArray(unchecked))
    return err([{ field: '/', rule: 'must be an object' }])
  const { kind } = unchecked as { kind?: unknown }
  const known = orderKinds.find((one) => one === kind)
  const schema = known && schemas.get(known)
  if (!schema) return err([{ field: '/kind', rule: `must be one of ${orderKinds.join(', ')}` }])
  const whole = { ...unchecked, ...anyFrame }
  if (!schema.Check(whole))
    return err(
      [...schema.Errors(whole)].map(({ instancePath, keyword, message }) => ({
        field: instancePath || '/',
        rule:
          keyword === 'minItems' && /^\/lists\/cards\/\d+\/plates$/.test(instancePath)
            ? 'names at least one plate: a month card without plates lets nobody in'
            : message,
      })),
    )
  const { id: _, issuedAt: _issued, expiresAt: _expires, ...order } = whole as Command
  const mistakes = mistakesIn(order as LotOrder)
  return mistakes.length > 0 ? err(mistakes) : ok(order as LotOrder)
}

function mistakesIn(order: LotOrder): OrderMistake[] {
  switch (order.kind) {
    case 'lists':
      return [
        ...platesIn(order.lists),
        ...faultsOf(order.lists).map(({ field, rule }) => ({ field: `/lists${field}`, rule })),
      ]
    case 'tariff': {
      const lists = Object.entries(order.areas ?? {}).map(([name, area]) => [`/areas/${name}`, area] as const)
      return [['/schedule', order.schedule] as const, ...lists].flatMap(([at, list]) => {
        const schedule = parseSchedule(list)
        return schedule.ok ? [] : schedule.error.map(({ path, rule }) => ({ field: `${at}${path}`, rule }))
      })
    }
    case 'coupon':
      return 'session' in order.for || isPlate(order.for.plate)
        ? []
        : [{ field: '/for/plate', rule: 'must be a plate in its one spelling' }]
    case 'correct':
      return order.plate === undefined || isPlate(order.plate)
        ? []
        : [{ field: '/plate', rule: 'must be a plate in its one spelling' }]
    case 'void':
    case 'close':
    case 'show':
      return []
  }
}

const isPlate = (text: string): boolean => {
  const parsed = parsePlate(text, { overseas: true })
  return parsed.ok && parsed.value === text
}

function platesIn(lists: Lists): OrderMistake[] {
  const rule = 'must be a plate in its one spelling'
  const wrong = (field: string, plate: string) => (isPlate(plate) ? [] : [{ field, rule }])
  return [
    ...lists.cards.flatMap(({ plates }, n) =>
      plates.flatMap((plate, m) => wrong(`/lists/cards/${n}/plates/${m}`, plate)),
    ),
    ...(['free', 'guests', 'blocked'] as const).flatMap((name) =>
      lists[name].flatMap(({ plate }, n) => wrong(`/lists/${name}/${n}/plate`, plate)),
    ),
  ]
}
