import type { SQLInputValue } from 'node:sqlite'
import type { IdMaker } from '@lanepay/domain/ids.ts'
import type { Id, Instant, Plate, PlateColour } from '@lanepay/domain/types.ts'
import type { CommandResult, CouponWorth, GateCause, Lists, LotEvent, Standing } from '@lanepay/lot-link/messages.ts'
import type { Hold } from '../rules/cover.ts'
import { emptyLists, type ListBook, listBook } from '../rules/lists.ts'
import { drawers } from './drawers.ts'
import { type OpenOptions, openLotFile } from './open.ts'
import { purchases } from './purchases.ts'

export type Session = {
  readonly id: Id
  readonly plate: Plate
  readonly pass: boolean
  readonly colour: PlateColour
  readonly enteredAt: Instant
  readonly entryLane: number
  /** As what it was let in. */
  readonly standing: Standing
  /** Only where a person said so; else the plate says. */
  readonly vehicleClass: string | null
  /** How full the lot was when it came in, in percent; null where nobody counts. */
  readonly occupancyPercent: number | null
}
/** A time that a session was in an area inside the lot; `leftAt` null: it is there now. */
export type Part = {
  readonly id: Id
  readonly session: Id
  readonly area: string
  readonly enteredAt: Instant
  /** The occupancy with which it went in. */
  readonly enteredBy: Id
  /** How full the area was when it went in, in percent; null where nobody counts. */
  readonly occupancyPercent: number | null
  readonly leftAt: Instant | null
  readonly leftBy: Id | null
}
/** What the clearances of a session come to: money, and the one that lets it leave the longest. */
export type Cleared = {
  readonly paidFen: number
  readonly payments: readonly { readonly paidAt: Instant; readonly amountFen: number }[]
  readonly best: { readonly id: Id; readonly leaveBy: Instant } | null
}
export type Coupon = {
  readonly id: string
  readonly plate: Plate | null
  readonly session: Id | null
  readonly worth: CouponWorth
  readonly validUntil: Instant
  /** The stay that has used it. */
  readonly usedBy: Id | null
}
export type Occupancy = {
  readonly lane: number
  readonly number: Id
  readonly plate: Plate | null
  readonly session: Id | null
  readonly since: Instant
  /** In front of the camera; off its loop after an opening, so going through or back; under the arm. */
  readonly position: 'at-camera' | 'off-loop' | 'under-arm'
}
export type Opening = {
  readonly id: Id
  readonly lane: number
  readonly occupancy: Id
  readonly session: Id | null
  readonly cause: GateCause
  readonly state: 'ordered' | 'told' | 'opened' | 'silent'
  readonly orderedAt: Instant
}
/** A price list with its versions, and those of areas inside, as the cloud sends them. */
export type SentTariff = {
  readonly version: number
  readonly schedule: unknown
  readonly areas?: Readonly<Record<string, unknown>>
}
type WithoutSeq<E> = E extends LotEvent ? Omit<E, 'seq'> : never
export type NewEvent = WithoutSeq<LotEvent>

/**
 * What the agent knows, on disk: SQLite with full sync, so that what was said to anybody survives the power. Everything
 * happens in turns: a turn is one transaction, and nothing else runs while it does.
 */
export type Store = ReturnType<typeof openStore>

