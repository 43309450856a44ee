import { err, ok, type Result } from '@lanepay/domain/result.ts'
import mqtt, { type MqttClient } from 'mqtt'
import type { ProbeFault } from '../lane-device.ts'
import type { Line } from '../standing-line.ts'

export type Broker = {
  /** `mqtt://host:port`, or mqtts. */
  readonly url: string
  readonly username?: string
  readonly password?: string
}
export type LineTiming = {
  /** A broker that has not let us in by then does not. */
  readonly connectMs: number
}
export const usualLineTiming: LineTiming = { connectMs: 5_000 }

/**
 * One connection to the broker on behalf of one camera. It is never mended: whatever the broker has not confirmed when it is
 * lost goes with it, so that nothing ordered before is sent again afterwards.
 */
export class MqttLine implements Line {
  readonly #client: MqttClient
  readonly #over = Promise.withResolvers<string>()
  readonly #waiting = new Set<() => void>()
  #because: string | null = null

  constructor(client: MqttClient) {
    this.#client = client
    client.on('error', (error) => this.cut(error.message))
    client.on('close', () => this.cut('the broker hung up'))
  }

  get over(): Promise<string> {
    return this.#over.promise
  }

  cut(because: string): void {
    if (this.#because !== null) return
    this.#because = because
    this.#client.end(true)
    for (const give of this.#waiting) give()
    this.#over.resolve(because)
  }

  /** Whether the broker took it, or null when it went out and no word came back in time. */
  publish(topic: string, message: object, withinMs: number): Promise<boolean | null> {
    if (this.#because !== null || !this.#client.connected) return Promise.resolve(false)
    return new Promise((resolve) => {
      const end = (taken: true | null) => {
        clearTimeout(late)
        forget()
        resolve(taken)
      }
      const late = setTimeout(() => end(null), withinMs)
      const forget = this.whenOver(() => end(null))
      this.#client.publish(topic, JSON.stringify(message), { qos: 1 }, (error) => end(error ? null : true))
    })
  }

  /** Called when it is over; the answer forgets it, for a line may stand for months. */
  whenOver(act: () => void): () => void {
    this.#waiting.add(act)
    return () => this.#waiting.delete(act)
  }
}

/** Instead of a quality of service. */
const notGranted = 128
const refusals: Readonly<Record<number, string>> = { 4: 'wrong user name or password', 5: 'not allowed' }

/** Connects and subscribes; the signal, or the time, ends it. A retained message is of nobody knows when, and is not heard. */
export function openMqttLine(given: {
  readonly broker: Broker
  readonly clientId: string
  readonly topics: readonly string[]
  readonly timing: LineTiming
  readonly message: (topic: string, payload: Buffer) => void
  readonly signal: AbortSignal
}): Promise<Result<MqttLine, ProbeFault>> {
  const { broker, clientId, topics, timing, message, signal } = given
  const { url, username, password } = broker
  return new Promise((resolve) => {
    const client = mqtt.connect(url, {
      clientId,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      clean: true,
      protocolVersion: 4,
      keepalive: 10,
      reconnectPeriod: 0,
      connectTimeout: timing.connectMs,
      queueQoSZero: false,
    })
    const end = (made: Result<MqttLine, ProbeFault>) => {
      clearTimeout(late)
      signal.removeEventListener('abort', closed)
      resolve(made)
    }
    const give = (code: ProbeFault['code'], because: string) => {
      client.end(true)
      end(err({ code, because: `${withoutLogin(url)}: ${because}` }))
    }
    const closed = () => give('unreachable', 'closed')
    const late = setTimeout(() => give('unreachable', 'no connection in time'), timing.connectMs)
    signal.addEventListener('abort', closed, { once: true })
    const refused = (error: Error & { code?: number | string }) => {
      const refusal = refusals[Number(error.code)]
      if (refusal) give('wrong-login', refusal)
      else give('unreachable', String(error.code ?? error.message))
    }
    const hungUp = () => give('unreachable', 'the broker hung up')
    client.on('error', refused)
    client.on('close', hungUp)
    client.once('connect', () => {
      // Small messages both ways: without it each waits for the one before to be confirmed.
      ;(client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true)
      const line = new MqttLine(client)
      client.on('message', (topic, payload, packet) => {
        if (!packet.retain) message(topic, payload)
      })
      client.subscribe([...topics], { qos: 1 }, (error, _topics, packet) => {
        client.off('error', refused)
        client.off('close', hungUp)
        if (!error) return end(ok(line))
        line.cut('not subscribed')
        if (packet?.granted.includes(notGranted)) give('wrong-login', 'not allowed to hear the camera')
        else give('unreachable', error.message)
      })
    })
  })
}

function withoutLogin(url: string): string {
  const shown = URL.parse(url)
  if (!shown) return 'broker'
  shown.username = ''
  shown.password = ''
  return shown.href
}
