import type { LinkView } from '@lanepay/cloud/application/api.ts'
import { useState } from 'react'
import { MadeLink, MakeLink, Queue } from '../../kit/application/queue.tsx'
import { useTexts } from '../../kit/language.ts'
import { Empty, Page } from '../../kit/page.tsx'
import { texts } from './texts.ts'

const path = '~/applications'
/** An operator's own applications, for one more lot. */
export default function OwnApplications() {
  const t = useTexts(texts)
  const [made, setMade] = useState<LinkView | null>(null)
  return (
    <Page title={t.title} lead={t.lead} actions={<MakeLink primary path={path} label={t.make} made={setMade} />}>
      {made && <MadeLink made={made} close={() => setMade(null)} />}
      <Queue
        path={path}
        actions={({ id }) => <MakeLink path={`${path}/${id}/link`} label={t.again} made={setMade} />}
        empty={
          <Empty title={t.none}>
            <p>{t.noneHow}</p>
          </Empty>
        }
      />
    </Page>
  )
}
