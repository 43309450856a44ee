import { usual } from '../bolink/settings.ts'

/** What was paid is told again after each of these, for a day (lot-devices.md 6.5), and is then a person's. */
export const untilTold = { ...usual, repeatSeconds: [5, 10, 45, 240, ...Array<number>(95).fill(900)] }

/**
 * A card is told again no sooner than a telling takes at most (a login, what is asked before it, and itself: call.ts): where a renewal has no
 * number, two tellings at once would both find the card as it was.
 */
export const untilRenewed = { ...usual, repeatSeconds: [60, 60, 240, ...Array<number>(95).fill(900)] }
