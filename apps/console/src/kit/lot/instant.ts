import { timeText } from '../shown.tsx'

/** An instant as a field for date and time has it, by Beijing's clock. */
export const instantIn = (at: number): string => timeText(at).replace(' ', 'T')
/** Back again; null for what is no time. */
export function instantOf(text: string): number | null {
  const at = Date.parse(`${text}${text.length === 16 ? ':00' : ''}+08:00`)
  return Number.isNaN(at) ? null : at
}
