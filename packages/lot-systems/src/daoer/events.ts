import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { CalledEvent, HttpPost, PostAnswer, PostRead } from '../called.ts'
import { parseObject } from '../raw.ts'
import { plateOfRecord } from '../unplated.ts'
import { instantOf, type Members, objectOf, textOf, wholeOf } from '../values.ts'
import { isDaoerSigned } from './sign.ts'
import type { DaoerSettings } from './wire.ts'

const answer = (code: number, msg: string): PostAnswer => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify({ code, msg }),
})

/** What Daoer's cloud tells us (third-party-wallets.md B.2): signed by the same key, answered by the same codes. */
export function daoerEvents(
  { body }: HttpPost,
  { settings }: { readonly settings: DaoerSettings },
): Result<PostRead, PostAnswer> {
  const object = parseObject(body)
  if (!object.ok) return err(answer(4021, '数据格式错误'))
  if (!isDaoerSigned(body, settings.key)) return err(answer(401, '签名错误'))
  const content = objectOf(object.value.bizContent)
  if (content === null) return err(answer(400, 'bizContent'))
  if (textOf(content.parkCode) !== settings.parkCode) return err(answer(404, 'parkCode'))
  const read = Object.hasOwn(readers, String(object.value.serviceName))
    ? readers[String(object.value.serviceName)]!(content)
    : ok(null)
  if (!read.ok) return err(answer(400, read.error))
  return ok({ events: read.value === null ? [] : [read.value], answer: answer(200, '成功') })
}

type Reader = (said: Members) => Result<CalledEvent | null, string>
/** The vehicle and its record; the name of the first member that is missing. */
const record = (said: Members, time: string): Result<{ stay: string; plate: string; at: number }, string> => {
  const stay = textOf(said.recordNo)
  const plate = textOf(said.plateNum)
  const at = instantOf(said[time])
  if (stay === null) return err('recordNo')
  if (plate === null) return err('plateNum')
  return at === null ? err(time) : ok({ stay, plate: plateOfRecord(plate), at })
}
const readers: Readonly<Record<string, Reader>> = {
  enterNotify: (said) => {
    const read = record(said, 'enterTime')
    if (!read.ok) return read
    const { stay, plate, at } = read.value
    return ok({ kind: 'entered', stay, plate, colour: 'unknown', lane: textOf(said.inChannelid), enteredAt: at })
  },
  leaveNotify: (said) => {
    const read = record(said, 'leaveTime')
    if (!read.ok) return read
    const { stay, plate, at } = read.value
    const enteredAt = instantOf(said.enterTime)
    return ok({ kind: 'left', stay, plate, enteredAt, lane: textOf(said.outChannelid), leftAt: at })
  },
  preLeaveNotify: (said) => {
    const read = record(said, 'leaveTime')
    const lane = textOf(said.outChannelid)
    if (!read.ok) return read
    const { stay, plate, at } = read.value
    // An attendant has scanned what the driver showed.
    const payCode = wholeOf(said.sweepCode) === 1 ? textOf(said.sweepAuthCode) : undefined
    if (payCode === null) return err('sweepAuthCode')
    if (lane === null) return payCode === undefined ? ok(null) : err('outChannelid')
    return ok({ kind: 'at-lane', stay, plate, lane, at, ...(payCode === undefined ? {} : { payCode }) })
  },
}
