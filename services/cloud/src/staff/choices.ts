import type { Database, Statement } from '@lanepay/database/database.ts'
import type { OperatorFound, OwnLot } from './api.ts'
import type { Person } from './signed-in.ts'

/* What a person may choose between above every page: operators, for the platform's; lots, among those it may see. */

const selectOperators: Statement = {
  name: 'select-operators-to-choose',
  text: `select operator_id, name from operator
          where $1 = '' or operator_id::text = $1 or starts_with(name, $1)
          order by operator_id limit 20`,
}
const selectLots: Statement = {
  name: 'select-lots-to-choose',
  // fanout: what a person of an operator may see; never on the road
  text: '-- fanout\n select lot_id, name from lot where operator_id = $1 order by lot_id limit 500',
}

const isPlatforms = ({ operatorId, party }: Person): boolean => operatorId === null && party === null

/** Twenty operators whose name begins so, or who have this number; for persons of the platform, others have one or none. */
export async function operatorsFor(database: Database, person: Person, text: string): Promise<OperatorFound[]> {
  if (!isPlatforms(person)) return []
  const rows = await database.reference.query<{ operator_id: string; name: string }>(selectOperators, [
    text.trim().replaceAll('\0', ''),
  ])
  return rows.map(({ operator_id, name }) => ({ operator: operator_id, name }))
}

/** The lots of its own operator, or for persons of the platform of the one named, that the person may see; by number, at most 500. */
export async function lotsFor(database: Database, person: Person, operator: string | undefined): Promise<OwnLot[]> {
  const operatorId = isPlatforms(person) ? operator : person.operatorId
  if (!operatorId) return []
  const rows = await Promise.all(
    database.nodes.map(({ db }) => db.query<{ lot_id: number; name: string }>(selectLots, [operatorId])),
  )
  const { lots } = person
  return rows
    .flat()
    .filter(({ lot_id }) => lots === 'all' || lots.has(lot_id))
    .sort((a, b) => a.lot_id - b.lot_id)
    .slice(0, 500)
    .map(({ lot_id, name }) => ({ lot: lot_id, name }))
}
