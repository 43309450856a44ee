import { ConfigProvider, theme } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { type ReactNode, useEffect } from 'react'
import { mayMove, useIsDark } from './appearance.ts'
import { htmlLanguage, language } from './language.ts'
import { nonce } from './nonce.ts'

const font = '-apple-system, "PingFang SC", "Noto Sans SC", "Microsoft YaHei", system-ui, sans-serif'
/* Text on every ground is 4.5:1 or better, hints and placeholders too. */
const light = {
  colorBorder: '#8a97a5',
  colorPrimary: '#0b5cab',
  colorTextPlaceholder: '#5f6b78',
  colorTextDescription: '#45525f',
  colorError: '#b42318',
}
const dark = {
  colorBgContainer: '#1a252f',
  colorBgElevated: '#1f2c38',
  colorBorder: '#6a7886',
  colorPrimary: '#3d8bdb',
  colorTextPlaceholder: '#9aa8b5',
  colorTextDescription: '#bac6d1',
  colorError: '#ff8a80',
}

/** Ant Design in our colours and the chosen language, light or dark. */
export function Theme({ children }: { readonly children: ReactNode }) {
  const isDark = useIsDark()
  const said = language.use()
  useEffect(() => {
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
  }, [isDark])
  useEffect(() => {
    document.documentElement.lang = htmlLanguage(said)
  }, [said])
  return (
    <ConfigProvider
      locale={said === 'zh' ? zhCN : enUS}
      csp={{ nonce }}
      button={{ autoInsertSpace: false }}
      theme={{
        algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: {
          fontFamily: font,
          fontSize: 15,
          controlHeight: 36,
          borderRadius: 8,
          motion: mayMove,
          ...(isDark ? dark : light),
        },
      }}
    >
      {children}
    </ConfigProvider>
  )
}
