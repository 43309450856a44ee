import { useTexts } from '../../kit/language.ts'
import { Lines } from './lines.tsx'
import { texts } from './texts.ts'

/** What was done at the operator on the screen. */
export default function Trail() {
  const t = useTexts(texts)
  return <Lines title={t.title} path="~/trail" />
}
