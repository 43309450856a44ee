import { useTexts } from '../../kit/language.ts'
import { Page } from '../../kit/page.tsx'
import { Looks } from './looks.tsx'
import { texts } from './texts.ts'

/** What an operator sees of those who looked at its view. */
export default function OwnLooks() {
  const t = useTexts(texts)
  return (
    <Page title={t.title} lead={t.lead}>
      <Looks path="/api/operator/looks" label={t.title} />
    </Page>
  )
}
