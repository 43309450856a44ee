import type { Instant } from '@lanepay/domain/types.ts'
import { type AnswerTo, nothingOrdered, type Orders, type Refusal } from '../orders.ts'
import { Refused } from '../refused.ts'
import { readAnswer, triesToOrder } from './answer.ts'
import type { Posted } from './post.ts'

type Given = {
  readonly now: () => Instant
  readonly obey: (orders: Orders, to: AnswerTo) => void
  readonly refused: (refusal: Refusal) => void
  /** The camera was answered after it had not been, or the other way round. */
  readonly onlineChanged: (online: boolean) => void
}

/** Listens to answers: only 200 is one. */
export class Ear {
  readonly #given: Given
  #online = false
  #deaf = false

  constructor(given: Given) {
    this.#given = given
  }

  get online(): boolean {
    return this.#online
  }

  /** Nothing is heard any more. */
  close(): void {
    this.#deaf = true
  }

  /** Nobody answers. */
  lost(): void {
    this.#setOnline(false)
  }

  /** An answer that may carry orders: obeyed at once, as a whole or, with one mistake in it, not at all. Null: no answer. */
  hear(posted: Posted, to: AnswerTo): Orders | null {
    if (!this.#isAnswer(posted)) return null
    try {
      const orders = readAnswer(posted)
      if (to.kind === 'plate' && orders.kept && !(to.stored && orders.kept.recordId === to.recordId))
        throw new Refused('ContinuePushOffline.plateid', 'is the stored record that was sent')
      this.#given.obey(orders, to)
      return orders
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.#refuse(to, error)
      return nothingOrdered
    }
  }

  /** An answer whose body does not matter, except that it must not try to order anything. False: no answer. */
  hearOnly(posted: Posted, to: AnswerTo): boolean {
    if (!this.#isAnswer(posted)) return false
    if (triesToOrder(posted.body))
      this.#refuse(to, new Refused('Response_AlarmInfoPlate', 'is not honoured in this answer'))
    return true
  }

  #isAnswer(posted: Posted): posted is Extract<Posted, { kind: 'answer' }> {
    if (this.#deaf || posted.kind !== 'answer' || posted.status !== 200) return false
    this.#setOnline(true)
    return true
  }

  #setOnline(online: boolean): void {
    if (online === this.#online) return
    this.#online = online
    this.#given.onlineChanged(online)
  }

  #refuse(to: AnswerTo, { field, rule }: Refused): void {
    this.#given.refused({ at: this.#given.now(), to, field, rule })
  }
}
