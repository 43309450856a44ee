import type { OwnLot } from '@lanepay/cloud/staff/api.ts'
import { useAsk } from '../../kit/ask.ts'
import { useHere, useLot } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { SoftwareSays } from '../../kit/software-says.tsx'
import { texts } from './texts.ts'

/** So many lots are looked at together; of more, the one that is chosen. */
const atOnce = 20

/** Attendants whom charging software of the operator's lots has named: nobody of them signs in here. */
export function SoftwareStaff() {
  const t = useTexts(texts)
  const { operator } = useHere()
  const chosen = useLot()
  const lots = useAsk<readonly OwnLot[]>(operator === null ? null : '/api/me/lots', { operator: operator ?? '' })
  const all = lots.data ?? []
  const shown = chosen === undefined ? all : all.filter(({ lot }) => String(lot) === chosen)
  if (shown.length > atOnce) return null
  return shown.map(({ lot, name }) => (
    <SoftwareSays key={lot} lot={lot} kind="staff" title={t.software(name)} what={t.softwareWhat} />
  ))
}
