import type { Clock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import { openStore } from '@lanepay/simulator-wire/store.ts'
import { Book } from './book.ts'
import { type Control, controlOver } from './control.ts'
import { Faults } from './faults.ts'
import { type KeyPair, newKeys } from './keys.ts'
import { listen } from './server.ts'

export type { Control } from './control.ts'

export type BankSimulatorOptions = {
  /** Where the keys, the orders and the cards live on. */
  readonly dir: string
  /** 0 takes a free one. */
  readonly port: number
  readonly host?: string
  readonly clock: Clock
  /** False keeps everything in memory, keys included: `dir` is not touched. */
  readonly durable?: boolean
}

/** What the enterprise is told by this bank, to reach it. */
export type BankAccess = {
  readonly baseUrl: string
  readonly client: string
  readonly account: string
  /** PEM, Ed25519: the enterprise's own, and the bank's to verify with. */
  readonly privateKey: string
  readonly bankPublicKey: string
}

export type BankSimulator = {
  readonly url: string
  readonly settings: BankAccess
  readonly control: Control
  close(): Promise<void>
}

/** Who can be paid without being opened first (README.md). */
export const firstCards = [
  { number: '6222021234567890128', name: '张三', closed: false },
  { number: '110060149018010012345', name: '阳光物业', closed: false },
  { number: '6217000010012345677', name: '李四', closed: true },
] as const
const firstFen = fen(100_000_000)
const client = 'lanepay-demo'
const account = '4402001009000012345'

/**
 * A bank over HTTP, by a wire of its own (README.md), with real keys and strict. Same `dir`, same keys, orders and cards.
 * Rejects when the port is taken or the folder cannot be written.
 */
export async function startBankSimulator(options: BankSimulatorOptions): Promise<BankSimulator> {
  const { clock, host = '127.0.0.1' } = options
  const store = openStore(options.durable === false ? null : options.dir, 'bank')
  const keys = store.table<KeyPair>('keys')
  const keyOf = (whose: string): KeyPair => {
    const pair = keys.get(whose) ?? newKeys()
    keys.put(whose, pair)
    return pair
  }
  const [ours, theirs] = [keyOf('bank'), keyOf('client')]
  const book = new Book(store)
  if (book.deposits.get('first') === undefined)
    store.together(() => {
      for (const card of firstCards) book.cards.put(card.number, card)
      book.deposits.put('first', { number: 'first', amountFen: firstFen, at: clock.now() })
    })
  const works = { book, faults: new Faults(), clock, account }
  const asked = new Map<string, number>()
  const control = controlOver(works, asked)
  const serving = {
    works,
    control,
    asked,
    client: { id: client, publicKey: theirs.publicKey },
    bankKey: ours.privateKey,
  }
  const { server, port } = await listen(serving, options.port, host).catch((error: unknown) => {
    store.close()
    throw error
  })
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`
  return {
    url,
    settings: { baseUrl: url, client, account, privateKey: theirs.privateKey, bankPublicKey: ours.publicKey },
    control,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      store.close()
    },
  }
}
