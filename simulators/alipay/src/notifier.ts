import { httpCall } from '@lanepay/channels/http.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Store, Table } from '@lanepay/simulator-wire/store.ts'
import type { Tell } from '@lanepay/simulator-wire/wire.ts'
import { beijing } from './beijing.ts'
import type { Faults } from './faults.ts'
import type { Keyring } from './keyring.ts'
import type { Notice } from './notices.ts'
import { rsa2, signedText } from './signing.ts'

export type Notification = {
  readonly id: string
  readonly tradeNo: string
  readonly outTradeNo: string
  readonly url: string
  readonly fields: Notice
  readonly createdAt: Instant
  readonly attempts: number
  readonly dueAt: Instant
  /** `held` waits for one made later; `lost` was never sent; `given-up` was sent to the end of the ladder. */
  readonly state: 'waiting' | 'held' | 'delivered' | 'given-up' | 'lost'
  /** What the last attempt met, e.g. `200 success` or `no answer: ECONNREFUSED`. */
  readonly lastAnswer: string | null
}

const minute = 60_000
/** From one delivery to the next, eight in all within about 25 hours (alipay.md 8.1). */
export const ladderMs: readonly number[] = [4, 10, 10, 60, 120, 360, 900].map((minutes) => minutes * minute)

const atOnce = 32
const pollMs = 25
const answerWithinMs = 5_000

/**
 * Tells merchants what became of their trades until they say `success`. Everything is due by the shared clock: pushing
 * it forward delivers. `timeScale` makes the ladder run that many times faster.
 */
export class Notifier {
  readonly #clock: Clock
  readonly #keys: () => Keyring
  readonly #faults: Faults
  readonly #tell: Tell
  readonly #timeScale: number
  readonly #table: Table<Notification>
  readonly #waiting = new Map<string, Instant>()
  readonly #busy = new Set<string>()
  readonly #latest = new Map<string, string>()
  readonly #timer: NodeJS.Timeout
  #closed = false

