import { httpCall } from '@lanepay/channels/http.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Store, Table } from '@lanepay/simulator-wire/store.ts'
import type { Tell } from '@lanepay/simulator-wire/wire.ts'
import type { Account } from './account.ts'
import type { Faults } from './faults.ts'
import { envelopeOf, type Notice } from './notices.ts'
import { notificationSigner, type SignedAs, type SignerKind, signatureHeaders } from './signing.ts'
import { v2NoticeOf } from './v2-notice.ts'

export type Notification = {
  readonly id: string
  readonly tradeNumber: string
  readonly url: string
  readonly notice: Notice
  /** On which of the two keys the switch of wechat-pay.md 5.4 fell for this one. */
  readonly signedWith: SignerKind
  /** Sent so many times. */
  readonly attempts: number
  /** ms since 1970. */
  readonly dueAt: number
  /** `held` waits for one made later; `lost` was never sent; `given-up` was sent to the end of the ladder. */
  readonly state: 'waiting' | 'held' | 'delivered' | 'given-up' | 'lost'
  /** What the last attempt met, e.g. `500` or `no answer: ECONNREFUSED`. */
  readonly lastAnswer: string | null
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
/** From one attempt to the next (wechat-pay.md 5.2). */
export const ladderMs: readonly number[] = [
  15 * second,
  15 * second,
  30 * second,
  3 * minute,
  10 * minute,
  20 * minute,
  30 * minute,
  30 * minute,
  30 * minute,
  60 * minute,
  3 * hour,
  3 * hour,
  3 * hour,
  6 * hour,
  6 * hour,
]

const atOnce = 32
const pollMs = 25
const answerWithinMs = 5_000

type Message = { readonly body: string; readonly headers: Readonly<Record<string, string>> }
type How = 'as it is' | 'forged' | 'tampered' | 'probe' | 'replayed' | 'again'
type Replay = { readonly one: Notification; readonly message: Message; readonly dueAt: number }

/** 200 and 204 are enough, whatever the body says (wechat-pay.md 5.2). */
const isAccepted = (answer: string): boolean => answer === '200' || answer === '204'

/**
 * Tells merchants what became of their orders and refunds until they answer 200 or 204. Everything is due by the shared
 * clock, each repeat counted from the attempt before it: pushing the clock forward delivers. `timeScale` makes the
 * ladder run that many times faster.
 */
export class Notifier {
  readonly #clock: Clock
  readonly #account: () => Account
  readonly #strangersKey: string
  readonly #faults: Faults
  readonly #tell: Tell
  readonly #timeScale: number
  readonly #table: Table<Notification>
  readonly #waiting = new Map<string, number>()
  readonly #busy = new Set<string>()
  readonly #latest = new Map<string, string>()
  readonly #timer: NodeJS.Timeout
  #replays: Replay[] = []
  #made = 0
  #closed = false

  constructor(given: {
    store: Store
    clock: Clock
    account: () => Account
    strangersKey: string
    faults: Faults
    tell: Tell
    timeScale: number
    /** Runs before each look at the clock: what time brings about may be worth telling. */
    everyTick: () => void
  }) {
    this.#clock = given.clock
    this.#account = given.account
    this.#strangersKey = given.strangersKey
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
    const latest = this.#table.get(this.#latest.get(one.tradeNumber) ?? '')
    if (!latest || latest.notice.createdAt <= one.notice.createdAt) this.#latest.set(one.tradeNumber, one.id)
    if (one.state === 'waiting' || one.state === 'held') this.#waiting.set(one.id, one.dueAt)
    else this.#waiting.delete(one.id)
  }

  #keep(one: Notification): void {
    this.#table.put(one.id, one)
    this.#index(one)
  }

  /** Takes a message on; it leaves as soon as what it is about is written down. */
  enqueue(to: { tradeNumber: string; url: string }, notice: Notice): void {
    const now = this.#clock.now()
    const lost = this.#faults.take('notify-lose')
    const reorder = lost ? null : this.#faults.take('notify-reorder')
    const delay = lost || reorder ? null : this.#faults.take('notify-delay')
    const wait = reorder ? (reorder.ms ?? minute) : delay ? (delay.ms ?? minute) : 0
    this.#keep({
      id: notice.id,
      ...to,
      notice,
      // Half and half, by turns, is one of the steps of the switch and shows both kinds soon.
      signedWith: this.#made++ % 2 === 0 ? 'public-key' : 'certificate',
      attempts: 0,
      dueAt: now + wait,
      state: lost ? 'lost' : reorder ? 'held' : 'waiting',
      lastAnswer: null,
    })
    setImmediate(() => this.#deliverDue())
  }

  #deliverDue(): void {
    if (this.#closed) return
    const now = this.#clock.now()
    const replays = this.#replays.filter(({ dueAt }) => dueAt <= now)
    if (replays.length > 0) this.#replays = this.#replays.filter(({ dueAt }) => dueAt > now)
    for (const { one, message } of replays) void this.#send(one, message, 'replayed')
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
      const answer = await this.#attempt(before)
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
    if (isAccepted(answer) || before.state === 'delivered')
      return { ...before, attempts, lastAnswer, state: 'delivered' }
    if (gap === undefined) return { ...before, attempts, lastAnswer, state: 'given-up' }
    return {
      ...before,
      attempts,
      lastAnswer,
      dueAt: this.#clock.now() + Math.round(gap / this.#timeScale),
      state: 'waiting',
    }
  }

  /** One made later has left: those held back before it follow. */
  #release(sent: Notification): void {
    for (const id of [...this.#waiting.keys()]) {
      const one = this.#table.get(id)
      if (one?.state === 'held' && one.id !== sent.id && one.notice.createdAt <= sent.notice.createdAt)
        this.#keep({ ...one, state: 'waiting', dueAt: this.#clock.now() })
    }
  }

  /** One step of the ladder. Faults befall the first. */
  async #attempt(one: Notification): Promise<string> {
    if (one.attempts > 0) return this.#send(one, await this.#write(one), 'as it is')
    if (this.#faults.take('notify-forge')) await this.forge(one)
    if (this.#faults.take('notify-tamper'))
      await this.#send(one, await this.#write(one, { tampered: true }), 'tampered')
    if (this.#faults.take('notify-probe')) return this.#send(one, await this.#write(one, { as: 'probe' }), 'probe')
    const message = await this.#write(one)
    if (this.#faults.take('notify-double')) {
      const both = await Promise.all([this.#send(one, message, 'as it is'), this.#send(one, message, 'as it is')])
      return both.find(isAccepted) ?? both[0]
    }
    const replay = this.#faults.take('notify-replay')
    const answer = await this.#send(one, message, 'as it is')
    if (replay && isAccepted(answer)) this.#replays.push({ one, message, dueAt: this.#clock.now() + (replay.ms ?? 0) })
    return answer
  }

  async #write(one: Aimed, how: { as?: SignedAs; tampered?: true } = {}): Promise<Message> {
    const account = this.#account()
    if (one.notice.manner === 'v2') {
      const body = v2NoticeOf(one.notice, account)
      return { body, headers: { 'Content-Type': 'text/xml', 'User-Agent': 'Mozilla/4.0' } }
    }
    const { body: whole, tampered } = envelopeOf(one.notice, account.apiV3Key)
    const body = how.tampered ? tampered : whole
    const signed = await signatureHeaders(body, {
      signer: notificationSigner(account, one.signedWith ?? 'public-key'),
      strangersKey: this.#strangersKey,
      as: how.as ?? 'genuine',
      now: this.#clock.now(),
    })
    const headers = { 'Content-Type': 'application/json', 'User-Agent': 'Mozilla/4.0', ...signed }
    return { body, headers }
  }

  async #send(one: Aimed, { body, headers }: Message, how: How): Promise<string> {
    const post = () =>
      httpCall({
        method: 'POST',
        url: one.url,
        headers,
        body,
        connectTimeoutMs: answerWithinMs,
        answerTimeoutMs: answerWithinMs,
      })
    let answer = await post()
    // A kept connection that the other side had just closed is nobody's failure: once more on a fresh one.
    if (answer.kind !== 'answer' && answer.reason === 'ECONNRESET') answer = await post()
    const said = answer.kind === 'answer' ? String(answer.status) : `no answer: ${answer.reason}`
    const { id, eventType, plaintext } = one.notice
    this.#tell({
      at: this.#clock.now(),
      wire: 'wechatpay',
      from: how === 'forged' ? 'stranger' : 'wechatpay',
      to: 'lanepay',
      title: `notify ${eventType}${how === 'as it is' ? '' : ` (${how})`}  → ${said}`,
      detail: {
        url: one.url,
        id,
        serial: headers['Wechatpay-Serial'],
        plaintext,
        answer: {
          status: said,
          ...(answer.kind === 'answer' ? { body: answer.body.toString('utf8').slice(0, 256) } : {}),
        },
      },
    })
    return said
  }

  /** Sends what a stranger who knows the APIv3 key would make of this: another amount, a key of their own. */
  async forge(one: Aimed): Promise<string> {
    const { amount, transfer_amount: transferred, ...rest } = one.notice.plaintext
    const other = (fen: unknown) => (fen === 1 ? 2 : 1)
    const total = (amount as { readonly total?: unknown } | undefined)?.total
    const plaintext =
      transferred === undefined
        ? { ...rest, amount: { ...(amount ?? {}), total: other(total) } }
        : { ...rest, transfer_amount: other(transferred) }
    const notice = { ...one.notice, id: `${one.notice.id.slice(0, -4)}f0f0`, plaintext }
    return this.#send(one, await this.#write({ ...one, notice }, { as: 'stranger' }), 'forged')
  }

  /** Sends this with a probe for a signature; nothing is kept of it (wechat-pay.md 5.1). */
  async probe(one: Aimed): Promise<string> {
    return this.#send(one, await this.#write(one, { as: 'probe' }), 'probe')
  }

  /** The last message about an order, sent or not. */
  latestAbout(tradeNumber: string): Notification | undefined {
    return this.#table.get(this.#latest.get(tradeNumber) ?? '')
  }

  /** Sends this once more, now, whatever became of it. */
  async resend(one: Notification): Promise<string> {
    const answer = await this.#send(one, await this.#write(one), 'again')
    if (isAccepted(answer) && !this.#closed)
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

/** Something said to an address; `signedWith` counts only while the account switches. */
export type Aimed = { readonly url: string; readonly notice: Notice; readonly signedWith?: SignerKind }
