/** One parking record of this lot. Money in fen, times in ms. */
export type Record = {
  readonly orderId: string
  readonly plate: string
  readonly enteredAt: number
  readonly lane: string
  /** Paid by phone, as we were told, by the number of the payment. */
  readonly paid: Map<string, number>
  paidAt: number | null
  /** Coupons on it: what each takes off, and until when it is free. */
  tickets?: readonly Ticket[]
}
/** Fen off the price, minutes off the stay, or free until an instant. */
export type Ticket = { readonly id: string; readonly fen?: number; readonly minutes?: number; readonly until?: number }

/** A coupon as it came; null: nothing that it knows. */
export function ticketIn(fields: { readonly [name: string]: unknown }): Ticket | null {
  const id = String(fields.ticket_id ?? '')
  const isWhole = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0
  if (id === '' || typeof fields.limit_day !== 'number' || typeof fields.discount !== 'string') return null
  if (!isWhole(fields.time_range)) return null
  if (fields.ticket_type === 0 && /^\d+\.\d\d$/.test(String(fields.money)))
    return { id, fen: Math.round(Number(fields.money) * 100) }
  if (fields.ticket_type === 1 && isWhole(fields.duration) && fields.ticket_unit === 1)
    return { id, minutes: fields.duration }
  if (fields.ticket_type === 2) return { id, fen: 100_000_000 }
  return fields.ticket_type === 5 ? { id, until: fields.time_range * 1000 } : null
}

export type Price = { readonly grossFen: number; readonly paidFen: number; readonly owedFen: number }

/** So much for each hour begun, and so many minutes to leave after paying. */
export type Tariff = { readonly hourFen: number; readonly leaveMinutes: number }

/** What is owed at this instant: nothing while there is time to leave, then the difference. */
export function priceOf(record: Record, { hourFen, leaveMinutes }: Tariff, now: number): Price {
  const tickets = record.tickets ?? []
  const freeMs = tickets.reduce((sum, { minutes = 0 }) => sum + minutes * 60_000, 0)
  const from = Math.max(record.enteredAt + freeMs, ...tickets.map(({ until = 0 }) => until))
  const hours = Math.ceil((now - from) / 3_600_000)
  const whole = Math.max(tickets.length > 0 ? 0 : 1, hours) * hourFen
  const grossFen = Math.max(0, whole - tickets.reduce((sum, { fen = 0 }) => sum + fen, 0))
  const paidFen = [...record.paid.values()].reduce((sum, one) => sum + one, 0)
  const mayLeave = record.paidAt !== null && now <= record.paidAt + leaveMinutes * 60_000
  return { grossFen, paidFen, owedFen: mayLeave ? 0 : Math.max(0, grossFen - paidFen) }
}
