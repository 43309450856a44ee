/**
 * Bytes that came and are not used up yet, in one piece. However small the pieces are that they come in, and however many are taken
 * off in front, each byte is copied only a few times.
 */
export class Held {
  #bytes = Buffer.alloc(0)
  #from = 0
  #to = 0

  get length(): number {
    return this.#to - this.#from
  }

  /** Good until the next `add`. */
  get all(): Buffer {
    return this.#bytes.subarray(this.#from, this.#to)
  }

  add(bytes: Uint8Array): void {
    const needed = this.length + bytes.length
    if (this.#to + bytes.length > this.#bytes.length) {
      const before = this.all
      // Room for as much again, so that the next pieces need no copy of what is here; and little of it once little is held.
      this.#bytes = Buffer.allocUnsafeSlow(needed * 2)
      before.copy(this.#bytes)
      this.#from = 0
      this.#to = before.length
    }
    this.#bytes.set(bytes, this.#to)
    this.#to += bytes.length
  }

  drop(count: number): void {
    this.#from += count
    if (this.#from < this.#to) return
    this.#bytes = Buffer.alloc(0)
    this.#from = 0
    this.#to = 0
  }
}
