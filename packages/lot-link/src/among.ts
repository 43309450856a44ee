import { type Static, Type } from 'typebox'

/** Where the processes of one cloud tell each other what a lot's line tells one of them alone. No device may hear or say it. */
export const amongTopic = 'cloud/among'

const lotKey = { bucket: Type.Integer({ minimum: 0, maximum: 255 }), lotId: Type.Integer({ minimum: 1 }) }

/**
 * What one process says to the others. Hints: one that is lost is said again or found in the database a second later, and one that comes
 * twice or late is of no harm.
 */
export const Among = Type.Object({
  /** Which process says it: it hears itself as well. */
  by: Type.String(),
  /** Computers whose poll was opened there just now: an older one of theirs ends, wherever it is held. */
  opened: Type.Array(Type.Object({ ...lotKey, localId: Type.String() })),
  /** Computers that poll there, and for how long from now each is taken to be there. */
  polling: Type.Array(Type.Object({ ...lotKey, localId: Type.String(), forMs: Type.Integer({ minimum: 0 }) })),
  /** Lots for which something was put into the database, to be taken by a poll that another process may hold. */
  put: Type.Array(Type.Object(lotKey)),
})
export type Among = Static<typeof Among>
