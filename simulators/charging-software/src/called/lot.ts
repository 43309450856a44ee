import type { Clock } from '@lanepay/domain/clock.ts'
import { type Price, priceOf, type Record, type Tariff, type Ticket } from '../price.ts'
import type { Passed } from './lists.ts'
import { permitsOf } from './permits.ts'

/** What may go wrong, on command; each system's server asks here before it answers. */
export type Faults = {
  /** Carries out what these operations ask, and never answers. */
  readonly silentAbout: readonly string[]
  /** Carries out what these operations ask, and answers without a word of what it did (JieShun's receipts, lot-devices.md 5.3). */
  readonly wordlessAbout: readonly string[]
  /** Carries out what these operations ask, each the next time alone, only when nobody waits for the answer any more. */
  readonly slowAbout: readonly string[]
  /** So many calls are answered with a failure of the server, and nothing is done. */
  readonly failures: number
  /** Prices are of another stay than was asked for, whose plate is one letter off. */
  readonly otherStay: boolean
  /** Payments, and renewals, are refused, for good. */
  readonly refusesPayments: boolean
  /** Prices that were asked for before this instant stand no more, where the vendor has a word for that. */
  readonly staleBefore: number
  /** The fee goes up by so much between asking and paying. */
  readonly feeGrowsFen: number
  /** The whole fee of a bill is said to be so much more than what the rest of it leaves. */
  readonly totalOffFen: number
  /** Money that is a text is sent as a number, and the other way round. */
  readonly otherSpelling: boolean
  /** Everything that happened is told twice. */
  readonly tellsTwice: boolean
  /** What is told is signed with another key. */
  readonly forges: boolean
  /** What is told lacks its plate. */
  readonly leavesOutPlate: boolean
  /** What happened of these kinds is never told. */
  readonly misses: readonly Told['kind'][]
  /** The line breaks in the middle of what is told; it is told whole after that. */
  readonly breaksOff: boolean
  /** Answers, and what is told, are in GBK and do not say so. Where the wire is a form in UTF-8, answers alone. */
  readonly writesGbk: boolean
  /** The record of an exit says that the vehicle came in so much later than the record of its entry did. */
  readonly exitSaysLaterByMs: number
  /** The lot's own clock is ahead by so much: all times of stays are by it. */
  readonly clockAheadMs: number
}
export const noFaults: Faults = {
  silentAbout: [],
  wordlessAbout: [],
  slowAbout: [],
  failures: 0,
  otherStay: false,
  refusesPayments: false,
  staleBefore: 0,
  feeGrowsFen: 0,
  totalOffFen: 0,
  otherSpelling: false,
  tellsTwice: false,
  forges: false,
  leavesOutPlate: false,
  misses: [],
  breaksOff: false,
  writesGbk: false,
  exitSaysLaterByMs: 0,
  clockAheadMs: 0,
}

/** A vendor whose wire has no word for a kind leaves it out. */
export type Told = {
  /** `picture`: that of its entry, which comes when it comes. `corrected`: a person there has put its plate right. */
  readonly kind: 'entered' | 'left' | 'at-exit' | 'picture' | 'corrected'
  readonly record: Record
  readonly lane: string
  readonly at: number
}

