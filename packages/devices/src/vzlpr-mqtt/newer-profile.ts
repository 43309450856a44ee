import { randomBytes } from 'node:crypto'
import type { Obeyed } from '../lane-device.ts'
import { saysOf } from '../vzlpr.ts'
import { closeOutput, type Down, envelope, speak, toPort } from './commands.ts'
import type { MqttLine } from './line.ts'
import { jsonIn, type MqttMessage, readReply, readUp, timeIn } from './messages.ts'
import type { Profile, Setup, TellFault, Understood } from './profile.ts'
import { downTopic, heardTopics, type Spelling, topicRead } from './topics.ts'

/** These codes say that it was certainly not done (lot-devices.md 2.3); others leave it open. */
const notDone: readonly number[] = [400, 401, 404, 405]

/** Every order has an envelope with a number, and the camera answers with that number. */
export class NewerProfile implements Profile {
  readonly topics: readonly string[]
  readonly #setup: Setup
  readonly #fault: TellFault
  readonly #asked = new Map<string, (code: number) => void>()
  #spelling: Spelling = 'device-first'

  constructor(setup: Setup, fault: TellFault) {
    this.#setup = setup
    this.#fault = fault
    this.topics = heardTopics(setup.serial)
  }

  understand(topic: string, payload: Buffer): Understood | null {
    const { serial, overseas, forward } = this.#setup
    const heard = topicRead(serial, topic)
    if (!heard) return null
    const root = jsonIn(payload)
    this.#spelling = heard.spelling
    const cameraTime = timeIn(root)
    if (!heard.isReply) return { says: this.#says(readUp(heard.name, root, { serial, overseas, forward })), cameraTime }
    const { id, code } = readReply(root)
    this.#asked.get(id)?.(code)
    return { says: null, cameraTime }
  }

  open(line: MqttLine): Promise<Obeyed> {
    const { output, pulseMs } = this.#setup.gate
    return this.#tell(line, closeOutput(output, pulseMs))
  }

  toBoard(line: MqttLine, frame: Buffer): Promise<Obeyed> {
    return this.#tell(line, toPort(this.#setup.display?.port ?? 0, frame))
  }

  speak(line: MqttLine, words: string): Promise<Obeyed> {
    const { speaker } = this.#setup
    return speaker ? this.#tell(line, speak(words, speaker)) : Promise.resolve('unreached')
  }

  /** There is no word for it: what the broker took of a stored record is off the camera's mind. */
  async kept(): Promise<Obeyed> {
    return 'told'
  }

  #says(message: MqttMessage): Understood['says'] {
    const { serial, display } = this.#setup
    switch (message.kind) {
      case 'alive':
        return { kind: 'poll', serial, takesOrders: false }
      case 'plate': {
        const { imageUrl: _, ...plate } = message
        return saysOf(plate, display)
      }
      case 'input':
        // Ours and the wire's have the same name; only the wire's has a source.
        return 'source' in message ? saysOf(message, display) : message
      case 'serial':
        return saysOf(message, display)
      case 'read':
      case 'other':
        return message
    }
  }

  async #tell(line: MqttLine, down: Down): Promise<Obeyed> {
    const { serial, now, answerMs } = this.#setup
    const id = randomBytes(6).toString('hex')
    // Asked before it is sent: the answer may overtake the broker's own word for having taken it.
    const answer = this.#answerTo(id, line)
    const topic = downTopic(serial, this.#spelling, down.name)
    const taken = await line.publish(topic, envelope(down, id, serial, now()), answerMs)
    if (taken === false) answer.forget()
    const code = await answer.code
    if (taken === false) return 'unreached'
    if (code === 200) return 'told'
    if (code !== null) this.#fault({ code: 'malformed', field: `${down.name}.code`, rule: `is 200, got ${code}` })
    return code !== null && notDone.includes(code) ? 'unreached' : 'unsure'
  }

  /** The code of the answer; null when none comes in time. */
  #answerTo(id: string, line: MqttLine): { readonly code: Promise<number | null>; forget(): void } {
    const { promise: code, resolve } = Promise.withResolvers<number | null>()
    const end = (answered: number | null) => {
      clearTimeout(late)
      isOver()
      this.#asked.delete(id)
      resolve(answered)
    }
    const forget = () => end(null)
    const late = setTimeout(forget, this.#setup.answerMs)
    const isOver = line.whenOver(forget)
    this.#asked.set(id, end)
    return { code, forget }
  }
}
