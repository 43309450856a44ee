import type { FaceGiven, Network } from '../face.ts'
import { Line } from '../vzlpr-http/exchange.ts'

export type Push = {
  /** Where everything is posted to; http only, taken as it is. */
  readonly url: string
  /** So long an answer is waited for. Default 5 s. */
  readonly answerWithinMs?: number
  /** What an answer has to say, beside its status 200. Default nothing. */
  readonly isAnswer?: (body: Buffer) => boolean
}

/** The camera's way to its listening host. An answer is any 200 that says what it has to. */
export class PushLine {
  readonly #line: Line
  readonly #url: string
  readonly #isAnswer: (body: Buffer) => boolean
  readonly #changed: () => void
  #online = false

  constructor({ clock, tell, name, changed }: FaceGiven, { url, answerWithinMs = 5_000, isAnswer = () => true }: Push) {
    if (URL.parse(url)?.protocol !== 'http:') throw new RangeError('a camera posts to http addresses')
    this.#line = new Line({ clock, tell, name, answerWithinMs })
    this.#url = url
    this.#isAnswer = isAnswer
    this.#changed = changed
  }

  get online(): boolean {
    return this.#online
  }
  get network(): Network {
    return this.#line.network
  }
  set network(network: Network) {
    this.#line.network = network
  }

  close(): void {
    this.#line.close()
  }

  /** Whether it was heard. */
  async post(title: string, contentType: string, body: Buffer, shown: string): Promise<boolean> {
    const what = { url: this.#url, title, contentType, body, shown }
    const isHeard = await this.#line.send(
      what,
      (posted) => posted.kind === 'answer' && posted.status === 200 && this.#isAnswer(posted.body),
    )
    if (isHeard !== this.#online) {
      this.#online = isHeard
      this.#changed()
    }
    return isHeard
  }
}
