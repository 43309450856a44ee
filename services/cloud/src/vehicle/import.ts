import type { Sheet } from '../sheet/sheet.ts'
import type { ImportView, Text } from './api.ts'
import {
  type Change,
  changeOf,
  checkedCard,
  dayOf,
  noChange,
  type PlatesOnCards,
  platesOf,
  platesOnCards,
  putOn,
  type VehicleRefusal,
} from './decide.ts'
import { columnsOf, dayIn, type Headings, text } from './import-table.ts'
import type { Card, Kept, Product } from './lists.ts'
import { refusalTexts } from './words.ts'

/*
 * Month cards out of a table that a property manager keeps: what each line would do, decided one after the other against all that is kept
 * and the lines before it. The same file again does nothing, so it may be sent again after whatever became of the first time.
 */

type Holder = { readonly name: string; readonly phone: string }
type Field = 'card' | 'product' | 'plates' | 'spaces' | 'from' | 'until' | 'name' | 'phone'
export const headings: Headings<Field> = {
  card: ['卡号', 'Card', '月卡号', '编号', 'card number'],
  product: ['产品', 'Product', '套餐', '卡类型', '类型', 'type'],
  plates: ['车牌', 'Plates', '车牌号', '车牌号码', 'plate'],
  spaces: ['车位数', 'Spaces', '车位'],
  from: ['开始日期', 'From', '开始', '生效日期', '起始日期'],
  until: ['到期日期', 'Last day', '到期', '截止日期', '有效期至', '结束日期', 'until', 'to'],
  name: ['姓名', 'Name', '车主', '持卡人', 'holder'],
  phone: ['电话', 'Phone', '手机', '手机号', '联系电话', 'telephone'],
}
const needed: readonly Field[] = ['card', 'plates', 'from', 'until']

export type ImportLine = ImportView['lines'][number]
export type Imported = { readonly fault: Text | null; readonly lines: readonly ImportLine[]; readonly change: Change }

/** Opens and seals whose a card is: what is compared is what was typed, what is kept is sealed. */
export type Holders = { same(card: Card, holder: Holder): boolean; seal(id: string, holder: Holder): string }

export function importCards(
  kept: Kept,
  sheet: Sheet,
  asked: {
    /** Of lines that name none. */
    readonly product: string
    /** Which lines are taken; null: all without a mistake. */
    readonly chosen: ReadonlySet<number> | null
    readonly newId: () => string
    readonly holders: Holders
  },
): Imported {
  const { columns, fault } = columnsOf(sheet[0] ?? [], headings, needed)
  if (fault) return { fault, lines: [], change: noChange }
  const byName = new Map(kept.cards.map((card) => [card.card, card]))
  const on = platesOnCards(kept.cards)
  const seen = new Set<string>()
  const lines: ImportLine[] = []
  let change = noChange
  for (const [n, row] of sheet.entries()) {
    const line = n + 1
    if (n === 0 || row.every((cell) => cell.trim() === '')) continue
    const cell = (field: Field): string => (row[columns[field] ?? -1] ?? '').trim()
    const told = {
      line,
      card: cell('card'),
      plates: cell('plates')
        .split(/[,，;；、\s/|]+/)
        .filter((one) => one !== ''),
    }
    const read = cardIn(kept.products, asked.product, cell, told.plates)
    const twice = seen.has(told.card)
    if (read.ok) seen.add(told.card)
    if (!read.ok || twice) {
      const { field, why } = read.ok
        ? { field: 'card', why: text('文件里前面已有这个卡号。', 'A line before it has this card.') }
        : read
      lines.push({ ...told, does: 'wrong', field, why })
      continue
    }
    const former = byName.get(told.card)
    const { holder, ...rest } = read.card
    const id = former?.id ?? asked.newId()
    const keeps = former !== undefined && (holder === null || asked.holders.same(former, holder))
    const card: Card = {
      ...{ ...rest, id, stoppedAt: null },
      // A file says days; a card that was opened by the hour keeps its hours.
      from: former !== undefined && dayOf(former.from) === dayOf(rest.from) ? former.from : rest.from,
      until: former !== undefined && dayOf(former.until - 1) === dayOf(rest.until - 1) ? former.until : rest.until,
      holder: keeps ? former.holder : holder === null ? null : asked.holders.seal(id, holder),
    }
    const does =
      former === undefined || former.stoppedAt !== null ? 'opens' : isSame(former, card) ? 'nothing' : 'changes'
    const isTaken = asked.chosen === null || asked.chosen.has(line)
    const checked = checkedCard(on, card)
    if (!checked.ok) {
      lines.push({
        ...told,
        plates: card.plates,
        does: 'wrong',
        field: fieldOf(checked.error),
        why: refusalTexts(checked.error),
      })
      continue
    }
    lines.push({ ...told, plates: card.plates, does, why: null })
    if (does === 'nothing' || !isTaken) continue
    takeOff(on, former)
    putOn(on, card)
    const { cards, steps } = changeOf(card, does === 'opens' ? 'opened' : 'changed', `line ${line} of a file`, null)
    change = { ...change, cards: [...change.cards, ...cards], steps: [...change.steps, ...steps] }
  }
  return { fault: null, lines, change }
}

