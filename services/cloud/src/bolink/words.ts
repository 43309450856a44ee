import { createHash } from 'node:crypto'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { ChannelName, PlateColour } from '@lanepay/domain/types.ts'
import { isPass } from '@lanepay/domain/unplated.ts'

/* Words of the protocol that several of its messages share (bolink-protocol.md 4.1, 5.9). */

export const payChannel: Readonly<Record<ChannelName, number>> = { wechatpay: 0, alipay: 1, zldpay: 2 }

/** A driver in the rows of quotes and payments that stands for whoever shows a code to an attendant. */
export const scannedBy = 'code:'

const plateColours: Readonly<Record<string, PlateColour>> = {
  ...{ 0: 'blue', 1: 'yellow', 2: 'white', 3: 'black', 4: 'green', 5: 'yellow-green' },
  ...{ 蓝: 'blue', 黄: 'yellow', 白: 'white', 黑: 'black', 绿: 'green', 黄绿: 'yellow-green' },
}
/** By its number, or by its word, as some software has it. */
export const plateColourOf = (licence: string | undefined): PlateColour =>
  plateColours[(licence ?? '').replace(/[色牌]+$/, '').replace(/\.0+$/, '')] ?? 'unknown'

/** As the session keeps it: ours without the mark that a lot may put before them (1), made-up plates of its own as they are. */
export const plateOf = (text: string): string => {
  const plate = tidyPlate(text)
  const own = plate.replace(/^[无临]/, '')
  return isPass(own) ? own : plate.slice(0, 12).padStart(2, '无')
}

/** What software writes where it has read no plate, of each such vehicle alike (third-party-wallets.md B.2). */
const unread = /^(无车牌|无牌车|无牌|未识别|无)?$/
/** The plate of a parking record: of vehicles that were not read each has one of its own, so that none ends the stay of another. */
export const plateOfRecord = (text: string, orderId: string): string =>
  unread.test(tidyPlate(text))
    ? `无${createHash('sha256').update(orderId).digest('hex').slice(0, 6).toUpperCase()}`
    : plateOf(text)

/** Who pays, by its number at WeChat Pay or Alipay (5.1); of an attendant's scan, and of a partner's wallet, nothing. */
export const payerSays = (driver: string | undefined): { pay_user_id?: string; pay_app?: number } => {
  const [, channel, payer] = /^(wechatpay|alipay):(.{1,100})$/.exec(driver ?? '') ?? []
  return payer === undefined ? {} : { pay_user_id: payer, pay_app: channel === 'wechatpay' ? 0 : 1 }
}

export const seconds = (ms: number): number => Math.floor(ms / 1000)

/** How many spaces are free, as an entry or exit says (4.1); null: it does not, or in a form that nobody knows: no stay is lost for that. */
export const freeIn = (said: unknown): number | null => {
  const text = String(said ?? '').trim()
  return /^\d{1,6}(\.0+)?$/.test(text) ? Number(text) : null
}

/** Services by which a lot's software is told of one row of its lists (7.2, 7.3), by the kind of row. */
export const rowServices = {
  product: 'month_card_sync',
  card: 'month_member_sync',
  free: 'white_list_sync',
  blocked: 'blackuser_sync',
} as const
export const isRowService = (service: string): boolean =>
  (Object.values(rowServices) as readonly string[]).includes(service)
