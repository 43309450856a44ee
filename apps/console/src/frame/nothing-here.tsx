import { Link } from 'wouter'
import { useTexts } from '../kit/language.ts'
import { Empty, Page } from '../kit/page.tsx'

const texts = {
  zh: { title: '没有这个页面', about: '地址可能写错了，或者页面已搬走。', home: '回到首页' },
  en: {
    title: 'There is no such page',
    about: 'The address may be mistyped, or the page has moved.',
    home: 'To the front page',
  },
}

/** For an address that leads nowhere. */
export function NothingHere() {
  const t = useTexts(texts)
  return (
    <Page title={t.title}>
      <Empty title={t.about}>
        <Link href="/">{t.home}</Link>
      </Empty>
    </Page>
  )
}
