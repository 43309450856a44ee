import { parsers as deviceParsers, type Parser } from '@lanepay/devices/parsers.testing.ts'
import { parsePlate, tidyPlate } from '@lanepay/domain/plate.ts'
import { reader } from '@lanepay/lot-link/line.ts'
import { faultsOf } from '@lanepay/lot-link/lists.ts'
import { downKinds, type Lists, upKinds } from '@lanepay/lot-link/messages.ts'
import { parseTopic } from '@lanepay/lot-link/topics.ts'

/* All that takes bytes from outside a lot: its devices, the line to the cloud, and what a person types for a plate. */

const message = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const at = 1_784_098_020_000
const life = { epoch: '1', lastSeq: 7, clock: at }
const listed = { plate: '粤B12345', until: at }
const card = { card: 'A1', plates: ['粤B12345', '粤BD12345'], spaces: 1, from: 0, until: at }
const lists = { version: 3, cards: [card], free: [listed], guests: [listed], blocked: [], capacity: 100 }
const entered = {
  seq: 1,
  at,
  kind: 'entered',
  session: '9',
  plate: '粤B12345',
  pass: false,
  colour: 'blue',
  lane: 1,
  enteredAt: at,
}
const opened = {
  seq: 2,
  at,
  kind: 'gate-opened',
  lane: 1,
  occupancy: '7',
  session: '9',
  cause: { kind: 'clearance', clearance: '5' },
}
const quote = {
  ...{ session: '9', plate: '粤B12345', pass: false, enteredAt: at, quotedAt: at, expiresAt: at, priceFen: 500 },
  ...{ paidFen: 0, owedFen: 500, lines: [], leaveMinutes: 15 },
}

const kinds: Readonly<Record<string, readonly Buffer[]>> = {
  hello: [message({ ...life, version: '1' })],
  heartbeat: [message(life)],
  events: [message({ epoch: '1', events: [entered, opened, { seq: 3, at, kind: 'charged' }] })],
  answer: [message({ id: 'r', ok: true, quote }), message({ id: 'r', ok: false, because: 'busy' })],
  result: [message({ id: 'c', at, state: 'done', gate: 'opened' })],
  ack: [message({ epoch: '1', seq: 7, clock: at })],
  request: [message({ id: 'r', deadline: at, kind: 'quote', by: { lane: 1 } })],
  command: [
    message({ id: '0'.repeat(32), expiresAt: at, issuedAt: at, kind: 'lists', lists }),
    message({ id: '0'.repeat(32), expiresAt: at, issuedAt: at, kind: 'show', lane: 1, lines: ['欢迎'] }),
  ],
}

function linkParser(kind: string, samples: readonly Buffer[]): Parser {
  const read = reader({ ...upKinds, ...downKinds }, () => {})
  return {
    name: `lot link ${kind}`,
    samples,
    // It parses whatever comes as JSON, and beyond some hundred thousand bytes that alone ends Node 26.10 (see devices/values.ts).
    most: 65_536,
    // It says which rule was broken, of all the kinds that it might have been.
    refused: message({ ...JSON.parse(String(samples[0])), events: [{ ...entered, lane: 'one' }], id: 7, epoch: 7 }),
    feed(bytes) {
      const reading = read(kind, `lot/1/1/agent/up/${kind}`, bytes)
      if (!reading.fits) return 'refused'
      // As the agent does: whatever else a command of another kind carries is nobody's lists.
      const command = reading.message as { readonly kind?: string; readonly lists?: Lists }
      if (kind === 'command' && command.kind === 'lists') faultsOf(command.lists!)
      return 'understood'
    },
  }
}

export const parsers: readonly Parser[] = [
  ...deviceParsers,
  ...Object.entries(kinds).map(([kind, samples]) => linkParser(kind, samples)),
  {
    name: 'lot link topic',
    samples: [Buffer.from('lot/17/1024/agent/up/events')],
    feed: (bytes) => (parseTopic(bytes.toString('utf8')) ? 'understood' : 'refused'),
  },
  {
    name: 'a plate as typed',
    samples: ['粤B·12345', '粤ｂ 12345', 'WJ京1234J'].map((plate) => Buffer.from(plate)),
    feed(bytes) {
      const read = parsePlate(bytes.toString('utf8'))
      if (read.ok && tidyPlate(read.value) !== read.value) throw new Error('a plate is not its own spelling')
      return read.ok ? 'understood' : 'refused'
    },
  },
]
