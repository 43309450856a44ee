export const median = (values: readonly number[]): number => quantile(values, 0.5)
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!]
  return low + (high - low) * (at - Math.floor(at))
}

/** What one benchmark says: a ratio, the bar it must reach, and on which side of it. */
export type Figure = { readonly figure: number; readonly bar: number; readonly atMost?: boolean }
export const reaches = ({ figure, bar, atMost }: Figure): boolean => (atMost ? figure <= bar : figure >= bar)