/** A lot whose software is called: cars, prices, gates. What a vendor's wire is made of stands in the server of that vendor. */
export function calledLot(options: {
  readonly clock: Clock
  readonly tariff: Tariff
  /** Posts what happened to the platform. */
  readonly tell: (told: Told) => Promise<void>
  /** Asks the platform whether a vehicle may come in; left out: it decides by itself. */
  readonly mayEnter?: (plate: string, lane: string) => Promise<boolean>
}) {
  const { clock, tariff } = options
  let faults = noFaults
  let number = 0
  const records = new Map<string, Record>()
  const standing = new Map<string, Record>()
  const moved: { readonly lane: string; readonly to: 'down' | 'held up'; readonly because: string }[] = []
  const locked = new Set<string>()
  const turnedAway: string[] = []
  const passed: Passed[] = []
  const opened: { readonly lane: string; readonly plate: string | null; readonly because: string }[] = []
  const now = () => clock.now() + faults.clockAheadMs
  const permits = permitsOf(now)
  const { isPermitted } = permits
  const tell = async (happened: Told): Promise<void> => {
    if (faults.misses.includes(happened.kind)) return
    const { enteredAt } = happened.record
    const told =
      happened.kind === 'left'
        ? { ...happened, record: { ...happened.record, enteredAt: enteredAt + faults.exitSaysLaterByMs } }
        : happened
    await options.tell(told)
    if (faults.tellsTwice) await options.tell(told)
  }
  const open = (lane: string, because: string): void => {
    opened.push({ lane, plate: standing.get(lane)?.plate ?? null, because })
  }
  /** With a coupon that is on no record: what the price would be. */
  const priced = (record: Record, ticket?: Ticket): Price => {
    const tickets = [...(record.tickets ?? []), ...(ticket === undefined ? [] : [ticket])]
    const { grossFen, paidFen, owedFen } = priceOf({ ...record, tickets }, tariff, now())
    if (isPermitted(record.plate)) return { grossFen: 0, paidFen, owedFen: 0 }
    const { feeGrowsFen } = faults
    return { grossFen: grossFen + feeGrowsFen, paidFen, owedFen: owedFen + feeGrowsFen }
  }
  const ofPlate = (plate: string): Record | null => [...records.values()].find((one) => one.plate === plate) ?? null

  return {
    faults: () => faults,
    behave(more: Partial<Faults>): void {
      faults = { ...faults, ...more }
    },
    /** Whether this call fails; each of the failures to come is one. */
    fails(): boolean {
      if (faults.failures === 0) return false
      faults = { ...faults, failures: faults.failures - 1 }
      return true
    },
    opened: opened as readonly { readonly lane: string; readonly plate: string | null; readonly because: string }[],
    records: records as ReadonlyMap<string, Record>,
    leaveMinutes: tariff.leaveMinutes,
    /** By the lot's own clock. */
    now,
    priced,
    ...permits,
    /** What is asked about: who stands in a lane, or who is inside under this plate or record; null: nobody. */
    asked(by: { readonly lane?: string; readonly plate?: string; readonly orderId?: string }): Record | null {
      const found =
        by.lane === undefined
          ? (records.get(by.orderId ?? '') ?? ofPlate(by.plate ?? ''))
          : (standing.get(by.lane) ?? null)
      if (found === null || !faults.otherStay) return found
      const plate = `${found.plate.slice(0, -1)}${found.plate.endsWith('8') ? 'B' : '8'}`
      return { ...found, orderId: `${found.orderId}-other`, plate }
    },
    /** The same number twice is one payment. A lane opens for the vehicle that was paid for, and for no other. */
    pay(orderId: string, payment: string, amountFen: number, lane: string | null): 'done' | 'repeated' | 'refused' {
      const record = records.get(orderId)
      if (!record || faults.refusesPayments) return 'refused'
      if (record.paid.has(payment)) return 'repeated'
      record.paid.set(payment, amountFen)
      record.paidAt = now()
      if (lane !== null && standing.get(lane) === record && !locked.has(record.plate)) open(lane, `paid ${payment}`)
      return 'done'
    },
    open,
    moved: moved as readonly { readonly lane: string; readonly to: 'down' | 'held up'; readonly because: string }[],
    /** An arm is lowered, or left up. */
    move: (lane: string, to: 'down' | 'held up', because: string): void => void moved.push({ lane, to, because }),
    locked: locked as ReadonlySet<string>,
    /** Holds who is inside, or lets it go; false: nobody of this plate is. */
    lock(plate: string, isLocked: boolean): boolean {
      if (ofPlate(plate) === null) return false
      if (isLocked) locked.add(plate)
      else locked.delete(plate)
      return true
    },
    /** Takes a coupon off a record; the same one again is one. */
    give(record: Record, ticket: Ticket): 'done' | 'repeated' {
      const tickets = record.tickets ?? []
      if (tickets.some(({ id }) => id === ticket.id)) return 'repeated'
      record.tickets = [...tickets, ticket]
      return 'done'
    },
    /** Where it stands; null: somewhere inside. */
    laneOf: (record: Record): string | null => [...standing].find(([, one]) => one === record)?.[0] ?? null,
    turnedAway: turnedAway as readonly string[],
    /** Who came in and went out, oldest first. */
    passed: passed as readonly Passed[],
    /** A vehicle is let in at this lane, if it may come in. */
    async enter(plate: string, lane: string): Promise<void> {
      if ((await options.mayEnter?.(plate, lane)) === false) return void turnedAway.push(plate)
      const at = now()
      const orderId = `${at}-${++number}`
      const record: Record = { orderId, plate, enteredAt: at, lane, paid: new Map(), paidAt: null }
      records.set(orderId, record)
      passed.push({ plate, way: 'in', lane, at })
      await tell({ kind: 'entered', record, lane, at })
    },
    /** It comes to stand in this exit lane, which opens when nothing is owed. */
    async toExit(plate: string, lane: string): Promise<void> {
      const record = ofPlate(plate)
      if (record === null) throw new RangeError(`${plate} is not inside`)
      standing.set(lane, record)
      await tell({ kind: 'at-exit', record, lane, at: now() })
      if (priced(record).owedFen === 0 && !locked.has(plate)) open(lane, 'nothing owed')
    },
    /** It drives back inside. */
    backOff: (lane: string): void => void standing.delete(lane),
    /** It drives away, its record ends. */
    async leave(lane: string): Promise<void> {
      const record = standing.get(lane)
      if (!record) throw new RangeError(`nobody stands in ${lane}`)
      standing.delete(lane)
      records.delete(record.orderId)
      passed.push({ plate: record.plate, way: 'out', lane, at: now() })
      await tell({ kind: 'left', record, lane, at: now() })
    },
    /** The picture of its entry is there, which was not there when it came in: of a vehicle that may have left since. */
    pictured: (record: Record): Promise<void> =>
      tell({ kind: 'picture', record, lane: record.lane, at: record.enteredAt }),
    /** A person there puts the plate of who is inside right. */
    async correct(plate: string, right: string): Promise<void> {
      const wrong = ofPlate(plate)
      if (wrong === null) throw new RangeError(`${plate} is not inside`)
      const record = { ...wrong, plate: right }
      records.set(record.orderId, record)
      for (const [lane, one] of standing) if (one === wrong) standing.set(lane, record)
      await tell({ kind: 'corrected', record, lane: record.lane, at: record.enteredAt })
    },
  }
}
/** A coupon that takes off whatever is owed. */
export const wholeFen = 1_000_000_000
export type CalledLot = ReturnType<typeof calledLot>
