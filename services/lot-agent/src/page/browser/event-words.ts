import { becauseWords } from '@lanepay/domain/device-words.ts'
import type { GateCause, LotEvent } from '@lanepay/lot-link/messages.ts'
import { dayAndTime, moment, plateText, yuan } from './shown.ts'
import type { Language } from './texts/texts.ts'
import type { Texts } from './texts/zh-cn.ts'

/** What happened, in the parts of one line after its kind; a part that says nothing is left out. */
export function eventWords(event: LotEvent, now: number, t: Texts, language: Language): readonly string[] {
  const { log } = t
  const lane = 'lane' in event ? log.lane(event.lane) : ''
  const plate = 'plate' in event && event.plate ? plateText(event.plate) : ''
  const used = ({ coupons }: { readonly coupons?: readonly string[] }) =>
    coupons ? [log.coupons(coupons.join(', '))] : []
  return parts().filter((part) => part !== '')

  function parts(): readonly string[] {
    switch (event.kind) {
      case 'entered':
        return [lane, plate, event.as ? t.sessions.standing[event.as] : '', event.supersedes ? log.superseded : '']
      case 'refused':
        return [lane, plate, log.why[event.because] ?? event.because]
      case 'occupied':
        return [lane, plate || t.lane.unread]
      case 'vacated':
        return [lane, log.went[event.went]]
      case 'area-entered':
        return [lane, event.area, event.back ? log.went.back : '']
      case 'area-left':
        return [lane, event.area, event.back ? log.went.back : '', event.enteredAt === null ? log.notSeenGoingIn : '']
      case 'left':
        return [
          lane,
          log.how[event.how ?? 'left'],
          event.owedFen > 0 ? log.owing(yuan(event.owedFen)) : '',
          ...used(event),
        ]
      case 'unordered-passage':
      case 'unordered-opening':
      case 'misread-offered':
        return [lane, plate]
      case 'corrected':
        return [
          plate && log.to(plate),
          event.enteredAt === undefined ? '' : log.to(dayAndTime(event.enteredAt).replace('T', ' ')),
          event.vehicleClass === undefined ? '' : log.to(classWords(event.vehicleClass, t)),
          log.because(event.reason),
          log.by(event.by),
        ]
      case 'voided':
        return [log.because(event.reason), log.by(event.by)]
      case 'cash-taken':
        return [yuan(event.paidFen), log.by(event.by), log.until(moment(event.leaveBy, now)), ...used(event)]
      case 'cash-given-back':
        return [yuan(event.amountFen), log.because(event.reason), log.by(event.by)]
      case 'change-owed':
        return [
          yuan(event.amountFen),
          plate,
          t.kiosk.why[event.because] ?? event.because,
          event.by ? log.by(event.by) : '',
        ]
      case 'change-settled':
        return [yuan(event.amountFen), log.because(event.reason), log.by(event.by)]
      case 'change-overpaid':
        return [yuan(event.amountFen), event.booth === undefined ? '' : log.booth(event.booth)]
      case 'shift-opened':
        return [log.booth(event.booth), yuan(event.floatFen), log.by(event.by)]
      case 'shift-handed-over':
        return [
          log.booth(event.booth),
          log.counted(yuan(event.countedFen), yuan(event.expectedFen)),
          log.by(event.by),
          log.to(event.to),
        ]
      case 'in-force':
        return [log.version(event.what, event.version)]
      case 'cleared':
        return [yuan(event.paidFen), log.until(moment(event.leaveBy, now)), ...used(event)]
      case 'gate-opened':
      case 'gate-silent':
        return [lane, ...causeWords(event.cause, t)]
      case 'read-ignored':
        return [lane, plate, log.why[event.because] ?? event.because]
      case 'device':
        return [
          event.device,
          t.device.state[event.state],
          becauseWords(event.because, language),
          event.driftMs === undefined ? '' : clockWords(event.driftMs, t),
        ]
      default:
        return [] // a newer agent knows more kinds than this page
    }
  }
}

const causeWords = (cause: GateCause, { log }: Texts): readonly string[] => [
  log.cause[cause.kind] ?? cause.kind,
  ...(cause.kind === 'attendant' ? [log.because(cause.reason), log.by(cause.by)] : []),
  ...(cause.kind === 'nothing-owed' && cause.coupons ? [log.coupons(cause.coupons.join(', '))] : []),
]

/** A price list names its classes as it likes; the usual ones have words. */
export const classWords = (name: string, { vehicleClass }: Texts): string => vehicleClass[name] ?? name

/** Less than this is as good as right: a camera writes whole seconds. */
const rightWithinMs = 1_500

const secondsText = (offMs: number, { device }: Texts): string =>
  device.seconds((Math.abs(offMs) / 1000).toFixed(Math.abs(offMs) < 10_000 ? 1 : 0))

/** By how much this box's own clock differs from the cloud's, which is ahead by so much. */
export function ownClockWords(cloudOffMs: number, t: Texts): string {
  if (Math.abs(cloudOffMs) <= rightWithinMs) return t.system.ownClockAgrees
  const text = secondsText(cloudOffMs, t)
  return cloudOffMs > 0 ? t.system.ownClockBehind(text) : t.system.ownClockAhead(text)
}

export function clockWords(offMs: number | null, t: Texts): string {
  const { device } = t
  if (offMs === null) return device.clockUnknown
  if (Math.abs(offMs) <= rightWithinMs) return device.clockRight
  const text = secondsText(offMs, t)
  return offMs > 0 ? device.clockAhead(text) : device.clockBehind(text)
}
