import { Link } from 'wouter'
import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { texts } from './texts.ts'

/** Where somebody let vehicles through beside the system; each leads to its lot, with pictures and devices. */
export default function UnorderedOpenings() {
  const t = useTexts(texts)
  return (
    <ListPage
      title={t.title}
      lead={t.lead}
      list="unordered-openings"
      about="traffic"
      actions={<Link href="/gate-openings">{t.all}</Link>}
      open={({ lot }) => `/lots/${lot}`}
      empty={
        <Empty title={t.none}>
          <p>
            {t.noneHow} <Link href="/gate-openings">{t.all}</Link>
          </p>
        </Empty>
      }
    />
  )
}
