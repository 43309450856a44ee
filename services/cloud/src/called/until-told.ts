import { usual } from '../bolink/settings.ts'

/** What was paid is told again after each of these, for a day (lot-devices.md 6.5), and is then a person's. */
export const untilTold = { ...usual, repeatSeconds: [5, 10, 45, 240, ...Array<number>(95).fill(900)] }
