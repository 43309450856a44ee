import type { CodeLine } from '@lanepay/cloud/code/api.ts'
import { useTexts } from '../../kit/language.ts'
import { texts } from './texts.ts'

/** How the place of a code is called: `出口 南门`, or where it hangs inside. */
export function usePlace(): (line: Pick<CodeLine, 'kind' | 'lane'>) => string {
  const t = useTexts(texts)
  return ({ kind, lane }) => (lane === null ? t.inside : `${t.kinds[kind]} ${lane.name}`)
}
