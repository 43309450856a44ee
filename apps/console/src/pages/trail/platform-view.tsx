import { useTexts } from '../../kit/language.ts'
import { Lines } from './lines.tsx'
import { texts } from './texts.ts'

/** What was done anywhere. */
export default function PlatformTrail() {
  const t = useTexts(texts)
  return <Lines title={t.platformTitle} path="/api/platform/trail" withOperator />
}
