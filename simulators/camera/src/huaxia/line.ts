import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Network } from '../face.ts'
import type { HuaxiaAnswer } from './answer.ts'

const largestAnswer = 1024 * 1024

/** The camera's network cable. It posts over a connection of its own each time, and looks at how an answer is sent. */
export class HuaxiaLine {
  readonly #url: string
  readonly #answerWithinMs: number
  #cable = new AbortController()
  #network: Network = 'up'

  /** @throws RangeError when the address is no http address. */
  constructor(url: string, answerWithinMs: number) {
    if (URL.parse(url)?.protocol !== 'http:') throw new RangeError('a camera posts to http addresses')
    this.#url = url
    this.#answerWithinMs = answerWithinMs
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

  /** The answer; null when none that could be read came back in time. */
  async post(body: Buffer): Promise<HuaxiaAnswer | null> {
    const { signal } = this.#cable
    if (signal.aborted) return null
    if (this.#network === 'half-dead') {
      await sleep(this.#answerWithinMs, undefined, { signal }).catch(() => {}) // cut: nothing comes either way
      return null
    }
    return new Promise((resolve) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length }
      const request = http.request(this.#url, { method: 'POST', agent: false, signal, headers })
      const timer = setTimeout(() => request.destroy(new Error('no answer in time')), this.#answerWithinMs)
      const end = (answer: HuaxiaAnswer | null) => {
        clearTimeout(timer)
        resolve(answer)
      }
      request.on('error', () => end(null)) // whatever it was, the camera sends again
      request.on('response', (response) => {
        const parts: Buffer[] = []
        let length = 0
        response.on('data', (part: Buffer) => {
          length += part.length
          if (length > largestAnswer) request.destroy(new Error('too long'))
          else parts.push(part)
        })
        response.on('error', () => end(null))
        response.on('end', () => {
          const { 'content-length': told, 'content-encoding': contentEncoding = null } = response.headers
          const contentLength = told === undefined ? null : Number(told)
          end({ status: response.statusCode ?? 0, contentLength, contentEncoding, body: Buffer.concat(parts) })
        })
      })
      request.end(body)
    })
  }
}