/** Which column a refusal is about. */
const fieldOf = ({ kind }: VehicleRefusal): Field =>
  kind.startsWith('plate')
    ? 'plates'
    : kind.startsWith('product')
      ? 'product'
      : kind === 'ends-before'
        ? 'until'
        : 'card'

type Read =
  | { readonly ok: true; readonly card: Omit<Card, 'id' | 'stoppedAt' | 'holder'> & { readonly holder: Holder | null } }
  | { readonly ok: false; readonly field: Field; readonly why: Text }

function cardIn(
  products: readonly Product[],
  usual: string,
  cell: (field: Field) => string,
  unchecked: readonly string[],
): Read {
  const wrong = (field: Field, zh: string, en: string): Read => ({ ok: false, field, why: text(zh, en) })
  const card = cell('card')
  if (!/^[^\p{Cc}]{1,40}$/u.test(card))
    return wrong('card', '卡号要 1 到 40 个字符。', 'A card is named by 1 to 40 characters.')
  const named = cell('product')
  const product = products.find((one) => !one.ended && (named === '' ? one.id === usual : one.name === named))
  if (!product) return wrong('product', `没有在售的产品“${named}”。`, `No product that is sold is called "${named}".`)
  if (unchecked.length === 0 || unchecked.length > 20)
    return wrong('plates', '一张卡要 1 到 20 个车牌。', 'A card has 1 to 20 plates.')
  const plates = platesOf(unchecked)
  if (!plates.ok) {
    const refusal: VehicleRefusal = plates.error
    return {
      ...{ ok: false, field: fieldOf(refusal) },
      why:
        refusal.kind === 'plate-malformed'
          ? text(`“${unchecked[refusal.at]}”不是车牌。`, `"${unchecked[refusal.at]}" is no plate.`)
          : refusalTexts(refusal),
    }
  }
  const spaces = cell('spaces') === '' ? product.spaces : Number(cell('spaces'))
  if (!Number.isInteger(spaces) || spaces < 1 || spaces > 20)
    return wrong('spaces', '车位数是 1 到 20 的整数。', 'Spaces are a whole number from 1 to 20.')
  const [from, last] = [dayIn(cell('from')), dayIn(cell('until'))]
  if (from === null) return wrong('from', '开始日期写成 2026-01-31。', 'The first day is written as 2026-01-31.')
  if (last === null) return wrong('until', '到期日期写成 2026-01-31。', 'The last day is written as 2026-01-31.')
  const name = cell('name')
  const phone = cell('phone')
  if (!/^[^\p{Cc}]{0,60}$/u.test(name))
    return wrong('name', '姓名最多 60 个字符。', 'A name has 60 characters at most.')
  if (!/^$|^[0-9+ -]{5,20}$/.test(phone))
    return wrong(
      'phone',
      '电话只能有数字、空格、+ 和 -，5 到 20 位。',
      'A telephone number is 5 to 20 digits, spaces, + and -.',
    )
  return {
    ok: true,
    card: {
      ...{ card, product: product.id, plates: plates.value, spaces },
      // The last day is one of the card.
      ...{ from: from, until: last + 86_400_000 },
      holder: name === '' && phone === '' ? null : { name: name === '' ? '-' : name, phone },
    },
  }
}

const isSame = (a: Card, b: Card): boolean =>
  a.product === b.product &&
  a.spaces === b.spaces &&
  a.from === b.from &&
  a.until === b.until &&
  a.holder === b.holder &&
  [...a.plates].sort().join() === [...b.plates].sort().join()

function takeOff(on: PlatesOnCards, card: Card | undefined): void {
  for (const plate of card?.plates ?? [])
    on.set(
      plate,
      (on.get(plate) ?? []).filter(({ id }) => id !== card!.id),
    )
}
