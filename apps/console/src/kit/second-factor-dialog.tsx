import { Button, Input, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { useTexts } from './language.ts'
import { ProblemBox } from './page.tsx'
import { Problem } from './problem.ts'
import { request } from './request.ts'
import { askSecondFactorBy } from './second-factor.ts'

const texts = {
  zh: {
    title: '请出示动态口令',
    about: '这项操作涉及资金或权限。请输入身份验证器现在显示的 6 位口令，或一个恢复码。',
    code: '动态口令或恢复码',
    show: '确认并继续',
    giveUp: '放弃',
    setUp: '这项操作需要身份验证器，您还没有设置。',
    toAccount: '去“我的账号”设置',
  },
  en: {
    title: 'Show the code of your authenticator',
    about: 'This is about money or rights. Type the 6 digits that your authenticator shows now, or a recovery code.',
    code: 'Code or recovery code',
    show: 'Confirm and go on',
    giveUp: 'Give up',
    setUp: 'This needs an authenticator, and you have not set one up.',
    toAccount: 'Set it up under “My account”',
  },
}

type Asked = {
  readonly why: 'second-factor-needed' | 'second-factor-not-set-up'
  readonly answer: (how: 'shown' | 'given-up') => void
}

/** Asks for the second factor whenever the server does (second-factor.ts); once on the screen. */
export function SecondFactorDialog() {
  const t = useTexts(texts)
  const [asked, setAsked] = useState<Asked | null>(null)
  const [code, setCode] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    askSecondFactorBy((why) => new Promise((answer) => setAsked({ why, answer })))
    return () => askSecondFactorBy(null)
  }, [])
  const end = (how: 'shown' | 'given-up') => {
    asked?.answer(how)
    setAsked(null)
    setCode('')
    setProblem(null)
  }
  const show = async () => {
    setBusy(true)
    try {
      await request('/api/me/second-factor', { method: 'POST', body: { code: code.replaceAll(' ', '') } })
      end('shown')
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem({ code: 'unclear', status: 0 }))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      open={asked !== null}
      title={t.title}
      onCancel={() => end('given-up')}
      footer={null}
      destroyOnHidden
      zIndex={1500}
    >
      {asked?.why === 'second-factor-not-set-up' ? (
        <>
          <p>{t.setUp}</p>
          <Link href="/account" onClick={() => end('given-up')}>
            {t.toAccount}
          </Link>
        </>
      ) : (
        <form
          className="lp-form"
          onSubmit={(event) => {
            event.preventDefault()
            void show()
          }}
        >
          <p>{t.about}</p>
          <label htmlFor="second-factor-code">{t.code}</label>
          <Input
            id="second-factor-code"
            autoFocus
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={40}
            value={code}
            onChange={({ target }) => setCode(target.value)}
          />
          <ProblemBox problem={problem} />
          <div className="lp-form-end">
            <Button onClick={() => end('given-up')}>{t.giveUp}</Button>
            <Button type="primary" htmlType="submit" loading={busy} disabled={code.trim() === ''}>
              {t.show}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  )
}
