import { randomBytes } from 'node:crypto'
import type { Instant } from '@lanepay/domain/types.ts'
import { gbk } from '@lanepay/simulator-wire/gbk.ts'
import { beijing, readBeijing } from './beijing.ts'
import { type BillHarm, billHarms } from './bill-harms.ts'
import { type Bill, type BillType, billWord, writeBill } from './bills.ts'
import { required, text } from './fields.ts'
import type { Method } from './methods.ts'
import type { Works } from './money.ts'
import { refuseBusiness, withoutPrefix } from './refusal.ts'
import { zip } from './zip.ts'

/* `alipay.data.dataservice.bill.downloadurl.query`, and what lies behind the address it gives (alipay.md 11). */

/** An address that was given out: whose bill, of which days, and until when it is good. */
export type BillLink = {
  readonly token: string
  readonly pid: string
  readonly type: BillType
  readonly from: Instant
  readonly until: Instant
  readonly at: Instant
  readonly harm?: BillHarm
}

const linkLivesMs = 30_000
const dayMs = 86_400_000
const nineMs = 9 * 3_600_000

const downloadUrl: Method = (works, call) =>
  withoutPrefix(() => {
    const now = works.clock.now()
    const type = required(call.biz, 'bill_type', 30)
    if (type !== 'trade' && type !== 'signcustomer') return refuseBusiness('TYPE_NOT_SUPPORTED', '账单类型不支持')
    text(call.biz, 'smid', 20)
    const { from, until, readyAt } = period(required(call.biz, 'bill_date', 10))
    const tooEarly = from < now - 6 * 365 * dayMs
    if (until > now || tooEarly) return refuseBusiness('INVAILID_ARGUMENTS', '账单日期不在可查询范围内')
    if (works.faults.take('bill-not-ready') || now < readyAt) return refuseBusiness('BILL_NOT_EXIST', '账单不存在')
    const harm = billHarms.find(
      (one) => one.startsWith('flow-') === (type === 'signcustomer') && works.faults.take(one) !== null,
    )
    const link: BillLink = {
      ...{ token: randomBytes(16).toString('hex'), pid: call.caller.pid, type, from, until, at: now },
      ...(harm === undefined ? {} : { harm }),
    }
    works.book.billLinks.put(link.token, link)
    const { rows } = writeBill(type, works.book, { ...link, now })
    return {
      bill_download_url: addressOf(works, link),
      ...(rows === 0 ? { bill_file_code: 'EMPTY_DATA_WITH_BILL_FILE' } : {}),
    }
  })

/** A day, ready at nine on the next one; or a month, ready on the fourth of the next one. */
function period(date: string): { from: Instant; until: Instant; readyAt: Instant } {
  const isMonth = /^\d{4}-\d{2}$/.test(date)
  const from = readBeijing(`${isMonth ? `${date}-01` : date} 00:00:00`)
  if (from === null) return refuseBusiness('INVAILID_ARGUMENTS', '账单日期格式错误')
  const until = isMonth ? nextMonth(from) : ((from + dayMs) as Instant)
  return { from, until, readyAt: (until + nineMs + (isMonth ? 3 * dayMs : 0)) as Instant }
}

function nextMonth(from: Instant): Instant {
  const next = beijing((from + 31 * dayMs) as Instant).slice(0, 7)
  return readBeijing(`${next}-01 00:00:00`) as Instant
}

const stamp = (at: Instant): string => beijing(at).slice(0, 10).replaceAll('-', '')

function addressOf({ url }: Works, { token, type, pid, from }: BillLink): string {
  const query = new URLSearchParams({
    bizType: type,
    userId: `${pid}0156`,
    fileType: 'csv.zip',
    downloadFileName: `${pid}0156_${stamp(from)}.csv.zip`,
    token,
  })
  return `${url()}/bill/download.htm?${query}`
}

export const billMethods: Readonly<Record<string, Method>> = {
  'alipay.data.dataservice.bill.downloadurl.query': downloadUrl,
}

/** The archive behind an address; null once its half minute is over. */
export function downloadBill(works: Works, token: string): Buffer | null {
  const link = works.book.billLinks.get(token)
  if (!link || works.clock.now() - link.at > linkLivesMs) return null
  const { type, pid, from } = link
  const bill = writeBill(type, works.book, { ...link, now: works.clock.now() })
  const name = `${pid}0156_${stamp(from)}_${billWord[type]}明细`
  const file = (lines: readonly string[]) => gbk(lines.map((line) => `${line}\r\n`).join(''))
  const bytes = zip([
    { name: `${name}.csv`, bytes: file(spoilt(works, bill)) },
    { name: `${name}(汇总).csv`, bytes: file(bill.summary) },
  ])
  return works.faults.take('bill-cut') ? bytes.subarray(0, bytes.length >> 1) : bytes
}

/** The lines, as badly as it was asked for. */
function spoilt({ faults }: Works, { lines }: Bill): readonly string[] {
  const isRow = (line: string, index: number) => !line.startsWith('#') && index > 4
  const first = lines.findIndex(isRow)
  if (first >= 0 && faults.take('bill-row-lost')) return lines.toSpliced(first, 1)
  if (faults.take('bill-end-lost')) return lines.slice(0, Math.max(5, lines.length - 4))
  if (faults.take('bill-mangled')) return lines.map((line, index) => (isRow(line, index) ? mangled(line) : line))
  if (faults.take('bill-of-another')) return lines.with(1, '#账号：[20880000000000990156]')
  if (faults.take('bill-of-another-day'))
    return lines.with(2, '#起始日期：[2020年01月01日 00:00:00]   终止日期：[2020年01月01日 23:59:59]')
  if (faults.take('bill-new-column'))
    return lines.map((line, index) => (index === 4 ? `${line},新列` : isRow(line, index) ? `${line},1` : line))
  return lines
}

/** What a spreadsheet makes of long numbers when somebody opens the file and saves it. */
const mangled = (line: string): string =>
  line.replaceAll(/\b(\d)(\d{5})\d{10,}\t/g, (whole, first, next) => `${first}.${next}E+${whole.length - 2}`)
