import type { ReactNode } from 'react'
import { useHere } from '../kit/here.tsx'
import { language, useTexts } from '../kit/language.ts'
import { Empty, Page } from '../kit/page.tsx'
import { isShown, type PageDefinition } from '../page-definition.ts'

const texts = {
  zh: {
    choose: '先在上方选择一个运营方',
    chooseHow: '这一页显示一个运营方的内容。在页面顶部按名称或编号选择。',
    not: '您的角色看不到这一页',
    notHow: '需要的话，请找给您开账号的人。',
  },
  en: {
    choose: 'Choose an operator above first',
    chooseHow: 'This page shows what belongs to one operator. Choose it at the top of the page, by name or number.',
    not: 'Your role does not see this page',
    notHow: 'If you need it, ask whoever opened your account.',
  },
}

/** Shows a page to whoever may see it, and says to all others why not. The server says so too, whatever is shown. */
export function Guard({ page, children }: { readonly page: PageDefinition; readonly children: ReactNode }) {
  const here = useHere()
  const t = useTexts(texts)
  const said = language.use()
  if (isShown(page, here)) return <div key={`${here.side} ${here.look?.look ?? ''}`}>{children}</div>
  const choose = here.me.person.operator === null && here.me.person.partner === null && here.operator === null
  const atOperator = typeof page.who !== 'string' && page.who.at !== 'platform' && page.who.at !== 'partner'
  return (
    <Page title={page.title[said]}>
      {choose && atOperator ? (
        <Empty title={t.choose}>
          <p>{t.chooseHow}</p>
        </Empty>
      ) : (
        <Empty title={t.not}>
          <p>{t.notHow}</p>
        </Empty>
      )}
    </Page>
  )
}
