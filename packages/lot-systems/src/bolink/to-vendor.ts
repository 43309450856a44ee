import { readMessage, type Table, writeMessage } from './fields.ts'
import { toVendor } from './platform.ts'
import { signOf } from './sign.ts'

type Said = Readonly<Record<string, unknown>>

/** What a call says beside the message itself. */
export type CallAbout = {
  readonly unionId: string
  readonly parkId: string
  /** Signs it. */
  readonly key: string
  /** The vendor's own number of the payment that it is about, if it has made one. */
  readonly vendorTradeNo: string | null
  /** What the vendor said of that payment, to have it back. */
  readonly description?: string
  /** The plate of what was owed from before: HTTP mode's message does not say it. */
  readonly plate: string | null
}

/**
 * The body of a call to a vendor's cloud, made of the message that a lot's poll would get (bolink-protocol.md 8.2): in the order of
 * that mode's tables, signed. A payment that the vendor has a number for goes under it (`trade_no`), and ours is `out_trade_no`.
 */
export function callBody(message: string, about: CallAbout): string {
  const said = saidIn(message)
  const { vendorTradeNo, plate, description } = about
  const numbered = vendorTradeNo === null ? {} : { trade_no: vendorTradeNo, out_trade_no: said.trade_no }
  const service = serviceOf(said, vendorTradeNo)
  const table: Table = toVendor[service]
  const fields = {
    ...said,
    ...numbered,
    ...(service === 'repair' ? { car_number: plate, pay_type: 'repair' } : {}),
    ...(service === 'plat_escape_order' ? inFull(said) : {}),
    ...(description === undefined ? {} : { description }),
    ...{ service_name: service, park_id: about.parkId, union_id: about.unionId },
  }
  const read = readMessage(table, fields)
  if (!read.ok) throw new Error(`${service} says no ${read.error.field}`)
  const data = writeMessage(table, read.value)
  return `{"data":${data},"sign":"${signOf(data, about.key)}"}`
}

/** What a message says: lists have it in `data`, and the service's name beside it. */
function saidIn(message: string): Said {
  const { data, ...flat } = JSON.parse(message) as Said & { readonly data?: Said }
  return { ...data, ...flat }
}

/** What was owed from before has two words of its own here: paid by the driver's own doing, or because the vendor's cloud asked. */
function serviceOf({ service_name }: Said, vendorTradeNo: string | null): keyof typeof toVendor {
  if (service_name === 'escape_order') return vendorTradeNo === null ? 'repair' : 'plat_escape_order'
  if (!Object.hasOwn(toVendor, String(service_name))) throw new Error(`no vendor is called with ${service_name}`)
  return service_name as keyof typeof toVendor
}

const inFull = (said: Said) => ({
  amount: said.total,
  receipt_amount: String(said.arrive_money),
  pay_platform_fee: String(said.fee),
})

/**
 * A vendor's answer as the lot's own upload would be (2.6): it answers the very call, so what it does not say again is taken from there.
 * Null: it names another payment, or does not say whether it is done.
 */
export function answerTo(message: string, call: string, answer: Said): Said | null {
  const { state: _, errmsg: __, ...sent } = saidIn(message)
  const { trade_no } = (JSON.parse(call) as { data: Said }).data
  const named = answer.trade_no
  if (answer.state === undefined) return null
  if (named !== undefined && trade_no !== undefined && String(named).trim() !== trade_no) return null
  if (sent.service_name === 'query_price') return { ...sent, ...answer, query_order_no: sent.query_order_no }
  if (sent.service_name === 'deliver_ticket') return { ...sent, ...answer, ticket_id: sent.ticket_id }
  return { ...answer, ...sent }
}
