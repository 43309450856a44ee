import type { RefundCourse } from './refunds.ts'
import type { Works } from './works.ts'

const usualRefundMs = 2_000
const hour = 3_600_000

/** How the next refund goes: what was commanded beforehand, or plain success after the usual delay. */
export function refundCourse({ faults }: Works): RefundCourse {
  const notEnough = faults.take('refund-not-enough') !== null
  const abnormal = notEnough ? null : faults.take('refund-abnormal')
  const closed = notEnough || abnormal ? null : faults.take('refund-closed')
  const slow = notEnough ? null : faults.take('refund-slow')
  return {
    notEnough,
    saysNo: !notEnough && faults.take('refund-done-and-refused') !== null,
    endsAs: abnormal ? 'ABNORMAL' : closed ? 'CLOSED' : 'SUCCESS',
    afterMs: slow ? (slow.ms ?? hour) : usualRefundMs,
  }
}
