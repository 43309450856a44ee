import { boundaryIn } from './boundary.ts'
import { Held } from './held.ts'
import { Malformed } from './malformed.ts'

export { boundaryIn } from './boundary.ts'

/** One part: its head by lower-case names, and its bytes. */
export type Part = { readonly head: ReadonlyMap<string, string>; readonly content: Buffer }

export type MultipartOptions = {
  readonly boundary: string
  /** Longest content of a part. Default 8 MiB (lot-devices.md 1). */
  readonly most?: number
  /**
   * Where the content of a part without length ends before any boundary says so, counted from the first of these bytes; null while
   * that is not known. It is given what is new, and the 256 bytes before.
   */
  readonly endsAt?: (content: Buffer, head: Part['head']) => number | null
  /** Bytes between parts that belong to none. */
  readonly onJunk?: () => void
}

const usualMost = 8 * 1024 * 1024
const mostHead = 8 * 1024
/** No more than white space follows a boundary in its line, and not much of it. */
const mostTail = 256

/** Where a part's content begins: with its length told, or until the next boundary. */
type Open = { readonly head: Part['head']; readonly length: number | null }

/**
 * Takes a multipart body apart as it comes, cut anywhere (RFC 2046, lot-devices.md 2.8). A part whose head gives its length has
 * exactly that, even where a picture contains the boundary; another one ends at the next boundary. Line ends are CRLF or LF.
 */
export class MultipartReader {
  readonly #given: MultipartOptions & { readonly most: number }
  readonly #line: Buffer
  readonly #held = new Held()
  /** Nothing can be made of fewer bytes than these. */
  #needed = 0
  /** So many of them have no boundary in them, nor an end of content: pieces may be small, and each byte is looked at once. */
  #looked = 0
  #state: 'between' | 'head' | Open = 'between'

  constructor(options: MultipartOptions) {
    this.#given = { ...options, most: options.most ?? usualMost }
    this.#line = Buffer.from(`--${options.boundary}`)
  }

