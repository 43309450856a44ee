import type { Clock } from '@lanepay/domain/clock.ts'
import { type Faults, noFaults } from './faults.ts'
import type { Hardware } from './hardware.ts'
import { type Answer, tell, type View } from './line.ts'

type Message = { readonly kind: string; readonly purchase: string; readonly seq: number } & Readonly<
  Record<string, unknown>
>

/** What the board of a kiosk remembers without power: it is written before anything is said or done. */
type Memory = {
  purchases: number
  purchase: string | null
  nextSeq: number
  /** Said, or about to be, and not answered yet. */
  outbox: Message[]
  /** Pieces of the acceptor's counter that are told or in the outbox. */
  notedPieces: number
  view: View | null
  /** Being paid out, counted from what the tray's counter said then. */
  payout: { dueFen: number; fromFen: number } | null
}

/**
 * A cash kiosk: its screen, its buttons, its metal, and a board that says everything to the agent until it has an answer. When its
 * power comes back it goes on where its memory and the counters of its metal say it was.
 */
export function startKioskSimulator(options: {
  /** Where the agent hears kiosks; asked anew for every message. */
  readonly url: () => string
  readonly kiosk: number
  readonly secret: string
  readonly metal: Hardware
  readonly clock: Clock
  /** Before what was not answered is said again. */
  readonly againMs?: number
  readonly answerWithinMs?: number
  readonly helloMs?: number
  /** A driver who puts nothing in for so long has gone: what he put in goes back into the tray. */
  readonly patienceMs?: number
}) {
  const { metal, clock, kiosk, againMs = 200, answerWithinMs = 3_000, helloMs = 20_000, patienceMs = 120_000 } = options
  const memory: Memory = {
    ...{ purchases: 0, purchase: null, nextSeq: 1, outbox: [], notedPieces: 0, view: null, payout: null },
  }
  let faults: Faults = noFaults
  let isOn = false
  let screen: readonly string[] = []
  let hasEnded = false
  let touchedAt = clock.now()
  let working: Promise<void> = Promise.resolve()
  let wake = () => {}
  let returnedPieces = 0
  const refusals: string[] = []

  const yuan = (fen: number) => `¥${(fen / 100).toFixed(2)}`
  const till = () => ({ hoppers: metal.hoppers(), takes: metal.takes })
  const show = (...lines: string[]) => {
    screen = lines
  }
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const cut = () => {
    isOn = false
    faults = { ...faults, powerGoes: 'never' }
    show()
    wake()
  }
  const say = async (message: object): Promise<Answer | null> => {
    const secret = faults.secret ?? options.secret
    const to = { url: options.url(), kiosk, secret, withinMs: answerWithinMs }
    const said = { ...message, at: clock.now() + faults.clockOffMs }
    if (faults.repeats) await tell(to, said)
    const { answer, status } = await tell(to, said)
    if (status === 401) show('暂停服务', '请联系工作人员')
    if (answer && !answer.ok) refusals.push(answer.code ?? '')
    if (faults.losesAnswers > 0) {
      faults = { ...faults, losesAnswers: faults.losesAnswers - 1 }
      return null
    }
    return answer
  }
  const hello = () => say({ kind: 'hello', till: till(), ...(faults.fault === null ? {} : { fault: faults.fault }) })

  const queue = (kind: string, fields: object = {}) => {
    if (memory.purchase === null) throw new Error('nothing is said of no purchase')
    memory.outbox.push({ kind, purchase: memory.purchase, seq: memory.nextSeq, ...fields })
    memory.nextSeq += 1
    wake()
  }
  /** What the acceptor has swallowed and nobody was told of. */
  const noteAccepted = () => {
    for (const fen of metal.accepted().slice(memory.notedPieces)) {
      memory.notedPieces += 1
      queue('insert', { fen })
    }
  }
  const isEnding = () => memory.outbox.some(({ kind }) => kind === 'finish' || kind === 'cancel')
  const over = (...lines: string[]) => {
    metal.stack()
    Object.assign(memory, { purchase: null, nextSeq: 1, view: null, payout: null })
    hasEnded = true
    show(...lines)
  }

  const heard = (message: Message, { ok, code, purchase: view }: Answer) => {
    if (!ok || !view) {
      if (message.kind === 'begin') return over('暂停使用', code ?? '')
      // What was put in goes back: the stay was paid otherwise, has ended, or owes another amount by now.
      if (message.kind === 'finish' && code !== 'not-open') return queue('cancel')
      return over('请联系工作人员', code ?? '', message.purchase)
    }
    heardOf(view, message)
  }
  const heardOf = (view: View, message: Message | null) => {
    memory.view = view
    if (view.state === 'open') {
      show(`应付 ${yuan(view.owedFen)}`, `已投入 ${yuan(view.insertedFen)}`, `可投 ${view.takes.map(yuan).join(' ')}`)
      if (view.insertedFen >= view.owedFen && !isEnding()) queue('finish')
      return
    }
    if (view.state === 'due') {
      // Paid with: it is no longer the driver's. Cancelled: it goes back as it is.
      if (message?.kind === 'finish') metal.stack()
      memory.payout = { fromFen: memory.payout?.fromFen ?? metal.dispensedFen(), dueFen: view.dueFen }
      return
    }
    if (view.changeOwedFen > 0) over(`未找零 ${yuan(view.changeOwedFen)}`, '请联系工作人员', `凭证 ${view.purchase}`)
    else over('缴费结束', '谢谢')
  }

  /** Piece by piece; how far it is, the counter of the tray knows. */
  const payOut = async () => {
    const payout = memory.payout!
    let because: string | undefined
    for (;;) {
      const leftFen = payout.dueFen - (metal.dispensedFen() - payout.fromFen)
      if (leftFen <= 0) break
      const came = metal.dispense(leftFen)
      if (typeof came === 'string') {
        because = came
        break
      }
      show('正在找零', yuan(leftFen - came))
      await new Promise(setImmediate)
      if (faults.powerGoes === 'while-paying') cut()
      if (!isOn) return
    }
    tellPaidOut(because)
  }
  const tellPaidOut = (because?: string) => {
    const fen = metal.dispensedFen() - memory.payout!.fromFen
    memory.payout = null
    queue('paid-out', { fen, ...(because === undefined ? {} : { because }) })
  }
  /** Money is paid out only while the agent still says that it is due: a person may have ended the purchase meanwhile. */
  const isStillDue = async (): Promise<boolean | null> => {
    const answer = await hello()
    if (!answer?.ok) return null
    return answer.purchase?.purchase === memory.purchase && answer.purchase?.state === 'due'
  }

  /** How the agent sees it: after a power cut, what was under way goes on; what a person has ended is over. */
  const greeted = ({ inService, purchase }: Answer) => {
    if (memory.purchase === null) {
      // How the last purchase ended stays until somebody touches it.
      if (!hasEnded) show(inService ? '请输入车牌' : '暂停服务')
      return
    }
    if (memory.outbox.length > 0 || memory.payout || memory.view === null) return
    if (purchase?.purchase === memory.purchase) {
      heardOf(purchase, null)
      if (purchase.state === 'open' && memory.outbox.length === 0 && clock.now() - touchedAt > patienceMs)
        queue('cancel')
    } else over('请联系工作人员', `凭证 ${memory.purchase}`)
  }

  const work = async () => {
    while (isOn) {
      noteAccepted()
      const next = memory.outbox[0]
      if (next) {
        if (faults.outOfOrder && memory.outbox[1]) await say(memory.outbox[1])
        const answer = await say(next)
        if (faults.powerGoes === 'after-telling') cut()
        if (!isOn) return
        if (answer === null) {
          await pause(againMs)
          continue
        }
        memory.outbox.shift()
        heard(next, answer)
      } else if (memory.payout) {
        const due = await isStillDue()
        if (!isOn) return
        if (due === null) await pause(againMs)
        else if (due) await payOut()
        else tellPaidOut()
      } else {
        const answer = await hello()
        if (!isOn) return
        if (answer?.ok) greeted(answer)
        await pause(answer ? helloMs : againMs)
      }
    }
  }

  return {
    /** The power comes. */
    on(): void {
      if (isOn) return
      isOn = true
      working = working.then(work)
    },
    /** The power goes, at this very instant. */
    cut,
    /** Misbehaves like this from now on. */
    faulty: (some: Partial<Faults>) => {
      faults = { ...faults, ...some }
    },
    screen: () => screen,
    metal,
    refusals,
    /** Notes that came out again as they went in. */
    returned: () => returnedPieces,
    /** What is under way, as the agent said last. */
    view: () => memory.view,
    purchase: () => memory.purchase,
    isIdle: () => memory.purchase === null && memory.outbox.length === 0,
    /** A driver types a plate and agrees to what it owes; null: it owes nothing, or nothing can be taken for it. */
    async choose(plate: string): Promise<string | null> {
      hasEnded = false
      touchedAt = clock.now()
      const answer = await say({ kind: 'quote', plate, till: till() })
      const quote = answer?.ok ? answer.quote : undefined
      if (!quote || quote.owedFen === 0 || quote.takes.length === 0) {
        show(quote?.owedFen === 0 ? '无需缴费' : quote ? '找零不足，请换别的方式' : '没有找到这辆车')
        return null
      }
      memory.purchases += 1
      memory.purchase = `K${kiosk}-${clock.now()}-${memory.purchases}`
      memory.nextSeq = 1
      queue('begin', { session: quote.session, owedFen: quote.owedFen, till: till() })
      return memory.purchase
    },
    /** A driver puts a piece in. False: it comes out again. */
    insert(fen: number): boolean {
      // Shut while the agent has not heard of the piece before: it decides what may follow.
      const isShut = !faults.outOfOrder && memory.outbox.length > 0
      const isTaken = isOn && !isShut && memory.view?.state === 'open' && memory.view.takes.includes(fen)
      if (!isTaken) {
        returnedPieces += 1
        return false
      }
      touchedAt = clock.now()
      metal.accept(fen)
      if (faults.powerGoes === 'before-telling') cut()
      else noteAccepted()
      return true
    },
    cancel(): void {
      if (isOn && memory.view?.state === 'open' && !isEnding()) queue('cancel')
    },
    async close(): Promise<void> {
      cut()
      await working
    },
  }
}
export type KioskSimulator = ReturnType<typeof startKioskSimulator>