  constructor(given: {
    store: Store
    clock: Clock
    keys: () => Keyring
    faults: Faults
    tell: Tell
    timeScale: number
    /** Runs before each look at the clock: what time brings about may be worth telling. */
    everyTick: () => void
  }) {
    this.#clock = given.clock
    this.#keys = given.keys
    this.#faults = given.faults
    this.#tell = given.tell
    this.#timeScale = given.timeScale
    this.#table = given.store.table('notification')
    for (const one of this.#table.values()) this.#index(one)
    this.#timer = setInterval(() => {
      given.everyTick()
      this.#deliverDue()
    }, pollMs)
    this.#timer.unref()
  }

  #index(one: Notification): void {
    const latest = this.#table.get(this.#latest.get(one.tradeNo) ?? '')
    if (!latest || latest.createdAt <= one.createdAt) this.#latest.set(one.tradeNo, one.id)
    if (one.state === 'waiting' || one.state === 'held') this.#waiting.set(one.id, one.dueAt)
    else this.#waiting.delete(one.id)
  }

  #keep(one: Notification): void {
    this.#table.put(one.id, one)
    this.#index(one)
  }

  /** Takes a message on; it leaves as soon as what it is about is written down. */
  enqueue(to: { tradeNo: string; outTradeNo: string; url: string }, fields: Notice): void {
    const now = this.#clock.now()
    const lost = this.#faults.take('notify-lose')
    const reorder = lost ? null : this.#faults.take('notify-reorder')
    const delay = lost || reorder ? null : this.#faults.take('notify-delay')
    const wait = reorder ? (reorder.ms ?? minute) : delay ? (delay.ms ?? minute) : 0
    this.#keep({
      id: fields.notify_id ?? '',
      ...to,
      fields,
      createdAt: now,
      attempts: 0,
      dueAt: (now + wait) as Instant,
      state: lost ? 'lost' : reorder ? 'held' : 'waiting',
      lastAnswer: null,
    })
    setImmediate(() => this.#deliverDue())
  }

  #deliverDue(): void {
    if (this.#closed) return
    const now = this.#clock.now()
    for (const [id, dueAt] of this.#waiting) {
      if (this.#busy.size >= atOnce) return
      if (dueAt <= now && !this.#busy.has(id)) void this.#deliver(id)
    }
  }

  async #deliver(id: string): Promise<void> {
    this.#busy.add(id)
    try {
      const before = this.#table.get(id)
      if (!before) return
      const answer = await this.#sendWithFaults(before)
      if (this.#closed) return
      this.#keep(this.#after(this.#table.get(id) ?? before, answer))
      this.#release(before)
    } finally {
      this.#busy.delete(id)
    }
    if (this.#waiting.size > 0) setImmediate(() => this.#deliverDue())
  }

  #after(before: Notification, answer: string): Notification {
    const attempts = before.attempts + 1
    const gap = ladderMs[attempts - 1]
    const lastAnswer = answer
    // It may have been sent by hand in between, and accepted.
    if (answer === accepted || before.state === 'delivered')
      return { ...before, attempts, lastAnswer, state: 'delivered' }
    if (gap === undefined) return { ...before, attempts, lastAnswer, state: 'given-up' }
    const dueAt = (this.#clock.now() + Math.round(gap / this.#timeScale)) as Instant
    return { ...before, attempts, lastAnswer, dueAt, state: 'waiting' }
  }

  /** One made later has left: those held back before it follow. */
  #release(sent: Notification): void {
    for (const id of [...this.#waiting.keys()]) {
      const one = this.#table.get(id)
      if (one?.state === 'held' && one.createdAt <= sent.createdAt && one.id !== sent.id)
        this.#keep({ ...one, state: 'waiting', dueAt: this.#clock.now() })
    }
  }

  async #sendWithFaults(one: Notification): Promise<string> {
    if (one.attempts > 0) return this.#send(one, await this.#sign(one.fields))
    if (this.#faults.take('notify-forge')) await this.forge(one)
    const body = await this.#sign(one.fields)
    if (this.#faults.take('notify-double')) {
      const [first, second] = await Promise.all([this.#send(one, body), this.#send(one, body)])
      return first === accepted ? first : second
    }
    const replay = this.#faults.take('notify-replay')
    const answer = await this.#send(one, body)
    if (replay && answer === accepted) await this.#send(one, body, ' (replayed)')
    return answer
  }

  /** Sends what a stranger would make of this message: paid, with another amount, signed by a key nobody knows. */
  async forge(one: { readonly url: string; readonly outTradeNo: string; readonly fields: Notice }): Promise<string> {
    const fields = {
      ...one.fields,
      notify_id: `${one.fields.notify_id}9`,
      total_amount: one.fields.total_amount === '0.01' ? '0.02' : '0.01',
      trade_status: 'TRADE_SUCCESS',
    }
    return this.#send(one, await this.#sign(fields, 'stranger'), ' (forged)')
  }

  async #sign(fields: Notice, by: 'alipay' | 'stranger' = 'alipay'): Promise<Record<string, string>> {
    const keys = this.#keys()
    const whole: Record<string, string> = { ...fields, notify_time: beijing(this.#clock.now()) }
    if (keys.alipayCertSn !== null) whole.alipay_cert_sn = keys.alipayCertSn
    // The V1 rule of trade notifications: neither `sign` nor `sign_type` is signed (alipay.md 8.2).
    const sign = await rsa2(signedText(whole, []), by === 'alipay' ? keys.signing : keys.stranger)
    return { ...whole, sign_type: 'RSA2', sign }
  }

  async #send(one: { readonly url: string }, form: Record<string, string>, how = ''): Promise<string> {
    const post = () =>
      httpCall({
        method: 'POST',
        url: one.url,
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: new URLSearchParams(form).toString(),
        connectTimeoutMs: answerWithinMs,
        answerTimeoutMs: answerWithinMs,
      })
    let answer = await post()
    // A kept connection that the other side had just closed is nobody's failure: once more on a fresh one.
    if (answer.kind !== 'answer' && answer.reason === 'ECONNRESET') answer = await post()
    const said =
      answer.kind === 'answer'
        ? `${answer.status} ${answer.body.toString('utf8').slice(0, 64)}`
        : `no answer: ${answer.reason}`
    const { sign: _sign, ...fields } = form
    this.#tell({
      at: this.#clock.now(),
      wire: 'alipay',
      from: how === ' (forged)' ? 'stranger' : 'alipay',
      to: 'lanepay',
      title: `notify ${form.trade_status}${form.out_biz_no ? ' (refund)' : ''}  ¥${form.total_amount}${how}  → ${said}`,
      detail: { url: one.url, fields, answer: said },
    })
    return said
  }

  /** The last message about a trade, sent or not. */
  latestAbout(tradeNo: string): Notification | undefined {
    return this.#table.get(this.#latest.get(tradeNo) ?? '')
  }

  /** Sends this once more, now, whatever became of it. */
  async resend(one: Notification): Promise<string> {
    const answer = await this.#send(one, await this.#sign(one.fields))
    if (answer === accepted && !this.#closed)
      this.#keep({ ...(this.#table.get(one.id) ?? one), lastAnswer: answer, state: 'delivered' })
    return answer
  }

  list(): Notification[] {
    return [...this.#table.values()]
  }

  /** Stops at once; what was on its way is sent again after a restart. */
  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
  }
}

/** Exactly this, with exactly this status (alipay.md 8.1). */
const accepted = '200 success'
