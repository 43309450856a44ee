import { useTexts } from '../../kit/language.ts'
import { LotsToOpen } from '../codes/lots.tsx'
import { texts } from './texts.ts'

/** Of which of its lots an attendant goes round the codes. */
export default function PatrolLots() {
  const { title, lead } = useTexts(texts)
  return <LotsToOpen title={title} lead={lead} path={(lot) => `/codes/${lot}/patrols`} />
}
