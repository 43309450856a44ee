import { useAddress } from './address.ts'
import { ChoiceField } from './field.tsx'
import { useTexts } from './language.ts'

const texts = {
  zh: { order: '顺序', desc: '最新在前', asc: '最早在前', column: '按所选的列' },
  en: { order: 'Order', desc: 'Newest first', asc: 'Oldest first', column: 'By the chosen column' },
}

/**
 * How a list that comes in pages stands, kept in the word `order` of the address; `usual`: as it does when nothing is said. `isSorted`: a heading of
 * it was pressed, and that order holds until one of time is chosen.
 */
export function OrderField({
  usual = 'desc',
  isSorted = false,
}: {
  readonly usual?: 'asc' | 'desc'
  readonly isSorted?: boolean
}) {
  const t = useTexts(texts)
  const { words, set } = useAddress()
  const other = usual === 'desc' ? 'asc' : 'desc'
  return (
    <ChoiceField
      label={t.order}
      name="order"
      value={isSorted ? 'column' : words.order === other ? other : usual}
      onChange={(order) =>
        set({ order: order === usual ? undefined : order, sort: undefined, after: undefined, before: undefined })
      }
      options={(isSorted ? (['column', 'desc', 'asc'] as const) : (['desc', 'asc'] as const)).map((value) => ({
        value,
        label: t[value],
      }))}
    />
  )
}
