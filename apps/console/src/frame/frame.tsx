import type { MeView } from '@lanepay/cloud/staff/api.ts'
import { Drawer } from 'antd'
import { type ReactNode, useRef, useState } from 'react'
import { Link } from 'wouter'
import { useAsk } from '../kit/ask.ts'
import { HereProvider } from '../kit/here.tsx'
import { useTexts } from '../kit/language.ts'
import { Answered } from '../kit/page.tsx'
import { SecondFactorDialog } from '../kit/second-factor-dialog.tsx'
import { Choices } from './choices.tsx'
import { LookBanner } from './look-banner.tsx'
import { Menu } from './menu.tsx'
import { Offline } from './offline.tsx'
import { LotSwitcher, OperatorSwitcher } from './switchers.tsx'

const texts = {
  zh: { skip: '跳到内容', menu: '菜单', account: '我的账号' },
  en: { skip: 'Skip to the content', menu: 'Menu', account: 'My account' },
}

/** Round every page of whoever is signed in: menu, whose things are shown, language, account. Nobody signed in: to the sign-in. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const me = useAsk<MeView>('/api/me')
  const t = useTexts(texts)
  const [menuIsOpen, setMenuIsOpen] = useState(false)
  const inMenu = useRef<HTMLDivElement>(null)
  if (me.error?.code === 'not-signed-in') return null
  return (
    <Answered ask={me}>
      {(answer) => (
        <HereProvider me={answer}>
          <a className="lp-skip" href="#page">
            {t.skip}
          </a>
          <div className="lp-frame">
            <header className="lp-top">
              <button
                className="lp-menu-button"
                type="button"
                aria-haspopup="dialog"
                onClick={() => setMenuIsOpen(true)}
              >
                {t.menu}
              </button>
              <Link className="lp-brand" href="/">
                Lanepay
              </Link>
              <div className="lp-whose">
                <OperatorSwitcher />
                <LotSwitcher />
              </div>
              <Choices />
              <Link className="lp-account" href="/account">
                {t.account}
                <span className="lp-account-name">{answer.person.account}</span>
              </Link>
            </header>
            <div className="lp-side">
              <Menu />
            </div>
            <main id="page" className="lp-main" tabIndex={-1}>
              <Offline />
              <LookBanner />
              {children}
            </main>
          </div>
          <Drawer
            open={menuIsOpen}
            onClose={() => setMenuIsOpen(false)}
            // By itself it puts the keyboard round the dialog, not into it.
            afterOpenChange={(isOpen) => isOpen && inMenu.current?.focus()}
            placement="left"
            title={t.menu}
            size={280}
          >
            <div className="lp-drawer" ref={inMenu} tabIndex={-1}>
              <Choices />
              <Menu onGo={() => setMenuIsOpen(false)} />
            </div>
          </Drawer>
          <SecondFactorDialog />
        </HereProvider>
      )}
    </Answered>
  )
}
