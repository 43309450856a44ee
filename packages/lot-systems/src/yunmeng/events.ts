import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { CalledEvent, HttpPost, PostAnswer, PostRead } from '../called.ts'
import { parseObject } from '../raw.ts'
import { instantOf, type Members, objectOf, textOf, wholeOf } from '../values.ts'
import { isYunmengSigned } from './sign.ts'
import type { YunmengSettings } from './yunmeng.ts'

const answer = (status: number, ResultCode: number, ResultMsg: string): PostAnswer => ({
  ...{ status, contentType: 'application/json' },
  body: JSON.stringify({ ResultCode, ResultMsg }),
})

/** What the software calls back with: signed as our calls are. Which call-back it is shows in what it says. */
export function yunmengEvents(
  { body }: HttpPost,
  { settings }: { readonly settings: YunmengSettings },
): Result<PostRead, PostAnswer> {
  const object = parseObject(body)
  if (!object.ok) return err(answer(400, 400, '数据格式错误'))
  if (!isYunmengSigned(settings.secret, body)) return err(answer(401, 401, '签名错误'))
  if (textOf(object.value.ParkKey) !== settings.parkKey) return err(answer(404, 404, 'ParkKey'))
  const event = yunmengEvent(objectOf(object.value.Data) ?? {})
  return ok({ events: event === null ? [] : [event], answer: answer(200, 200, '操作成功') })
}

/** A passage in or out (`InOutType` 1, 0), or a record with its entry and perhaps its exit; null: about something else. */
function yunmengEvent(said: Members): CalledEvent | null {
  const [stay, plate] = [textOf(said.OrderNo), textOf(said.LicensePlateNumber)]
  if (stay === null || plate === null) return null
  const [passedAt, direction] = [instantOf(said.PassageTime), wholeOf(said.InOutType)]
  const enteredAt = direction === 1 ? passedAt : instantOf(said.EntryTime)
  const leftAt = direction === 0 ? passedAt : instantOf(said.ExitTime)
  const lane = textOf(said.PassageLaneNo) ?? textOf(leftAt === null ? said.EntryLaneNo : said.ExitLaneNo)
  if (leftAt !== null) return { kind: 'left', stay, plate, enteredAt, lane, leftAt }
  return enteredAt === null ? null : { kind: 'entered', stay, plate, colour: 'unknown', lane, enteredAt }
}
