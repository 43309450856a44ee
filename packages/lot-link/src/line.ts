import type { Log } from '@lanepay/domain/log.ts'
import { isNestedDeeper } from '@lanepay/domain/nesting.ts'
import mqtt, { type MqttClient } from 'mqtt'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/**
 * So much may wait to be written. More is a line that does not take what it is given: what is said to it only makes it longer, and
 * nothing of it is news any more when it arrives.
 */
export const cloggedAtBytes = 4 * 1024 * 1024

/**
 * One end's MQTT line to the broker: clean sessions, nothing queued, back by itself; TCP_NODELAY, 20x without it.
 *
 * QoS 0 both ways. The log and the outbox say again what is lost, and their answers are of what was done. An end that had to
 * acknowledge every message before it read the next could not read while it cannot write: cloud, broker and lots that all had much
 * to say, as after an outage, would then wait for each other for ever.
 */
export type Line = {
  /** False when the line is down or clogged: whoever must be heard says it again. */
  publish(topic: string, message: unknown): boolean
  connected(): boolean
  readonly client: MqttClient
  close(): Promise<void>
}

export function openLine(options: {
  readonly brokerUrl: string
  readonly clientId: string
  readonly username: string
  readonly password: string
  readonly hear: string | string[]
  readonly log: Log
  /** Subscribed, first or again. */
  readonly onReady?: () => void
  readonly onMessage: (topic: string, payload: Buffer) => void
}): Line {
  const { log, hear } = options
  const client = mqtt.connect(options.brokerUrl, {
    clientId: options.clientId,
    username: options.username,
    password: options.password,
    clean: true,
    protocolVersion: 4,
    keepalive: 10,
    reconnectPeriod: 500,
    // Refused once need not be refused for good: the cloud that the broker asks may have been away.
    reconnectOnConnackError: true,
    connectTimeout: 5_000,
    resubscribe: false,
    queueQoSZero: false,
  })
  client.on('error', (error) => log('warn', 'lot-link-error', { message: error.message }))
  client.on('connect', () => {
    ;(client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true)
    client.subscribe(hear, { qos: 0 }, (error, granted) => {
      const refused = error?.message ?? (granted?.some(({ qos }) => qos === 128) ? 'not allowed' : undefined)
      if (refused !== undefined) log('error', 'lot-link-subscribe', { message: refused })
      else options.onReady?.()
    })
  })
  client.on('message', options.onMessage)
  return {
    client,
    publish: (topic, message) => {
      // Nothing is queued inside the client while the line is down: what matters is on disk and said again.
      if (!client.connected || client.stream.writableLength > cloggedAtBytes) return false
      client.publish(topic, JSON.stringify(message), { qos: 0 }, () => {})
      return true
    },
    connected: () => client.connected,
    close: async () => {
      await client.endAsync(true)
    },
  }
}

/** A price list with its versions, the deepest of what is said here, is nested a dozen deep. */
const deepest = 64

/** A message that fits its kind's schema; what does not is logged by topic and rule, never by content. */
export type Reading =
  | { readonly fits: true; readonly message: unknown }
  /** `message` is what could be read of it, for an answer that it is not understood. */
  | { readonly fits: false; readonly message?: unknown }

export function reader(kinds: Readonly<Record<string, TSchema>>, log: Log) {
  const validators = new Map(Object.entries(kinds).map(([kind, schema]) => [kind, Compile(schema)]))
  return (kind: string, topic: string, payload: Buffer): Reading => {
    const validator = validators.get(kind)
    if (!validator) {
      log('warn', 'lot-link-unknown-kind', { topic })
      return { fits: false }
    }
    let message: unknown
    try {
      const text = payload.toString()
      if (isNestedDeeper(text, deepest)) throw new RangeError('nested too deep')
      message = JSON.parse(text)
    } catch {
      log('warn', 'lot-link-not-json', { topic })
      return { fits: false }
    }
    if (validator.Check(message)) return { fits: true, message }
    const [first] = validator.Errors(message)
    log('warn', 'lot-link-bad-message', { topic, field: first?.instancePath, rule: first?.message })
    return { fits: false, message }
  }
}
