import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import mqtt from 'mqtt'
import { Compile, type Validator } from 'typebox/compile'
import {
  type Ack,
  type Answer,
  type Command,
  type CommandResult,
  downKinds,
  type Events,
  type Heartbeat,
  type Hello,
  type Request,
} from './messages.ts'
import { clientIdOf, type DeviceKey, downTopic, parseTopic, upTopic } from './topics.ts'

export type AgentEndHandlers = {
  /** The line is there (again): say hello. */
  connected(): void
  welcome(welcome: Ack): void
  ack(ack: Ack): void
  request(request: Request): void
  command(command: Command): void
}

type Up = { hello: Hello; heartbeat: Heartbeat; events: Events; answer: Answer; result: CommandResult }

/** A lot device's end of the lot link. It comes back by itself; what was said while the line was down is not kept here. */
export type AgentEnd = {
  /** False when the line is down: whoever must be heard says it again. */
  say<K extends keyof Up>(kind: K, message: Up[K]): boolean
  connected(): boolean
  close(): Promise<void>
}

const validators = Object.fromEntries(
  Object.entries(downKinds).map(([kind, schema]) => [kind, Compile(schema)]),
) as unknown as Record<string, Validator>

export function connectAgentEnd(options: {
  readonly brokerUrl: string
  readonly device: DeviceKey
  readonly secret: string
  readonly clock: Clock
  readonly log: Log
  readonly handlers: AgentEndHandlers
}): AgentEnd {
  const { device, log, clock, handlers } = options
  const name = clientIdOf(device)
  const client = mqtt.connect(options.brokerUrl, {
    clientId: name,
    username: name,
    password: options.secret,
    clean: true,
    protocolVersion: 4,
    reconnectPeriod: 500,
    connectTimeout: 5_000,
    keepalive: 10,
    resubscribe: false,
    queueQoSZero: false,
  })
  const say: AgentEnd['say'] = (kind, message) => {
    // Nothing is queued inside the client while the line is down: the log on disk is what is repeated.
    if (!client.connected) return false
    client.publish(upTopic(device, kind), JSON.stringify(message), { qos: 1 }, () => {})
    return true
  }
  client.on('error', (error) => log('warn', 'lot-link-error', { message: error.message }))
  client.on('connect', () => {
    ;(client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true)
    client.subscribe(`lot/${device.bucket}/${device.lotId}/${device.device}/down/#`, { qos: 1 }, (error) => {
      if (error) log('error', 'lot-link-subscribe', { message: error.message })
      else handlers.connected()
    })
  })
  client.on('message', (topic, payload) => {
    const to = parseTopic(topic)
    if (to?.direction !== 'down' || topic !== downTopic(device, to.kind as 'ack')) return
    const validator = validators[to.kind]
    if (!validator) return log('warn', 'lot-link-unknown-kind', { topic })
    let message: unknown
    try {
      message = JSON.parse(payload.toString())
    } catch {
      return log('warn', 'lot-link-not-json', { topic })
    }
    if (!validator.Check(message)) {
      const [first] = validator.Errors(message)
      log('warn', 'lot-link-bad-message', { topic, field: first?.instancePath, rule: first?.message })
      return unsupported(to.kind, message)
    }
    if (to.kind === 'welcome') handlers.welcome(message as Ack)
    else if (to.kind === 'ack') handlers.ack(message as Ack)
    else if (to.kind === 'request') handlers.request(message as Request)
    else handlers.command(message as Command)
  })
  /** The contract only grows: what we do not understand is answered, so that nobody waits for it. */
  const unsupported = (kind: string, message: unknown) => {
    const id = (message as { id?: unknown } | null)?.id
    if (typeof id !== 'string' || id === '' || id.length > 40) return
    if (kind === 'request') say('answer', { id, ok: false, because: 'unsupported' })
    if (kind === 'command') say('result', { id, at: clock.now(), state: 'unsupported' })
  }
  return {
    say,
    connected: () => client.connected,
    close: async () => {
      await client.endAsync(true)
    },
  }
}
