import type { Figure } from './figures.ts'

export async function growth(): Promise<Figure> {
  throw new Error('later')
}
