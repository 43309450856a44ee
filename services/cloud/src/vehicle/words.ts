import type { Text } from './api.ts'
import type { VehicleRefusal } from './decide.ts'
import type { WithoutWord } from './rows.ts'

const text = (zh: string, en: string): Text => ({ zh, en })

/** A refusal in words that a property manager understands; leave one out and this stops compiling. */
export function refusalTexts(refusal: VehicleRefusal): Text {
  switch (refusal.kind) {
    case 'plate-malformed':
      return text(`第 ${refusal.at + 1} 个车牌不对。`, `Plate ${refusal.at + 1} is no plate.`)
    case 'plate-twice':
      return text(`${refusal.plate} 写了两次。`, `${refusal.plate} is there twice.`)
    case 'plate-on-card':
      return text(
        `${refusal.plate} 同一时间在 ${refusal.card} 卡上：一个车牌只能有一张卡。`,
        `${refusal.plate} is on card ${refusal.card} at the same time: one plate has one card.`,
      )
    case 'plate-blocked':
      return text(
        `${refusal.plate} 在黑名单里，请先移除。`,
        `${refusal.plate} is blocked: take it off that list first.`,
      )
    case 'plate-free':
      return text(`${refusal.plate} 在免费名单里，请先移除。`, `${refusal.plate} is free: take it off that list first.`)
    case 'card-taken':
      return text('已有这个卡号。', 'There is a card of this name.')
    case 'card-unknown':
      return text('没有这张卡。', 'There is no such card.')
    case 'card-stopped':
      return text('这张卡已停用；用同一卡号重新开卡。', 'This card was stopped; open it again under its name.')
    case 'product-unknown':
      return text('没有这个产品。', 'There is no such product.')
    case 'product-ended':
      return text('这个产品已停售。', 'This product is not sold any more.')
    case 'ends-before':
      return text('结束要晚于开始。', 'It ends after it begins.')
    case 'not-listed':
      return text('名单里没有这个车牌。', 'This plate is not on the list.')
    case 'too-many':
      return text('一个车场最多 2 万条。', 'A lot takes 20,000 of them at most.')
    case 'lot-has-no-word':
      return withoutWords[refusal.what]
  }
}

const withoutWords = {
  guests: text(
    '这个车场的收费软件没有访客名单：有时间的请放进免费名单。',
    'The charging software of this lot has no guests: put them on the free list, with their time.',
  ),
  capacity: text(
    '车位数由这个车场的收费软件自己管。',
    'How many fit in, the charging software of this lot counts itself.',
  ),
  windows: text(
    '这个车场的收费软件收不了分时段的月卡。',
    'The charging software of this lot cannot be told of cards for a part of the day.',
  ),
  'blocked-times': text(
    '这个车场的收费软件收不了有时间的黑名单：不填时间，到时再移除。',
    'The charging software of this lot cannot be told when a block begins or ends: leave the times out, and remove it then.',
  ),
  'all-but-blocked': text(
    '这个车场的收费软件只在入场前来问黑名单：别的请在那里修改。',
    'The charging software of this lot only asks before an entry who is blocked: change everything else there.',
  ),
} as const satisfies Readonly<Record<WithoutWord, Text>>
