import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { IdMaker } from '@lanepay/domain/ids.ts'
import { type Id, type Instant, type Plate, type PlateColour, plateColours } from '@lanepay/domain/types.ts'
import type { Standing } from '@lanepay/lot-link/messages.ts'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Store } from '../disk/store.ts'

const Instants = Type.Integer({ minimum: 0 })
/** Who was inside when this box became the lot's agent, as the cloud said when it enrolled. */
const HandedDown = Compile(
  Type.Object({
    inside: Type.Array(
      Type.Object({
        session: Type.String({ pattern: '^\\d{1,19}$' }),
        plate: Type.String({ minLength: 2, maxLength: 12 }),
        pass: Type.Boolean(),
        colour: Type.Union(plateColours.map((colour) => Type.Literal(colour))),
        enteredAt: Instants,
        entryLane: Type.Union([Type.Integer(), Type.Null()]),
        standing: Type.Union([Type.String(), Type.Null()]),
        clearances: Type.Array(
          Type.Object({ clearance: Type.String(), paidFen: Type.Integer(), paidAt: Instants, leaveBy: Instants }),
        ),
        // An older cloud says nothing of these.
        parts: Type.Optional(
          Type.Array(
            Type.Object({
              area: Type.String(),
              enteredAt: Instants,
              leftAt: Type.Union([Instants, Type.Null()]),
            }),
          ),
        ),
        vehicleClass: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      }),
    ),
  }),
)

/**
 * Takes in who is inside, once, where the box was handed the lot of another (`inside.json`, written by `lanepay agent enrol`):
 * they are let out for what they paid, and nothing of them is told again, for the cloud knows. Answers how many; null when there
 * was nothing to take in.
 * @throws Error naming the file when it is not what enrolling writes: without it nobody inside would be known.
 */
export function takeOver(dir: string, store: Store, newId: IdMaker, now: Instant): number | null {
  const file = join(dir, 'inside.json')
  if (!existsSync(file)) return null
  const said: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!HandedDown.Check(said)) {
    const [first] = HandedDown.Errors(said)
    throw new Error(`${file}: ${first?.instancePath || '/'} ${first?.message}; enrol this box anew`)
  }
  store.turn(() => {
    for (const stay of said.inside) {
      if (store.session(stay.session as Id)) continue // taken in before, and the file could not be put away
      store.enter({
        id: stay.session as Id,
        plate: stay.plate as Plate,
        pass: stay.pass,
        colour: stay.colour as PlateColour,
        enteredAt: stay.enteredAt as Instant,
        entryLane: stay.entryLane ?? 0,
        standing: (stay.standing ?? 'visitor') as Standing,
        vehicleClass: stay.vehicleClass ?? null,
        occupancyPercent: null,
      })
      for (const { clearance, paidFen, paidAt, leaveBy } of stay.clearances)
        store.clear({
          id: clearance as Id,
          session: stay.session as Id,
          paidFen,
          paidAt: paidAt as Instant,
          leaveBy: leaveBy as Instant,
          receivedAt: now,
        })
      for (const { area, enteredAt, leftAt } of stay.parts ?? []) {
        const id = newId()
        const session = stay.session as Id
        const occupancyPercent = null
        // By which occupancy, the old box knew: nobody can back off a gate that this one does not watch.
        store.enterPart({ id, session, area, enteredAt: enteredAt as Instant, enteredBy: '0' as Id, occupancyPercent })
        if (leftAt !== null) store.leavePart(id, leftAt as Instant, null)
      }
    }
  })
  renameSync(file, join(dir, 'inside.taken.json'))
  return said.inside.length
}
