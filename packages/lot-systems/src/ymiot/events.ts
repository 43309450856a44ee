import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { CalledEvent, HttpPost, PostAnswer, PostRead } from '../called.ts'
import { parseObject } from '../raw.ts'
import { isSameSign } from '../same-sign.ts'
import { instantOf, type Members, objectOf, textOf } from '../values.ts'
import { ymiotSign } from './sign.ts'
import type { YmiotSettings } from './ymiot.ts'

/** What Yunmeng's cloud says happened (lot-devices.md 5.4); null: a picture, or without what names a stay. Lanes go by their gates' names. */
export function ymiotEvent(method: unknown, said: Members): CalledEvent | null {
  const [stay, plate, lane] = [textOf(said.orderNo), textOf(said.carNo), textOf(said.gateName)]
  const [enteredAt, leftAt] = [instantOf(said.enterTime), instantOf(said.outTime)]
  if (stay === null || plate === null) return null
  if (method === 'Car_EnterCar' && enteredAt !== null)
    return { kind: 'entered', stay, plate, colour: 'unknown', lane, enteredAt }
  if (method === 'Car_OutCar' && leftAt !== null) return { kind: 'left', stay, plate, enteredAt, lane, leftAt }
  return null
}

/** What it posts: how the signature treats what is nested is not known, so the key in the address it was given is what is believed. */
export function ymiotEvents(
  { path, body }: HttpPost,
  { settings, now }: { readonly settings: YmiotSettings; readonly now: number },
): Result<PostRead, PostAnswer> {
  const { secret, keyOrder = 'letters' } = settings
  const answer = (status: number, code: string, msg: string): PostAnswer => {
    const said = { code, msg, rand: String(now) }
    const sign = ymiotSign(said, secret, keyOrder)
    return { status, contentType: 'application/json', body: JSON.stringify({ ...said, sign }) }
  }
  const key = new URLSearchParams(path.split('?')[1] ?? '').get('key')
  if (!isSameSign(settings.eventKey, key)) return err(answer(401, '0', '密钥错误'))
  const object = parseObject(body)
  const data = object.ok ? objectOf(object.value.data) : null
  if (!object.ok || data === null) return err(answer(400, '0', '数据格式错误'))
  if (textOf(data.key) !== settings.parkKey) return err(answer(404, '0', 'key'))
  const event = ymiotEvent(object.value.method, data)
  return ok({ events: event === null ? [] : [event], answer: answer(200, '1', '成功') })
}
