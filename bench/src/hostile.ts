import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { alertEnd } from '@lanepay/devices/hikvision/camera.ts'
import { hostileFrom, piecesOf, repeatable } from '@lanepay/devices/hostile.testing.ts'
import { understood } from '@lanepay/devices/malformed.ts'
import { MultipartReader } from '@lanepay/devices/multipart.ts'
import type { Parser } from '@lanepay/devices/parsers.testing.ts'
import { Frames } from '@lanepay/devices/vzlpr-tcp/frames.ts'
import { type Figure, median } from './figures.ts'
import { parsers } from './hostile-parsers.ts'

const inputsInAll = 1_000_000
const seed = 20260521
const suspectsEach = 8
const repeats = 9
/** What the readers of a stream may hold by then: two of them, each a part of at most this size with as much room again. */
const mostHeld = 256 * 1024

/**
 * A million hostile inputs over all parsers. Whatever one of them throws ends the bench. The figure is the dearest input against an
 * honest one stretched to its length, both measured again and again in alternation and each by its best: a reader that reads once
 * for every place in its input, or backtracks, is a hundred times beyond. Alongside, by how many MiB the heap grew.
 */
export async function hostile(): Promise<Figure & { readonly alongside: Readonly<Record<string, Figure>> }> {
  const each = Math.ceil(inputsInAll / parsers.length)
  for (const [which, parser] of parsers.entries()) feedAll(parser, which, 1_000)
  const before = heapMiB()
  const results = parsers.map((parser, which) => ({ ...parser, ...feedAll(parser, which, each) }))
  const standing = feedForever(20_000)
  const grownMiB = heapMiB() - before
  for (const { name, perSecond, understood: known, slowestMs, dearest } of results)
    console.log(
      `${name.padEnd(24)} ${perSecond.toFixed(0).padStart(7)} inputs/s, ${(100 * known).toFixed(0).padStart(3)}% understood, slowest ${slowestMs.toFixed(1)} ms; ${dearest.times.toFixed(1)}x an honest one: ${dearest.bytes} bytes in ${dearest.ms.toFixed(3)} ms, input ${dearest.input}`,
    )
  console.log(
    `${each * parsers.length} inputs over ${parsers.length} parsers; streams fed ${standing.count} more without end`,
  )
  return {
    figure: Math.max(...results.map(({ dearest }) => dearest.times)),
    bar: 40,
    atMost: true,
    alongside: {
      'MiB the heap grew': { figure: grownMiB, bar: 8, atMost: true },
      'least understood in %': { figure: 100 * Math.min(...results.map((result) => result.understood)), bar: 1 },
    },
  }
}

type Suspect = { readonly input: number; readonly bytes: Buffer; readonly tookMs: number }

function feedAll(parser: Parser, which: number, count: number) {
  const first = seed + which * 10_000_019
  const honest = honestMs(parser)
  let known = 0
  let slowestMs = 0
  let usedMs = 0
  let suspects: Suspect[] = []
  for (let input = first; input < first + count; input += 1) {
    const bytes = hostileFrom(parser.samples, repeatable(input), parser.most)
    const from = performance.now()
    if (feed(parser, bytes, input) === 'understood') known += 1
    const tookMs = performance.now() - from
    usedMs += tookMs
    slowestMs = Math.max(slowestMs, tookMs)
    if (
      suspects.length === suspectsEach &&
      tookMs / honest.stretched(bytes) <= suspects[0]!.tookMs / honest.stretched(suspects[0]!.bytes)
    )
      continue
    suspects.push({ input, bytes, tookMs })
    suspects.sort((a, b) => a.tookMs / honest.stretched(a.bytes) - b.tookMs / honest.stretched(b.bytes))
    suspects = suspects.slice(-suspectsEach)
  }
  const again = suspects.map(({ input, bytes }) => measuredAgain(parser, input, bytes))
  const dearest = again.reduce((worst, one) => (one.times > worst.times ? one : worst))
  return { perSecond: (1_000 * count) / usedMs, understood: known / count, slowestMs, dearest }
}

function feed(parser: Parser, bytes: Buffer, input: number): 'understood' | 'refused' {
  try {
    return parser.feed(bytes, repeatable(input))
  } catch (error) {
    throw new Error(`${parser.name}, input ${input}: ${JSON.stringify(bytes.toString('latin1', 0, 400))}`, {
      cause: error,
    })
  }
}

/** What an honest input takes, or one that is refused: the dearest of them. */
function honestMs({ samples, refused, feed: take }: Parser) {
  const costs = [...samples, refused ?? Buffer.alloc(0)].map((bytes) => {
    const times = Array.from({ length: repeats }, () => timed(() => take(bytes, repeatable(1))))
    return { ms: Math.min(...times), length: Math.max(1, bytes.length) }
  })
  const { ms, length } = costs.reduce((dearest, one) => (one.ms > dearest.ms ? one : dearest))
  return { stretched: (bytes: Buffer): number => ms * Math.max(1, bytes.length / length) }
}

function measuredAgain(parser: Parser, input: number, bytes: Buffer) {
  const turns = Array.from({ length: repeats }, () => ({
    honest: honestMs(parser).stretched(bytes),
    hostile: timed(() => feed(parser, bytes, input)),
  }))
  const ms = Math.min(...turns.map(({ hostile: took }) => took))
  return { times: ms / median(turns.map(({ honest }) => honest)), ms, bytes: bytes.length, input }
}

function timed(act: () => unknown): number {
  const from = performance.now()
  act()
  return performance.now() - from
}

/** Streams that stand for months: one reader for all that comes, renewed only where its adapter renews the line. */
function feedForever(count: number): { readonly count: number; readonly held: readonly object[] } {
  const samplesOf = (name: string) => parsers.find((parser) => parser.name === name)!.samples
  const newReader = () => new MultipartReader({ boundary: 'boundary', endsAt: alertEnd, most: mostHeld })
  let reader = newReader()
  let frames = new Frames()
  for (let input = seed; input < seed + count; input += 1) {
    const random = repeatable(input)
    for (const piece of piecesOf(hostileFrom(samplesOf('hikvision stream'), random), random)) {
      const fed = reader
      if (!understood(() => fed.feed(piece)).ok) reader = newReader()
    }
    for (const piece of piecesOf(hostileFrom(samplesOf('vzlpr-tcp stream'), random), random))
      if (frames.push(piece).fault) frames = new Frames()
  }
  return { count: 2 * count, held: [reader, frames] }
}

function heapMiB(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // Twice: what the first one finds dead may have held buffers.
  for (let i = 0; i < 2; i += 1) collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}
