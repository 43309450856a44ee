import { useTexts } from '../../kit/language.ts'
import { Page } from '../../kit/page.tsx'
import { LotsFound } from './lots-found.tsx'
import { texts } from './texts.ts'

/** Everybody's lots, found by number or name. */
export default function AllLots() {
  const t = useTexts(texts)
  return (
    <Page title={t.title} lead={t.lead}>
      <LotsFound />
    </Page>
  )
}
