import type { PlateColour } from '@lanepay/domain/types.ts'
import type { Session } from '../disk/store.ts'

/** The open session of a vehicle: the plate decides; two known colours that differ are two vehicles (domain.md 5). */
export function sessionOf(sessions: readonly Session[], colour: PlateColour): Session | null {
  const sameColour = (session: Session) =>
    colour === 'unknown' || session.colour === 'unknown' || session.colour === colour
  return sessions.find(sameColour) ?? null
}
