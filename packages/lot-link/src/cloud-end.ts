import { randomUUID } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { Among, amongTopic } from './among.ts'
import { openLine, reader } from './line.ts'
import {
  type Ack,
  type Answer,
  type Command,
  type CommandResult,
  type Events,
  type Heartbeat,
  type Hello,
  type Ask as LotAsk,
  type Reply,
  type Request,
  upKinds,
} from './messages.ts'
import { type DeviceKey, downTopic, parseTopic, upTopicsOf } from './topics.ts'

type Ask = Request extends infer R ? (R extends Request ? Omit<R, 'id' | 'deadline'> : never) : never
type Yes = Exclude<Answer, { ok: false }>

export type AskError =
  /** The lot answered no. */
  | { readonly kind: 'refused'; readonly because: string; readonly detail?: string }
  /** Nothing came back in time: it may or may not have been done. */
  | { readonly kind: 'no-answer' }

export type CloudEndHandlers = {
  hello(from: DeviceKey, hello: Hello): void
  heartbeat(from: DeviceKey, heartbeat: Heartbeat): void
  events(from: DeviceKey, events: Events): void
  result(from: DeviceKey, result: CommandResult): void
  ask(from: DeviceKey, ask: LotAsk): void
  /** Another process of this cloud; left out: this one is alone. */
  among?(said: Among): void
}

/** The cloud's end of the lot link: asks, tells, and hears every lot of its buckets. Promises rest on ids, not on MQTT. */
export type CloudEnd = {
  /** Asks and waits. `id` makes a repeat the same request (an admission is done once per id). */
  ask(to: DeviceKey, ask: Ask, timeoutMs: number, id?: string): Promise<Result<Yes, AskError>>
  tell(to: DeviceKey, command: Command): void
  ack(to: DeviceKey, kind: 'welcome' | 'ack', ack: Ack): void
  reply(to: DeviceKey, reply: Reply): void
  /** Tells the other processes of this cloud. */
  among(said: Omit<Among, 'by'>): void
  connected(): boolean
  close(): Promise<void>
}

export async function connectCloudEnd(options: {
  readonly brokerUrl: string
  readonly username: string
  readonly password: string
  readonly clock: Clock
  readonly log: Log
  readonly handlers: CloudEndHandlers
}): Promise<CloudEnd> {
  const { clock, log, handlers } = options
  const waiting = new Map<string, (answer: Answer) => void>()
  const clientId = `cloud-${randomUUID().slice(0, 8)}`
  const read = reader({ ...upKinds, among: Among }, log)
  const hear = (topic: string, payload: Buffer) => {
    if (topic === amongTopic) {
      const reading = read('among', topic, payload)
      if (reading.fits && (reading.message as Among).by !== clientId) handlers.among?.(reading.message as Among)
      return
    }
    const from = parseTopic(topic)
    if (from?.direction !== 'up') return
    const reading = read(from.kind, topic, payload)
    if (!reading.fits) return
    const { message } = reading
    if (from.kind === 'answer') {
      const answer = message as Answer
      const answered = waiting.get(`${from.bucket}/${from.lotId}/${answer.id}`)
      answered?.(answer)
    } else if (from.kind === 'events') handlers.events(from, message as Events)
    else if (from.kind === 'result') handlers.result(from, message as CommandResult)
    else if (from.kind === 'ask') handlers.ask(from, message as LotAsk)
    else if (from.kind === 'hello') handlers.hello(from, message as Hello)
    else handlers.heartbeat(from, message as Heartbeat)
  }
  const line = openLine({
    brokerUrl: options.brokerUrl,
    clientId,
    username: options.username,
    password: options.password,
    hear: [upTopicsOf('+'), amongTopic],
    log,
    onMessage: hear,
  })
  const publish = (to: DeviceKey, kind: 'welcome' | 'ack' | 'request' | 'command' | 'reply', message: unknown) => {
    line.publish(downTopic(to, kind), message)
  }
  await new Promise<void>((resolve) => {
    const patience = setTimeout(resolve, 5_000) // start without the broker: it is joined when it comes
    line.client.once('connect', () => {
      clearTimeout(patience)
      resolve()
    })
  })
  return {
    ask: (to, ask, timeoutMs, id = randomUUID()) =>
      new Promise((resolve) => {
        const key = `${to.bucket}/${to.lotId}/${id}`
        const done = (result: Result<Yes, AskError>) => {
          clearTimeout(timer)
          waiting.delete(key)
          resolve(result)
        }
        const timer = setTimeout(() => done(err({ kind: 'no-answer' })), timeoutMs)
        waiting.set(key, (answer) =>
          done(
            answer.ok
              ? ok(answer)
              : err({
                  kind: 'refused',
                  because: answer.because,
                  ...(answer.detail === undefined ? {} : { detail: answer.detail }),
                }),
          ),
        )
        publish(to, 'request', { ...ask, id, deadline: clock.now() + timeoutMs })
      }),
    tell: (to, command) => publish(to, 'command', command),
    ack: (to, kind, ack) => publish(to, kind, ack),
    reply: (to, reply) => publish(to, 'reply', reply),
    among: (said) => void line.publish(amongTopic, { by: clientId, ...said } satisfies Among),
    connected: line.connected,
    close: line.close,
  }
}
