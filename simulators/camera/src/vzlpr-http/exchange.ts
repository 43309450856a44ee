import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Tell, WireMessage } from '@lanepay/simulator-wire/wire.ts'
import type { Network } from '../face.ts'
import { type Posted, post } from './post.ts'

/** One post of the camera, and what it looks like to a person: pictures and the web login left out. */
export type Outgoing = {
  readonly url: string
  readonly title: string
  readonly contentType: string
  readonly body: Buffer
  readonly shown: unknown
}

type Given = {
  readonly clock: Clock
  readonly tell: Tell
  readonly name: string
  readonly answerWithinMs: number
}

/** The camera's network cable. */
export class Line {
  readonly #given: Given
  #cable = new AbortController()
  #network: Network = 'up'
  #closed = false

  constructor(given: Given) {
    this.#given = given
  }

  get network(): Network {
    return this.#network
  }

  /** Down cuts what is under way as well: the other side may or may not have heard it. */
  set network(network: Network) {
    this.#network = network
    if (network === 'down') this.#cable.abort()
    else if (this.#cable.signal.aborted) this.#cable = new AbortController()
  }

  /** Down for good, and nobody is told. */
  close(): void {
    this.#closed = true
    this.network = 'down'
  }

  /** Posts. Those who watch hear of it, with what was made of the answer, unless `isToldOf` says that it is not worth it. */
  async send<T>(what: Outgoing, read: (posted: Posted) => T, isToldOf: (read: T) => boolean = () => true): Promise<T> {
    const { url, contentType, body } = what
    const { answerWithinMs } = this.#given
    const { signal } = this.#cable
    const answered =
      this.#network === 'half-dead'
        ? await unheard(answerWithinMs, signal)
        : await post({ url, contentType, body, answerWithinMs, signal })
    // What was under way when it died is not heard either.
    const posted = this.#network === 'half-dead' ? await unheard(0, signal) : answered
    const made = read(posted)
    if (!this.#closed && isToldOf(made)) this.#given.tell(this.#message(what, posted, made))
    return made
  }

  #message({ url, title, contentType, shown }: Outgoing, posted: Posted, decoded: unknown): WireMessage {
    const { clock, name } = this.#given
    const answered = posted.kind === 'answer' ? String(posted.status) : `no answer: ${posted.reason}`
    return {
      at: clock.now(),
      wire: 'camera',
      from: name,
      to: 'lot-agent',
      title: `${title}  → ${answered}`,
      detail: {
        direction: 'camera to lot and back',
        request: { method: 'POST', url: withoutKey(url), headers: { 'content-type': contentType }, body: shown },
        answer:
          posted.kind === 'answer'
            ? {
                status: posted.status,
                headers: { 'content-type': posted.contentType },
                body: posted.body.toString('utf8').slice(0, 4096),
              }
            : { nothing: posted.reason },
        decoded,
      },
    }
  }
}

/** The post went nowhere, and nobody says so. */
async function unheard(answerWithinMs: number, signal: AbortSignal): Promise<Posted> {
  const isCut = await sleep(answerWithinMs, false, { signal }).catch(() => true)
  return { kind: 'nothing', reason: isCut ? 'network down' : 'no answer in time' }
}

function withoutKey(url: string): string {
  const shown = new URL(url)
  for (const name of shown.searchParams.keys()) shown.searchParams.set(name, '***')
  return shown.href
}

/** A JSON message, pictures left out of what is shown. */
export function jsonPost(url: string, title: string, message: object): Outgoing {
  const shorten = (name: string, value: unknown) =>
    (name === 'imageFile' || name === 'imageFragmentFile') && value !== '' ? '(picture)' : value
  return {
    url,
    title,
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(message)),
    shown: JSON.parse(JSON.stringify(message, shorten)),
  }
}