  /** The parts that these bytes complete. @throws Malformed when a part is longer than it may be, or its head none. */
  feed(bytes: Uint8Array): readonly Part[] {
    this.#held.add(bytes)
    const parts: Part[] = []
    while (this.#held.length > 0 && this.#held.length >= this.#needed) {
      const before = [this.#held.length, this.#state]
      const part = this.#step(this.#held.all)
      if (part) parts.push(part)
      if (before[0] === this.#held.length && before[1] === this.#state) break
    }
    return parts
  }

  /** What the end of the body completes: nothing need follow the last boundary. */
  end(): readonly Part[] {
    return this.feed(Buffer.from('\n'))
  }

  #drop(count: number): void {
    this.#held.drop(count)
    this.#needed = 0
    this.#looked = 0
  }

  #step(all: Buffer): Part | null {
    if (this.#state === 'between') this.#toBoundary(all)
    else if (this.#state === 'head') this.#readHead(all)
    else return this.#readContent(all, this.#state)
    return null
  }

  #toBoundary(all: Buffer): void {
    const looked = this.#looked
    const found = this.#boundary(all)
    // Whole lines are over with; of one that is still coming, the line end before it stays.
    const passed = found?.from ?? Math.max(0, looked + all.subarray(looked).lastIndexOf(0x0a))
    if (all.subarray(0, passed).some((byte) => byte > 0x20)) this.#given.onJunk?.()
    if (found) {
      this.#drop(found.next)
      this.#state = found.isLast ? 'between' : 'head'
    } else if (passed > 0) {
      const left = this.#looked - passed
      this.#drop(passed)
      this.#looked = Math.max(0, left)
    } else if (all.length > this.#given.most) throw new Malformed('body', 'has its boundary between parts')
  }

  /** The first line that is the boundary, as far as it can be told yet. */
  #boundary(all: Buffer): { readonly from: number; readonly next: number; readonly isLast: boolean } | null {
    for (let at = all.indexOf(this.#line, this.#looked); at >= 0; at = all.indexOf(this.#line, at + 1)) {
      if (at > 0 && all[at - 1] !== 0x0a) continue
      const start = at + this.#line.length
      const within = all.subarray(start, start + mostTail)
      const end = within.indexOf(0x0a)
      if (end < 0 && within.length < mostTail) {
        this.#looked = at
        return null
      }
      const tail = /^(--)?\s*$/.exec(within.toString('latin1', 0, Math.max(0, end)))
      if (tail && end >= 0) return { from: at, next: start + end + 1, isLast: tail[1] !== undefined }
    }
    this.#looked = Math.max(this.#looked, all.length - this.#line.length)
    return null
  }

  #readHead(all: Buffer): void {
    const blank = blankLine(all, this.#looked)
    if (!blank) {
      this.#looked = Math.max(0, all.length - 2)
      if (all.length > mostHead) throw new Malformed('part', `has a head of at most ${mostHead} bytes`)
      return
    }
    const head = new Map<string, string>()
    for (const line of all.toString('latin1', 0, blank.from).split('\n')) {
      const [, name, value] = /^([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line) ?? []
      if (name !== undefined && value !== undefined) head.set(name.toLowerCase(), value)
      else if (line.trim() !== '') throw new Malformed('part', 'has a head of names and values')
    }
    this.#drop(blank.next)
    const length = this.#lengthIn(head)
    this.#state = { head, length }
    this.#needed = length ?? 0
  }

  #lengthIn(head: Part['head']): number | null {
    const told = head.get('content-length')
    if (told === undefined) return null
    if (!/^\d{1,9}$/.test(told) || Number(told) > this.#given.most)
      throw new Malformed('content-length', `is at most ${this.#given.most}`)
    return Number(told)
  }

  #readContent(all: Buffer, { head, length }: Open): Part | null {
    if (length !== null) return this.#part(head, all, length, length)
    // An end that came in two pieces begins a little before what is new.
    const from = Math.max(0, this.#looked - mostTail)
    const found = this.#boundary(all)
    const early = this.#given.endsAt?.(all.subarray(from, found?.from), head) ?? null
    if (early !== null) return this.#part(head, all, from + early, from + early)
    if (found) return this.#part(head, all, contentEnd(all, found.from), found.from)
    if (all.length > this.#given.most) throw new Malformed('part', `has at most ${this.#given.most} bytes`)
    return null
  }

  #part(head: Part['head'], all: Buffer, end: number, next: number): Part {
    const content = Buffer.from(all.subarray(0, end))
    this.#drop(next)
    this.#state = 'between'
    return { head, content }
  }
}

/** The line without anything in it that ends a head: where its line end begins, and what is behind it. */
function blankLine(all: Buffer, looked: number): { readonly from: number; readonly next: number } | null {
  if (all[0] === 0x0a) return { from: 0, next: 1 }
  if (all[0] === 0x0d && all[1] === 0x0a) return { from: 0, next: 2 }
  for (let at = all.indexOf(0x0a, looked); at >= 0 && at <= mostHead; at = all.indexOf(0x0a, at + 1)) {
    if (all[at + 1] === 0x0a) return { from: at, next: at + 2 }
    if (all[at + 1] === 0x0d && all[at + 2] === 0x0a) return { from: at, next: at + 3 }
  }
  return null
}

/** The line end before a boundary belongs to the boundary. */
function contentEnd(all: Buffer, boundary: number): number {
  if (boundary === 0) return 0
  return boundary >= 2 && all[boundary - 2] === 0x0d ? boundary - 2 : boundary - 1
}

/** The parts of a whole body; null when its content type is not multipart. @throws Malformed */
export function formParts(contentType: string, body: Uint8Array): readonly Part[] | null {
  if (!/^\s*multipart\//i.test(contentType)) return null
  const boundary = boundaryIn(contentType)
  if (boundary === null) throw new Malformed('content-type', 'names the boundary of the form')
  const reader = new MultipartReader({ boundary })
  return [...reader.feed(body), ...reader.end()]
}

/** What a part of a form is called, or its file; null when it says neither. */
export const nameIn = ({ head }: Part): string | null =>
  /[;\s](?:file)?name="?([^";]{1,64})"?/i.exec(head.get('content-disposition') ?? '')?.[1] ?? null
