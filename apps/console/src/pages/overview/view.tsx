import { useTexts } from '../../kit/language.ts'
import { Page } from '../../kit/page.tsx'

export default function Overview() {
  const t = useTexts({ zh: { title: '首页' }, en: { title: 'Overview' } })
  return <Page title={t.title}>{null}</Page>
}
