import type { Record } from '../face.ts'

/** What is older falls out (lot-devices.md 2.2). */
const most = 9_000

/** The camera's record memory: all it took, whoever heard of it. */
export class Memory {
  #records: readonly Record[] = []
  #heard: ReadonlySet<number> = new Set()

  /** Those nobody has heard of. */
  get unheard(): number {
    return this.#records.filter(({ id }) => !this.#heard.has(id)).length
  }
  get last(): Record | null {
    return this.#records.at(-1) ?? null
  }
  get lastId(): number {
    return Math.max(0, ...this.#records.map(({ id }) => id))
  }

  keep(record: Record): void {
    const others = this.#records.filter((one) => one !== record)
    this.#records = [...others, record].sort((a, b) => a.id - b.id).slice(-most)
  }

  heard({ id }: Record): void {
    this.#heard = new Set([...this.#heard, id])
  }

  find(id: number): Record | null {
    return this.#records.find((one) => one.id === id) ?? null
  }
}
