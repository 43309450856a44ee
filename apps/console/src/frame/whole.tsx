import { Button } from 'antd'
import { Component, type ReactNode } from 'react'
import { useTexts } from '../kit/language.ts'
import { Empty, Page } from '../kit/page.tsx'

const texts = {
  zh: {
    title: '这一页没有打开',
    about: '可能有了新版本，或网络不好。刷新后再试；填了一半的内容需要重填。',
    reload: '刷新',
  },
  en: {
    title: 'This page did not open',
    about:
      'There may be a newer version, or the network is bad. Reload and try again; what was half filled in is lost.',
    reload: 'Reload',
  },
}

/** Says so when a page breaks or its file is gone with an older release: the rest of the console stays. */
export class Whole extends Component<{ readonly children: ReactNode }, { readonly broken: boolean }> {
  override state = { broken: false }
  static getDerivedStateFromError() {
    return { broken: true }
  }
  override render() {
    return this.state.broken ? <Broken /> : this.props.children
  }
}

function Broken() {
  const t = useTexts(texts)
  return (
    <Page title={t.title}>
      <Empty title={t.about}>
        <Button type="primary" onClick={() => location.reload()}>
          {t.reload}
        </Button>
      </Empty>
    </Page>
  )
}
