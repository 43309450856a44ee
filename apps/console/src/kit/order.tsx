import { useAddress } from './address.ts'
import { ChoiceField } from './field.tsx'
import { useTexts } from './language.ts'

const texts = {
  zh: { order: '顺序', desc: '最新在前', asc: '最早在前' },
  en: { order: 'Order', desc: 'Newest first', asc: 'Oldest first' },
}

/** How a list that comes in pages stands, kept in the word `order` of the address; `usual`: as it does when nothing is said. */
export function OrderField({ usual = 'desc' }: { readonly usual?: 'asc' | 'desc' }) {
  const t = useTexts(texts)
  const { words, set } = useAddress()
  const other = usual === 'desc' ? 'asc' : 'desc'
  return (
    <ChoiceField
      label={t.order}
      name="order"
      value={words.order === other ? other : usual}
      onChange={(order) => set({ order: order === usual ? undefined : order, after: undefined, before: undefined })}
      options={(['desc', 'asc'] as const).map((value) => ({ value, label: t[value] }))}
    />
  )
}
