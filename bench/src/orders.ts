import type { Figure } from './figures.ts'

export async function orders(): Promise<Figure> {
  throw new Error('later')
}
