import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { type Message, readMessage, type Table } from '@lanepay/lot-systems/bolink/fields.ts'
import type { Park } from './park.ts'

/** Who speaks: a computer of a lot, or (platform mode, without a name) the vendor's cloud for it. */
export type Computer = LotKey & {
  readonly localId: string
  readonly park: Park
  /** Of a call of the vendor's cloud: the same however often it comes. */
  readonly callId?: Id
}
export type Data = Readonly<Record<string, unknown>>
export type Reply = Readonly<Record<string, unknown>>
/** What is done with what a lot sends under one name, and what it is answered. */
export type Service = (from: Computer, data: Data) => Promise<Reply>
export type Services = Readonly<Record<string, Service>>

/** Texts that lot software shows or looks for (bolink-protocol.md 2.7). */
export const texts = {
  noService: '未识别到service_name标记',
  noSign: '未识别到sign标记',
  noToken: '未识别到token标记',
  noPark: '未识别到park_id标记',
  notJson: '数据格式错误!',
  wrongToken: 'error:token无效',
  wrongSign: 'error:签名错误',
  unknownPark: '车场不存在',
  badData: 'data error',
  notYet: 'error:暂不支持',
  notYours: 'error:订单不属于该车场',
  replayed: 'error:重复请求',
  notInside: '车辆不在场',
  noAnswer: '车场未应答，请稍后重试',
} as const

export const done = { state: 1, errmsg: '' } as const

export const badField = (field: string): Reply => ({ state: 0, errmsg: `${texts.badData}: ${field}` })
/** A service that reads what its table asks for; what does not fit is refused by the name of the first field that does not. */
export const service =
  <T extends Table>(table: T, act: (from: Computer, said: Message<T>, data: Data) => Promise<Reply>): Service =>
  async (from, data) => {
    const read = readMessage(table, data)
    return read.ok ? act(from, read.value, data) : badField(read.error.field)
  }
/** The same of what a lot answers to what it is told: 1 and 0 say what became of that (2.6), any other is no answer, and it is told again. */
export const answerOf = <T extends Table & { readonly state: 'number' }>(
  table: T,
  act: (from: Computer, said: Message<T>, data: Data) => Promise<Reply>,
): Service =>
  service(table, async (from, said, data) => {
    const { state } = said as unknown as { readonly state: number }
    return state === 0 || state === 1 ? act(from, said, data) : done
  })

/** Whether a record or payment that a lot names is its own: what another lot's number says is never looked at. */
export const isOfLot = (lot: LotKey, other: LotKey): boolean => lot.bucket === other.bucket && lot.lotId === other.lotId
