import type { LinkView } from '@lanepay/cloud/application/api.ts'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { MadeLink, MakeLink, Queue } from '../../kit/application/queue.tsx'
import { useTexts } from '../../kit/language.ts'
import { Empty, Page } from '../../kit/page.tsx'
import { root } from '../../kit/ways.ts'
import { texts } from './texts.ts'

const path = '/api/platform/applications'
/** The desk of those who review: what waits, the oldest first. */
export default function Applications() {
  const t = useTexts(texts)
  const [, go] = useLocation()
  const [made, setMade] = useState<LinkView | null>(null)
  return (
    <Page
      title={t.title}
      lead={t.lead}
      actions={
        <>
          <MakeLink path={path} label={t.make} made={setMade} />
          <MakeLink path={path} body={{ kind: 'partner' }} label={t.makePartner} made={setMade} />
        </>
      }
    >
      {made && <MadeLink made={made} close={() => setMade(null)} />}
      <Queue
        path={path}
        hasDesk
        open={({ id }) => go(`/applications/${id}`)}
        empty={
          <Empty title={t.none}>
            <p>{t.noneHow}</p>
            <p className="lp-secret">
              {location.origin}
              {root}/apply
            </p>
          </Empty>
        }
      />
    </Page>
  )
}
