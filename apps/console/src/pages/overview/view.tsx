import { Link } from 'wouter'
import { useHere } from '../../kit/here.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { Page } from '../../kit/page.tsx'
import { isShown } from '../../page-definition.ts'
import { pages } from '../../pages.ts'
import { EndingCertificates } from './certificates.tsx'
import { Morning } from './morning.tsx'
import { texts } from './texts.ts'

/** The front page: an operator's day for whoever may see its money, and for everybody else where to begin. */
export default function Overview() {
  const here = useHere()
  return (
    <>
      {here.may('operators.read', 'platform') && <EndingCertificates />}
      {here.may('reports.read', 'operator') ? <Morning /> : <Welcome />}
    </>
  )
}

function Welcome() {
  const t = useTexts(texts)
  const said = language.use()
  const here = useHere()
  const shown = pages.filter((page) => page.menu && page.path !== '/' && isShown(page, here))
  const mayChoose = here.me.person.operator === null && here.me.person.partner === null && here.operator === null
  return (
    <Page title={t.welcome} lead={mayChoose ? t.choose : t.welcomeHow}>
      <ul className="lp-cards">
        {shown.map((page) => (
          <li key={page.path} className="lp-card">
            <Link href={page.path}>{page.title[said]}</Link>
          </li>
        ))}
      </ul>
    </Page>
  )
}
