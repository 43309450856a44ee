import { digitsAt } from '@lanepay/domain/numbers.ts'

/*
 * Rows for COPY in its binary form (PostgreSQL, COPY, Binary Format): the server parses no text, and writing them costs Node a third
 * less than text does (bench/README.md, reconciliation).
 */

const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const trailer = Buffer.from([0xff, 0xff])
const full = 64 * 1024
/** PostgreSQL counts microseconds from 2000 on. */
const year2000 = Date.UTC(2000, 0, 1)

/** Rows on their way: each is begun with how many cells it has, then its cells in order, each of the column's own type. */
export type CopyRows = {
  row(cells: number): void
  null(): void
  bool(value: boolean): void
  int4(value: number): void
  /** A whole number, or the digits of one that is not below zero. */
  int8(value: number | string): void
  /** Also of an enumerated type; without the one character that no text of PostgreSQL holds. */
  text(value: string): void
  /** Milliseconds since 1970, as a timestamptz. */
  instant(ms: number): void
  /** Whether `take` should be called before the next row. */
  readonly isFull: boolean
  /** What was written since the last time. */
  take(): Uint8Array
  /** The same, and that it is the end. */
  end(): Uint8Array
}

export function copyRows(): CopyRows {
  let bytes = Buffer.allocUnsafe(2 * full)
  let at = header.copy(bytes)
  const room = (length: number): void => {
    if (at + length <= bytes.length) return
    const larger = Buffer.allocUnsafe(2 * (at + length))
    bytes.copy(larger, 0, 0, at)
    bytes = larger
  }
  // Byte by byte: the buffer's own methods check each call, and cost more than all the rest.
  const put32 = (value: number): void => {
    bytes[at] = value >>> 24
    bytes[at + 1] = value >>> 16
    bytes[at + 2] = value >>> 8
    bytes[at + 3] = value
    at += 4
  }
  const put64 = (high: number, low: number): void => {
    room(12)
    put32(8)
    put32(high)
    put32(low)
  }
  const take = (): Uint8Array => {
    const taken = bytes.subarray(0, at)
    bytes = Buffer.allocUnsafe(2 * full)
    at = 0
    return taken
  }
  return {
    row: (cells) => {
      room(2)
      bytes[at++] = cells >>> 8
      bytes[at++] = cells
    },
    null: () => {
      room(4)
      put32(-1)
    },
    bool: (value) => {
      room(5)
      put32(1)
      bytes[at++] = value ? 1 : 0
    },
    int4: (value) => {
      room(8)
      put32(4)
      put32(value)
    },
    int8: (value) => {
      if (typeof value === 'number') return put64(Math.floor(value / 2 ** 32), value | 0)
      // A large one is more than a number holds, so in two pieces: 10^9 times the digits before the last nine, those by 16 bits.
      const last = Math.max(0, value.length - 9)
      const before = digitsAt(value, 0, last)
      const upper = Math.floor(before / 65_536) * 1e9
      const lower = (upper % 65_536) * 65_536 + (before % 65_536) * 1e9 + digitsAt(value, last, value.length)
      put64(Math.floor(upper / 65_536) + Math.floor(lower / 2 ** 32), lower | 0)
    },
    text: (value) => {
      const clean = value.includes('\0') ? value.replaceAll('\0', '') : value
      room(4 + 3 * clean.length)
      const length = clean === '' ? 0 : bytes.write(clean, at + 4)
      put32(length)
      at += length
    },
    instant: (ms) => {
      // Exact: microseconds of the year 2255 are below 2 ** 53.
      const us = (ms - year2000) * 1000
      put64(Math.floor(us / 2 ** 32), us | 0)
    },
    get isFull() {
      return at >= full
    },
    take,
    end: () => {
      room(2)
      at += trailer.copy(bytes, at)
      return take()
    },
  }
}
