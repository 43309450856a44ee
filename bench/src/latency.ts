import type { Figure } from './figures.ts'

export async function latency(): Promise<Figure> {
  throw new Error('later')
}
