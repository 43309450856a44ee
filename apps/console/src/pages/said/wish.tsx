import type { WishEndAsk } from '@lanepay/cloud/bolink/api.ts'
import { useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { useTexts } from '../../kit/language.ts'
import { say } from '../../kit/said.tsx'
import { problems, texts } from './texts.ts'

const ends = ['issued', 'refused'] as const satisfies readonly WishEndAsk['state'][]

/** Says what became of an invoice that is wanted: made, under its number, or not, and why. Once. */
export function EndWish({ lot, number }: { readonly lot: number; readonly number: string }) {
  const t = useTexts(texts)
  const tell = useTell<WishEndAsk>(`~/lots/${lot}/said/invoice-wish/${encodeURIComponent(number)}/end`)
  return ends.map((state) => (
    <Because
      key={state}
      label={t.end[state]}
      title={t.endTitle[state](number)}
      what={t.endWhat[state]}
      asked={t.endAsked[state]}
      sure={t.end[state]}
      own={problems}
      act={async (because) => {
        await tell.mutateAsync({ state, because })
        say(t.ended[state])
      }}
    />
  ))
}
