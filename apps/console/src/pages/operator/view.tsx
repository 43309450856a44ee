import type { OneOperatorView } from '@lanepay/cloud/integrator/api.ts'
import { Button } from 'antd'
import { useLocation, useParams } from 'wouter'
import { useAsk } from '../../kit/ask.ts'
import { chosen, useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Time } from '../../kit/shown.tsx'
import { LotsFound } from '../all-lots/lots-found.tsx'
import { Accounts } from '../channel-accounts/accounts.tsx'

const texts = {
  zh: {
    title: (name: string) => `运营方 ${name}`,
    plain: '运营方',
    about: (number: string, lots: number) => `编号 ${number}，${lots} 个车场，开通于 `,
    choose: '切换到它的页面',
    open: '再开一个车场',
    accounts: '收款账户',
    noAccounts: '还没有收款账户：车场不能收款',
    noAccountsHow: '在渠道完成进件后会自动写入；没有接口的渠道，由人在申请页填写商户号。',
    lots: '车场',
  },
  en: {
    title: (name: string) => `Operator ${name}`,
    plain: 'Operator',
    about: (number: string, lots: number) => `Number ${number}, ${lots} lots, since `,
    choose: 'Show its pages',
    open: 'Open one more lot',
    accounts: 'Accounts',
    noAccounts: 'No account yet: its lots cannot be paid',
    noAccountsHow:
      'It is written once the application is live at a channel; where that has no interface, a person writes the merchant number down at the application.',
    lots: 'Lots',
  },
}

/** One operator: its accounts and its lots, and the way to its own pages. */
export default function Operator() {
  const t = useTexts(texts)
  const { operator = '' } = useParams()
  const [, go] = useLocation()
  const here = useHere()
  const ask = useAsk<OneOperatorView>(`/api/platform/operators/${operator}/about`)
  const actions = (
    <>
      <Button
        onClick={() => {
          chosen.operator.set(operator)
          go('/')
        }}
      >
        {t.choose}
      </Button>
      {here.may('lots.open', 'platform') && ask.data && (
        <Button type="primary" onClick={() => go(`/platform/open-lot?operator=${operator}`)}>
          {t.open}
        </Button>
      )}
    </>
  )
  return (
    <Page title={ask.data ? t.title(ask.data.name) : t.plain} actions={actions}>
      <Answered ask={ask}>
        {(one) => (
          <>
            <p className="lp-lead">
              {t.about(one.operator, one.lots)}
              <Time at={one.since} />
            </p>
            <h2>{t.accounts}</h2>
            {one.accounts.length === 0 ? (
              <Empty title={t.noAccounts}>
                <p>{t.noAccountsHow}</p>
              </Empty>
            ) : (
              <Accounts accounts={one.accounts} of="one" />
            )}
            <h2>{t.lots}</h2>
            <LotsFound operator={operator} />
          </>
        )}
      </Answered>
    </Page>
  )
}
