import { setTimeout as sleep } from 'node:timers/promises'
import type {
  Admit,
  Answers,
  Entered,
  Left,
  Lot,
  Message,
  Open,
  Opened,
  Paid,
  Quote,
  Refunded,
  Refused,
  Scan,
  Scanned,
} from './messages.ts'
import { signed } from './sign.ts'

/** What the software does with each message. What it throws is answered `busy`: the message comes again, or its asker is told so. */
export type Handlers = {
  quote(message: Quote): Answers['quote'] | Refused | Promise<Answers['quote'] | Refused>
  admit(message: Admit): Answers['admit'] | Refused | Promise<Answers['admit'] | Refused>
  /** Book it by `payment`: after a restart the same payment may come again. */
  paid(message: Paid): Answers['paid'] | Refused | Promise<Answers['paid'] | Refused>
  open(message: Open): Answers['open'] | Refused | Promise<Answers['open'] | Refused>
  refunded(message: Refunded): Answers['refunded'] | Refused | Promise<Answers['refunded'] | Refused>
}

/** Lanepay said no, with a code of docs/connect.md. The same call will not do. */
export class CallRefused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(`${code}: ${message}`)
    this.code = code
  }
}

/** Before a call that did not get through is made again, in ms; then it throws what was in the way. */
const waits = [200, 1_000, 5_000]
/** So many answers are remembered, to be given again. */
const answersAtMost = 1_000

/** A lot's end of the protocol. Everything it promises rests on names: a call that is made twice is done once. */
export function lotClient(options: {
  /** `https://pay.example.com`, without a slash at the end. */
  readonly address: string
  readonly key: { readonly name: string; readonly secret: string }
  /** This machine's clock. Where it is wrong, Lanepay's is followed. */
  readonly now?: () => number
  /** Something went wrong that is tried again. */
  readonly onTrouble?: (error: unknown) => void
}) {
  const { address, key, now = Date.now, onTrouble = () => {} } = options
  const stop = new AbortController()
  let aheadMs = 0

  const once = async (
    method: 'GET' | 'POST',
    name: string,
    body: string,
    idempotencyKey?: string,
  ): Promise<unknown> => {
    const path = `/connect/v1/${name}`
    const call = { method, path, body, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) }
    const response = await fetch(address + path, {
      method,
      headers: {
        ...signed(key, call, now() + aheadMs),
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      },
      ...(method === 'POST' ? { body } : {}),
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(90_000)]),
    })
    const said = (await response.json()) as { error?: { code: string; message: string; now?: number } }
    if (response.ok) return said
    const { code = 'internal', message = '', now: theirs } = said.error ?? {}
    if (code === 'time-off' && theirs !== undefined) aheadMs = theirs - now()
    if (response.status >= 500 || code === 'time-off') throw new Error(`${code}: ${message}`)
    throw new CallRefused(code, message)
  }
  /** Until it gets through; a refusal is final. */
  const call = async (...what: Parameters<typeof once>): Promise<unknown> => {
    for (let tries = 0; ; tries++)
      try {
        return await once(...what)
      } catch (error) {
        const wait = waits[tries]
        if (error instanceof CallRefused || stop.signal.aborted || wait === undefined) throw error
        onTrouble(error)
        await sleep(wait, undefined, { signal: stop.signal })
      }
  }
  const post = async (name: string, body: unknown, idempotencyKey?: string) =>
    call('POST', name, JSON.stringify(body), idempotencyKey)

  return {
    /** Lanepay's time, as far as this machine knows it. */
    now: (): number => now() + aheadMs,
    lot: async (): Promise<Lot> => (await call('GET', 'lot', '')) as Lot,
    entered: async (said: Entered) => void (await post('entered', said, `${said.stay}.in`)),
    left: async (said: Left) => void (await post('left', said, `${said.stay}.out`)),
    /** `name`: the software's own for this opening. */
    opened: async (said: Opened, name: string) => void (await post('opened', said, name)),
    /** While it is `waiting`, call it again under the same name. */
    scan: async (said: Scan): Promise<Scanned> => (await post('scan', said)) as Scanned,
    /** Takes messages and answers them, each once, until `close`. */
    async run(handlers: Handlers): Promise<void> {
      const answers = new Map<string, object>()
      while (!stop.signal.aborted)
        try {
          const { message } = (await post('next', {})) as { message: Message | null }
          if (message === null) continue
          const { id, kind } = message
          const known = answers.get(id)
          const answer = known ?? { id, kind, ...(await handled(handlers, message, onTrouble)) }
          answers.delete(id)
          // `busy` is no answer to keep: the next time it may do.
          if (!('because' in answer && answer.because === 'busy')) answers.set(id, answer)
          if (answers.size > answersAtMost) answers.delete(answers.keys().next().value!)
          await post('answer', answer)
        } catch (error) {
          if (stop.signal.aborted) return
          onTrouble(error)
          await sleep(1_000, undefined, { signal: stop.signal }).catch(() => {})
        }
    },
    close: (): void => stop.abort(),
  }
}
export type LotClient = ReturnType<typeof lotClient>

async function handled(handlers: Handlers, message: Message, onTrouble: (error: unknown) => void): Promise<object> {
  try {
    switch (message.kind) {
      case 'quote':
        return await handlers.quote(message)
      case 'admit':
        return await handlers.admit(message)
      case 'paid':
        return await handlers.paid(message)
      case 'open':
        return await handlers.open(message)
      case 'refunded':
        return await handlers.refunded(message)
      default:
        return { ok: false, because: 'unsupported' } satisfies Refused
    }
  } catch (error) {
    onTrouble(error)
    return { ok: false, because: 'busy' } satisfies Refused
  }
}
