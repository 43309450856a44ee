import type { ProblemTexts } from './problem-texts.ts'

/** What may be wrong with cards and lists, in words. */
export const vehicleProblems: ProblemTexts = {
  'plate-malformed': { zh: '这不是车牌，请检查。', en: 'This is no plate: look again.' },
  'plate-twice': { zh: '同一个车牌写了两次。', en: 'A plate is there twice.' },
  'plate-on-card': {
    zh: '有车牌同一时间在另一张卡上：一个车牌只能有一张卡。按车牌查找，先改那张卡。',
    en: 'A plate is on another card at the same time. Find that card by the plate and change it first.',
  },
  'plate-blocked': { zh: '这个车牌在黑名单里，请先移除。', en: 'This plate is blocked: take it off that list first.' },
  'plate-free': { zh: '这个车牌在免费名单里，请先移除。', en: 'This plate is free: take it off that list first.' },
  'card-taken': { zh: '已有这个卡号。', en: 'There is a card of this name.' },
  'card-unknown': { zh: '没有这张卡。', en: 'There is no such card.' },
  'card-stopped': {
    zh: '这张卡已停用；用同一卡号重新开卡。',
    en: 'This card was stopped; open it again under its name.',
  },
  'product-unknown': { zh: '没有这个产品。', en: 'There is no such product.' },
  'product-ended': { zh: '这个产品已停售。', en: 'This product is not sold any more.' },
  'product-taken': { zh: '已有同名的产品。', en: 'A product of this name is sold.' },
  'ends-before': { zh: '结束要晚于开始。', en: 'It ends after it begins.' },
  'not-listed': { zh: '名单里没有这个车牌。', en: 'This plate is not on the list.' },
  'too-many': { zh: '一个车场最多 2 万条。', en: 'A lot takes 20,000 of them at most.' },
  'lot-decides-itself': {
    zh: '这个车场由自己的收费软件管理车辆，请在那里修改。',
    en: 'Charging software of its own decides at this lot: change it there.',
  },
  'lot-has-no-word': {
    zh: '这个车场的收费软件收不了这样的内容：访客、车位总数、分时段的月卡、有时间的黑名单；只来问黑名单的，别的都收不了。',
    en: 'The charging software of this lot cannot be told this: guests, how many fit in, cards for a part of the day, blocks with a time; if it only asks who is blocked, nothing else.',
  },
  'row-unknown': { zh: '这一条已经不用处理了。', en: 'Nothing is to be done about this row any more.' },
}
