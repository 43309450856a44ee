import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { PlateColour } from '@lanepay/domain/types.ts'
import type { CalledEvent, HttpPost, PostAnswer, PostRead } from '../called.ts'
import { plateOfRecord } from '../unplated.ts'
import { instantOf, textOf } from '../values.ts'
import { formOf } from './form.ts'
import { isPyunSigned } from './sign.ts'
import type { PyunSettings } from './wire.ts'

type Form = Readonly<Record<string, string>>
const answer = (code: number, message: string, more: Form = {}): PostAnswer => ({
  status: code,
  contentType: 'application/json;charset=utf-8',
  body: JSON.stringify({ code: String(code), message, ...more }),
})
/** Taken, so that a record that will never be right does not hold up those behind it; the hint says what is wrong with it. */
export const ignored = (hint: string): PostAnswer => answer(200, '已忽略当前请求', { hint })
/** To whom asks whether a vehicle may come in: as the lot itself decides, or not at all. */
const asItDecides = answer(200, 'OK', { status: '0' })
const turnedAway = answer(200, '禁止入场', { status: '-1' })

const colours: Readonly<Record<string, PlateColour>> = { 1: 'blue', 2: 'yellow', 3: 'white', 4: 'black', 5: 'green' }

/**
 * What the lot tells us (lot-devices.md 5.1): forms at `enter` and `leave`, times in ms, lanes by their names; at `enter/before` it asks. A wrong signature is
 * refused, not ignored: until the secret is put right the software keeps what it could not tell.
 */
export function pyunEvents(
  { path, body }: HttpPost,
  { settings }: { readonly settings: PyunSettings },
): Result<PostRead, PostAnswer> {
  const form = formOf(body)
  if (form.park_uuid !== settings.parkUuid || !isPyunSigned(form, settings.appSecret))
    return err(answer(403, '访问被拦截', { hint: '签名验证不通过' }))
  const [what = ''] = path.split('?')
  if (what.endsWith('/enter/before')) {
    const plate = plateIn(form)
    return ok({
      ...{ events: [], answer: asItDecides },
      ...(plate === null ? {} : { blocked: { plate, answer: turnedAway } }),
    })
  }
  const reader = readers[what.slice(what.lastIndexOf('/') + 1)]
  if (!reader) return ok({ events: [], answer: answer(200, 'OK') })
  const event = reader(form)
  return typeof event === 'string'
    ? ok({ events: [], answer: ignored(`参数\`${event}\`未传递`) })
    : ok({ events: [event], answer: answer(200, 'OK') })
}

/** The event, or the name of the member that is missing. */
const readers: Readonly<Record<string, (said: Form) => CalledEvent | string>> = {
  enter: (said) => {
    const [stay, plate, enteredAt] = [textOf(said.parking_serial), plateIn(said), instantOf(said.enter_time)]
    if (stay === null) return 'parking_serial'
    if (plate === null) return 'plate'
    if (enteredAt === null) return 'enter_time'
    const colour = colours[said.plate_color ?? ''] ?? 'unknown'
    return { kind: 'entered', stay, plate, colour, lane: textOf(said.enter_gate), enteredAt }
  },
  leave: (said) => {
    const [stay, plate, leftAt] = [textOf(said.parking_serial), plateIn(said), instantOf(said.leave_time)]
    if (stay === null) return 'parking_serial'
    if (plate === null) return 'plate'
    if (leftAt === null) return 'leave_time'
    return { kind: 'left', stay, plate, enteredAt: instantOf(said.enter_time), lane: textOf(said.leave_gate), leftAt }
  },
}
const plateIn = (said: Form): string | null => {
  const plate = textOf(said.plate) ?? textOf(said.card_id)
  return plate === null ? null : plateOfRecord(plate)
}
