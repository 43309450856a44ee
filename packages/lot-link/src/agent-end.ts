import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { openLine, reader } from './line.ts'
import {
  type Ack,
  type Answer,
  type Ask,
  type Command,
  type CommandResult,
  downKinds,
  type Events,
  type Heartbeat,
  type Hello,
  type Reply,
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
  /** The cloud's word on something that was asked. Left out, the device asks nothing. */
  reply?(reply: Reply): void
}

type Up = { hello: Hello; heartbeat: Heartbeat; events: Events; answer: Answer; result: CommandResult; ask: Ask }

/** A lot device's end of the lot link. It comes back by itself; what was said while the line was down is not kept here. */
export type AgentEnd = {
  /** False when the line is down: whoever must be heard says it again. */
  say<K extends keyof Up>(kind: K, message: Up[K]): boolean
  connected(): boolean
  close(): Promise<void>
}

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
  const read = reader(downKinds, log)
  const line = openLine({
    brokerUrl: options.brokerUrl,
    clientId: name,
    username: name,
    password: options.secret,
    hear: `lot/${device.bucket}/${device.lotId}/${device.device}/down/#`,
    log,
    onReady: handlers.connected,
    onMessage: (topic, payload) => {
      const to = parseTopic(topic)
      if (to?.direction !== 'down' || topic !== downTopic(device, to.kind as 'ack')) return
      const reading = read(to.kind, topic, payload)
      if (!reading.fits) unsupported(to.kind, reading.message)
      else if (to.kind === 'welcome') handlers.welcome(reading.message as Ack)
      else if (to.kind === 'ack') handlers.ack(reading.message as Ack)
      else if (to.kind === 'request') handlers.request(reading.message as Request)
      else if (to.kind === 'command') handlers.command(reading.message as Command)
      else handlers.reply?.(reading.message as Reply)
    },
  })
  const say: AgentEnd['say'] = (kind, message) => line.publish(upTopic(device, kind), message)
  /** The contract only grows: what we do not understand is answered, so that nobody waits for it. */
  const unsupported = (kind: string, message: unknown) => {
    const id = (message as { id?: unknown } | null)?.id
    if (typeof id !== 'string' || id === '' || id.length > 40) return
    if (kind === 'request') say('answer', { id, ok: false, because: 'unsupported' })
    if (kind === 'command') say('result', { id, at: clock.now(), state: 'unsupported' })
  }
  return {
    say,
    connected: line.connected,
    close: line.close,
  }
}
