import { randomBytes } from 'node:crypto'
import type { LaneOrders, Obeyed } from '../lane-device.ts'
import { saysOf } from '../vzlpr.ts'
import type { MqttLine } from './line.ts'
import { jsonIn } from './messages.ts'
import { commandTopic, heardTopic, kept, open, readOlder, speak, toPort } from './older.ts'
import type { Profile, Setup, Understood } from './profile.ts'

/** Nothing is answered: what the broker has taken is on its way, and no more is ever known of it. */
export class OlderProfile implements Profile {
  readonly topics: readonly string[] = [heardTopic]
  readonly #setup: Setup

  constructor(setup: Setup) {
    this.#setup = setup
  }

  understand(_topic: string, payload: Buffer): Understood | null {
    const { serial, display } = this.#setup
    const message = readOlder(jsonIn(payload), this.#setup)
    if (!message) return null
    return message.kind === 'heartbeat'
      ? { says: { kind: 'poll', serial, takesOrders: false }, cameraTime: null }
      : { says: saysOf(message, display), cameraTime: null }
  }

  open(line: MqttLine): Promise<Obeyed> {
    const { output, pulseMs } = this.#setup.gate
    return this.#tell(line, open(output, pulseMs, randomBytes(6).toString('hex')))
  }

  toBoard(line: MqttLine, frame: Buffer): Promise<Obeyed> {
    return this.#tell(line, toPort(this.#setup.display?.port ?? 0, frame))
  }

  speak(line: MqttLine, words: string): Promise<Obeyed> {
    const { speaker } = this.#setup
    return speaker ? this.#tell(line, speak(words, speaker)) : Promise.resolve('unreached')
  }

  kept(line: MqttLine, stored: NonNullable<LaneOrders['keptStored']>): Promise<Obeyed> {
    return this.#tell(line, kept(stored))
  }

  async #tell(line: MqttLine, message: object): Promise<Obeyed> {
    const { serial, answerMs } = this.#setup
    return (await line.publish(commandTopic(serial), message, answerMs)) === false ? 'unreached' : 'unsure'
  }
}
