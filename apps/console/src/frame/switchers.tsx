import type { OperatorFound, OwnLot } from '@lanepay/cloud/staff/api.ts'
import { AutoComplete } from 'antd'
import { useState } from 'react'
import { useAsk } from '../kit/ask.ts'
import { Choice } from '../kit/field.tsx'
import { chosen, useHere } from '../kit/here.tsx'
import { useTexts } from '../kit/language.ts'

const texts = {
  zh: { operator: '运营方：名称或编号', all: '全部车场', lot: '车场', none: '（未选运营方）' },
  en: { operator: 'Operator: name or number', all: 'All lots', lot: 'Lot', none: '(no operator chosen)' },
}

/** Which operator the pages show, for persons of the platform: found by its name or number. */
export function OperatorSwitcher() {
  const t = useTexts(texts)
  const here = useHere()
  const [text, setText] = useState<string | null>(null)
  const isPlatforms = here.me.person.operator === null && here.me.person.partner === null
  const found = useAsk<readonly OperatorFound[]>(
    isPlatforms ? '/api/me/operators' : null,
    { text: text ?? here.operator ?? '' },
    { keepsOld: true },
  )
  if (!isPlatforms || here.look) return null
  const shown = found.data?.find(({ operator }) => operator === here.operator)
  return (
    <AutoComplete
      className="lp-operator"
      aria-label={t.operator}
      placeholder={t.operator}
      value={text ?? (shown ? `${shown.name} (${shown.operator})` : (here.operator ?? ''))}
      options={(found.data ?? []).map(({ operator, name }) => ({ value: operator, label: `${name} (${operator})` }))}
      onSearch={setText}
      onSelect={(operator: string) => {
        chosen.operator.set(operator)
        chosen.lot.set('')
        setText(null)
      }}
      onBlur={() => setText(null)}
    />
  )
}

/** Which of an operator's lots the pages show; all of them when none is chosen. */
export function LotSwitcher() {
  const t = useTexts(texts)
  const { operator } = useHere()
  const lot = chosen.lot.use()
  const lots = useAsk<readonly OwnLot[]>(operator === null ? null : '/api/me/lots', { operator: operator ?? '' })
  if (!lots.data || lots.data.length < 2) return null
  return (
    <Choice
      aria-label={t.lot}
      value={lot}
      onChange={chosen.lot.set}
      options={[
        { value: '', label: t.all },
        ...lots.data.map((one) => ({ value: String(one.lot), label: `${one.name} (${one.lot})` })),
      ]}
    />
  )
}