/** @throws DiskRefused when the file cannot or must not be used; its message says what to do. */
export function openStore(dir: string, makeId: IdMaker, options: OpenOptions = {}) {
  const file = openLotFile(dir, makeId, options)
  const { db } = file
  const one = <Row>(sql: string) => {
    const statement = db.prepare(sql)
    return (...args: SQLInputValue[]) => statement.get(...args) as Row | undefined
  }
  const all = <Row>(sql: string) => {
    const statement = db.prepare(sql)
    return (...args: SQLInputValue[]) => statement.all(...args) as Row[]
  }
  const run = (sql: string) => {
    const statement = db.prepare(sql)
    return (...args: SQLInputValue[]) => Number(statement.run(...args).changes)
  }

  type SessionRow = Omit<Session, 'pass'> & { pass: number }
  const session = (row: SessionRow | undefined): Session | null => (row ? { ...row, pass: row.pass === 1 } : null)
  const sessionColumns = `id, plate, pass, colour, entered_at as enteredAt, entry_lane as entryLane, standing, vehicle_class as vehicleClass, occupancy_percent as occupancyPercent`
  const occupancyColumns = 'lane, number, plate, session, since, position'
  type OpeningRow = Omit<Opening, 'cause'> & { cause: string }
  const opening = (row: OpeningRow | undefined): Opening | null =>
    row ? { ...row, cause: JSON.parse(row.cause) as GateCause } : null
  const openingColumns = 'id, lane, occupancy, session, cause, state, ordered_at as orderedAt'

  type CouponRow = Omit<Coupon, 'worth'> & { worth: string }
  const coupon = (row: CouponRow): Coupon => ({ ...row, worth: JSON.parse(row.worth) as CouponWorth })
  const couponColumns = 'id, plate, session, worth, valid_until as validUntil, used_by as usedBy'

  const note = run(
    'insert into note (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
  )
  const noted = one<{ value: string }>('select value from note where name = ?')
  const insertEvent = run('insert into event (seq, at, body) values (?, ?, ?)')
  const sessionById = one<SessionRow>(`select ${sessionColumns} from session where id = ?`)
  const openByPlate = all<SessionRow>(
    `select ${sessionColumns} from session where plate = ? and ended_at is null order by entered_at desc`,
  )
  const isOpen = one('select 1 from session where id = ? and ended_at is null')
  const inside = one<{ n: number }>('select count(*) as n from session where ended_at is null')
  const insertSession = run(
    'insert into session (id, plate, pass, colour, entered_at, entry_lane, standing, vehicle_class, occupancy_percent) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const occupancyOfLane = one<Occupancy>(`select ${occupancyColumns} from occupancy where lane = ?`)
  // Without loops it is only known to have left a lane when the next vehicle comes: where it was seen last, it is.
  const occupancyOfSession = one<Occupancy>(
    `select ${occupancyColumns} from occupancy where session = ? order by since desc, cast(number as integer) desc limit 1`,
  )
  const putOccupancy = run(
    `insert into occupancy (lane, number, plate, session, since, position) values (?, ?, ?, ?, ?, ?)
     on conflict (lane) do update set number = excluded.number, plate = excluded.plate, session = excluded.session,
       since = excluded.since, position = excluded.position`,
  )
  const insertOpening = run(
    `insert into opening (id, lane, occupancy, session, cause, state, ordered_at) values (?, ?, ?, ?, ?, 'ordered', ?)`,
  )
  const openingById = one<OpeningRow>(`select ${openingColumns} from opening where id = ?`)
  const lastOpening = one<OpeningRow>(
    `select ${openingColumns} from opening where occupancy = ? order by id desc limit 1`,
  )
  const waitingOpening = one<OpeningRow>(
    `select ${openingColumns} from opening where lane = ? and state in ('ordered', 'told') order by id desc limit 1`,
  )
  const openingsOfCause = all<OpeningRow>(`select ${openingColumns} from opening where cause = ?`)
  const insertClearance = run(
    'insert into clearance (id, session, paid_fen, paid_at, leave_by, received_at) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
  )
  const paymentsOf = all<{ paidAt: Instant; amountFen: number }>(
    'select paid_at as paidAt, paid_fen as amountFen from clearance where session = ? order by paid_at',
  )
  const bestClearance = one<{ id: Id; leaveBy: Instant }>(
    'select id, leave_by as leaveBy from clearance where session = ? order by leave_by desc limit 1',
  )
  const insertCommand = run('insert into command (id, received_at) values (?, ?) on conflict do nothing')
  const setResult = run('update command set result = ?2 where id = ?1')
  const bindCommand = run('update command set opening = ?2 where id = ?1')
  const commandById = one<{ result: string | null; opening: Id | null }>(
    'select result, opening from command where id = ?',
  )
  const commanded = one('select 1 from command where opening = ?')
  const tries = one<{ n: number }>('select count(*) as n from opening where occupancy = ?')
  const commandsOfOpening = all<{ id: string }>('select id from command where opening = ? and result is null')
  const admissionById = one<{ session: Id; opening: Id }>('select session, opening from admission where request = ?')
  const insertAdmission = run('insert into admission (request, session, opening, at) values (?, ?, ?, ?)')
  const insertSeen = run(
    'insert into seen (serial, record, taken_at, at, opening) values (?, ?, ?, ?, null) on conflict do nothing',
  )
  const seenRecord = one<{ opening: Id | null }>(
    'select opening from seen where serial = ? and record = ? and taken_at = ?',
  )
  const bindSeen = run('update seen set opening = ?4 where serial = ?1 and record = ?2 and taken_at = ?3')
  const eventsAfter = all<{ seq: number; body: string }>(
    'select seq, body from event where seq > ? order by seq limit ?',
  )

  let lastSeq = Number(noted('last_seq')?.value ?? 0)
  let ackedSeq = Number(noted('acked_seq')?.value ?? 0)
  let keptAckedSeq = ackedSeq
  const partColumns =
    'id, session, area, entered_at as enteredAt, entered_by as enteredBy, occupancy_percent as occupancyPercent, left_at as leftAt, left_by as leftBy'
  const statement = {
    // Not before it began, whatever became of the clock.
    endSession: run('update session set ended_at = max(entered_at, ?2) where id = ?1 and ended_at is null'),
    endParts: run('update part set left_at = max(entered_at, ?2) where session = ?1 and left_at is null'),
    partsOf: all<Part>(`select ${partColumns} from part where session = ? order by entered_at, cast(id as integer)`),
    enterPart: run(
      'insert into part (id, session, area, entered_at, entered_by, occupancy_percent) values (?, ?, ?, ?, ?, ?)',
    ),
    leavePart: run('update part set left_at = max(entered_at, ?2), left_by = ?3 where id = ?1'),
    resumePart: run('update part set left_at = null, left_by = null where id = ?'),
    dropPart: run('delete from part where id = ?'),
    insideArea: one<{ n: number }>('select count(*) as n from part where area = ? and left_at is null'),
    clearLane: run('delete from occupancy where lane = ?'),
    setOpening: run('update opening set state = ?2 where id = ?1'),
    position: run('update occupancy set position = ?2 where lane = ?1'),
    forget: [
      run('delete from seen where at < ?'),
      run(
        'delete from opening where ordered_at < ? and id not in (select opening from admission where opening is not null)',
      ),
      run('delete from admission where at < ?'),
      run('delete from kiosk_message where at < ?'),
      // Earlier visits count as wholes.
      run('delete from part where session in (select id from session where ended_at < ?)'),
      run('delete from command where received_at < ? and result is not null'),
      // Told again it has ended; while its stay is inside the price rests on it.
      run(
        'delete from coupon where valid_until < ? and (used_by is null or used_by in (select id from session where ended_at is not null))',
      ),
    ],
    forgetEvents: run('delete from event where seq <= ?'),
    allOpen: all<SessionRow>(`select ${sessionColumns} from session where ended_at is null order by entered_at`),
    earlier: all<{ enteredAt: Instant; leftAt: Instant; paidFen: number; occupancyPercent: number | null }>(
      `select entered_at as enteredAt, ended_at as leftAt, occupancy_percent as occupancyPercent,
              (select coalesce(sum(paid_fen), 0) from clearance where clearance.session = session.id) as paidFen
         from session where plate = ? and ended_at > ? order by entered_at`,
    ),
    correct: run('update session set plate = ?2, entered_at = ?3, vehicle_class = ?4 where id = ?1'),
    holds: all<Hold>('select card, from_at as "from", to_at as "to" from hold where session = ? order by from_at'),
    holders: all<{ session: Id; since: Instant }>(
      'select session, from_at as since from hold where card = ? and to_at is null',
    ),
    heldBy: all<{ card: string }>('select card from hold where session = ? and to_at is null'),
    coupon: one<CouponRow>(`select ${couponColumns} from coupon where id = ?`),
    couponsFor: all<CouponRow>(
      `select ${couponColumns} from coupon
        where used_by = ?1 or (used_by is null and session = ?1) or (used_by is null and plate = ?2)
        order by valid_until, id`,
    ),
    unusedCoupons: one<{ n: number }>(
      'select count(*) as n from coupon where used_by is null and (session = ?1 or plate = ?2)',
    ),
    keepCoupon: run(
      'insert into coupon (id, plate, session, worth, valid_until, received_at) values (?, ?, ?, ?, ?, ?)',
    ),
    useCoupon: run('update coupon set used_by = ?2, clearance = ?3, used_at = ?4 where id = ?1 and used_by is null'),
    usedCoupons: all<CouponRow & { usedAt: Instant }>(
      `select ${couponColumns}, used_at as usedAt from coupon where used_by = ? order by used_at, id`,
    ),
    hold: run('insert into hold (session, card, from_at, to_at) values (?, ?, ?, null) on conflict do nothing'),
    release: run('update hold set to_at = max(?2, from_at) where session = ?1 and to_at is null'),
  }
  const keptLists = noted('lists')
  let book = listBook(keptLists ? (JSON.parse(keptLists.value) as Lists) : emptyLists)

  return {
    epoch: noted('epoch')!.value as Id,
    lastSeq: () => lastSeq,
    /** How the file was found, and what is gone from it. */
    disk: { began: file.began, loss: file.loss, newestAt: file.newestAt },
    /** Copies the file beside itself now; it does so by itself at quiet moments. */
    copy: file.copy,
    /**
     * Runs `act` as one transaction: all of it is on disk when this returns, or nothing if it throws.
     * @throws DiskFull when there is no room: what was acknowledged stands, the next turn may find some.
     */
    turn<T>(act: () => T): T {
      const before = [lastSeq, keptAckedSeq] as const
      try {
        return file.transaction((untold) => {
          for (const event of untold) this.log(event)
          const result = act()
          if (lastSeq !== before[0]) {
            note('last_seq', String(lastSeq))
            this.keepAcked()
          }
          return result
        })
      } catch (error) {
        ;[lastSeq, keptAckedSeq] = before
        throw error
      }
    },
    log(event: NewEvent): void {
      lastSeq += 1
      insertEvent(lastSeq, event.at, JSON.stringify({ seq: lastSeq, ...event }))
    },
    eventsAfter: (seq: number, atMost: number): LotEvent[] =>
      eventsAfter(seq, atMost).map((row) => JSON.parse(row.body) as LotEvent),

    session: (id: Id) => session(sessionById(id)),
    openSessions: (plate: Plate): Session[] => openByPlate(plate).map((row) => session(row)!),
    isOpen: (id: Id): boolean => isOpen(id) !== undefined,
    inside: (): number => inside()!.n,
    enter: (s: Session) =>
      insertSession(
        s.id,
        s.plate,
        s.pass ? 1 : 0,
        s.colour,
        s.enteredAt,
        s.entryLane,
        s.standing,
        s.vehicleClass,
        s.occupancyPercent,
      ),
    /** All that are inside, or those whose plate is asked for. */
    allOpen: (): Session[] => statement.allOpen().map((row) => session(row)!),
    /** Visits of a plate that ended after this instant, oldest first, with what was paid for each. */
    earlier: (plate: Plate, since: Instant) => statement.earlier(plate, since),
    correct: (s: Pick<Session, 'id' | 'plate' | 'enteredAt' | 'vehicleClass'>) =>
      statement.correct(s.id, s.plate, s.enteredAt, s.vehicleClass),
    endSession: (id: Id, at: Instant) => {
      statement.endSession(id, at)
      statement.endParts(id, at)
    },

    /** The times that a session was in areas inside the lot, oldest first; only the last one may go on. */
    parts: (sessionId: Id): Part[] => statement.partsOf(sessionId),
    insideArea: (area: string): number => statement.insideArea(area)!.n,
    enterPart: (p: Omit<Part, 'leftAt' | 'leftBy'>) =>
      statement.enterPart(p.id, p.session, p.area, p.enteredAt, p.enteredBy, p.occupancyPercent),
    leavePart: (id: Id, at: Instant, by: Id | null) => statement.leavePart(id, at, by),
    resumePart: (id: Id) => statement.resumePart(id),
    dropPart: (id: Id) => statement.dropPart(id),

    occupancy: (lane: number) => occupancyOfLane(lane) ?? null,
    occupancyOf: (sessionId: Id) => occupancyOfSession(sessionId) ?? null,
    occupy: (o: Occupancy) => putOccupancy(o.lane, o.number, o.plate, o.session, o.since, o.position),
    setPosition: (lane: number, position: Occupancy['position']) => statement.position(lane, position),
    vacate: (lane: number) => statement.clearLane(lane),

    order: (o: Omit<Opening, 'state'>) =>
      insertOpening(o.id, o.lane, o.occupancy, o.session, JSON.stringify(o.cause), o.orderedAt),
    opening: (id: Id) => opening(openingById(id)),
    openingOf: (occupancyNumber: Id) => opening(lastOpening(occupancyNumber)),
    /** Every order that was given for this very cause. */
    openingsBy: (cause: GateCause): Opening[] => openingsOfCause(JSON.stringify(cause)).map((row) => opening(row)!),
    /** The opening of a lane whose outcome is not known yet. */
    waitingOpening: (lane: number) => opening(waitingOpening(lane)),
    setOpening: (id: Id, state: Opening['state']) => statement.setOpening(id, state),

    /** Keeps a clearance for good, whether its session is known or not; true when it is new. */
    clear: (c: {
      id: Id
      session: Id
      paidFen: number
      paidAt: Instant
      leaveBy: Instant
      receivedAt: Instant
    }): boolean => insertClearance(c.id, c.session, c.paidFen, c.paidAt, c.leaveBy, c.receivedAt) === 1,
    cleared(sessionId: Id): Cleared {
      const payments = paymentsOf(sessionId)
      return {
        payments,
        paidFen: payments.reduce((sum, { amountFen }) => sum + amountFen, 0),
        best: bestClearance(sessionId) ?? null,
      }
    },

    ...drawers(db),
    ...purchases(db),

    /** Who is on which list of the lot. */
    book: (): ListBook => book,
    keepLists(lists: Lists): void {
      note('lists', JSON.stringify(lists))
      book = listBook(lists)
    },
    /** The price list the cloud sent last, as it sent it; null: none. */
    tariff: (): SentTariff | null => {
      const kept = noted('tariff')
      return kept ? (JSON.parse(kept.value) as SentTariff) : null
    },
    keepTariff: (sent: SentTariff) => note('tariff', JSON.stringify(sent)),
    /** What the cloud sent last of lists or price lists could not work. */
    wasRefused: (what: string): boolean => noted(`refused ${what}`)?.value === 'yes',
    setRefused: (what: string, is: boolean) => note(`refused ${what}`, is ? 'yes' : 'no'),
    holds: (sessionId: Id): Hold[] => statement.holds(sessionId),
    /** Sessions that hold a space of a card now, and since when. */
    holders: (card: string) => statement.holders(card),
    hold: (sessionId: Id, card: string, from: Instant) => statement.hold(sessionId, card, from),
    /** Gives back every space of a session; the cards that have one free now. */
    giveBack(sessionId: Id, at: Instant): string[] {
      const cards = statement.heldBy(sessionId).map(({ card }) => card)
      if (cards.length > 0) statement.release(sessionId, at)
      return cards
    },
    coupon: (id: string): Coupon | null => {
      const row = statement.coupon(id)
      return row ? coupon(row) : null
    },
    /** What a stay has used, and what its plate or itself may use, those that end first first. */
    couponsFor: (sessionId: Id, plate: Plate): Coupon[] => statement.couponsFor(sessionId, plate).map(coupon),
    unusedCoupons: (sessionId: Id | null, plate: Plate | null): number => statement.unusedCoupons(sessionId, plate)!.n,
    keepCoupon: (c: Omit<Coupon, 'usedBy'>, at: Instant) =>
      statement.keepCoupon(c.id, c.plate, c.session, JSON.stringify(c.worth), c.validUntil, at),
    /** False when it was used before. */
    useCoupon: (id: string, sessionId: Id, clearance: Id | null, at: Instant): boolean =>
      statement.useCoupon(id, sessionId, clearance, at) === 1,
    /** Those used first first. */
    usedCoupons: (sessionId: Id): (Coupon & { readonly usedAt: Instant })[] =>
      statement.usedCoupons(sessionId).map((row) => ({ ...coupon(row), usedAt: row.usedAt })),
    /** What the arm of a lane said last. */
    armIsUp: (lane: number): boolean => noted(`arm ${lane}`)?.value === 'up',
    setArm: (lane: number, up: boolean) => note(`arm ${lane}`, up ? 'up' : 'down'),
    /** Who went through a lane last. */
    lastThrough: (lane: number): { readonly plate: Plate | null; readonly at: Instant } | null => {
      const last = noted(`last ${lane}`)
      return last ? (JSON.parse(last.value) as { plate: Plate | null; at: Instant }) : null
    },
    wentThrough: (lane: number, plate: Plate | null, at: Instant) =>
      note(`last ${lane}`, JSON.stringify({ plate, at })),

    /** False when the command is known already. */
    keepCommand: (id: string, at: Instant): boolean => insertCommand(id, at) === 1,
    command(id: string): { result: CommandResult | null; opening: Id | null } | null {
      const row = commandById(id)
      return row
        ? { result: row.result ? (JSON.parse(row.result) as CommandResult) : null, opening: row.opening }
        : null
    },
    answerCommand: (result: CommandResult) => setResult(result.id, JSON.stringify(result)),
    bindCommand: (id: string, openingId: Id) => bindCommand(id, openingId),
    /** Whether the cloud asked for this opening. */
    isCommanded: (openingId: Id): boolean => commanded(openingId) !== undefined,
    /** How often the gate was told to open for one vehicle. */
    tries: (occupancyNumber: Id): number => tries(occupancyNumber)!.n,
    commandsOf: (openingId: Id): string[] => commandsOfOpening(openingId).map((row) => row.id),

    admission: (request: string) => admissionById(request) ?? null,
    admit: (request: string, sessionId: Id, openingId: Id, at: Instant) =>
      insertAdmission(request, sessionId, openingId, at),

    /** False when this record was seen before. */
    see: (serial: string, record: string, takenAt: number, at: Instant): boolean =>
      insertSeen(serial, record, takenAt, at) === 1,
    seen: (serial: string, record: string, takenAt: number) => seenRecord(serial, record, takenAt) ?? null,
    bindSeen: (serial: string, record: string, takenAt: number, openingId: Id) =>
      bindSeen(serial, record, takenAt, openingId),

    ackedSeq: (): number => ackedSeq,
    /**
     * The cloud has everything up to `seq`. The disk hears of it with the next event, or by `keepAcked`: what is sent again
     * after a power cut the cloud knows already.
     */
    acked(seq: number): void {
      ackedSeq = seq
    },
    /** Within a turn. A few thousand events stay for whoever looks. */
    keepAcked(): void {
      if (keptAckedSeq === ackedSeq) return
      note('acked_seq', String(ackedSeq))
      statement.forgetEvents(ackedSeq - 5_000)
      keptAckedSeq = ackedSeq
    },
    /** Forgets what can no longer matter: records, openings and commands of more than two days ago. */
    forgetBefore: (at: Instant): void => {
      for (const forget of statement.forget) forget(at)
    },
    close: file.close,
  }
}
