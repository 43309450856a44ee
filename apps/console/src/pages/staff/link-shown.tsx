import type { OfferedView } from '@lanepay/cloud/staff/api.ts'
import { Button, Modal } from 'antd'
import { useTexts } from '../../kit/language.ts'
import { say } from '../../kit/said.tsx'
import { timeText } from '../../kit/shown.tsx'
import { texts } from './texts.ts'

/** A one-time link, shown once. */
export function LinkShown({
  open,
  link,
  close,
  gone,
}: {
  readonly open: boolean
  readonly link: OfferedView
  readonly close: () => void
  /** Closed: nothing needs to know the link any more. */
  readonly gone: () => void
}) {
  const t = useTexts(texts)
  return (
    <Modal
      open={open}
      title={t.linkReady}
      onCancel={close}
      destroyOnHidden
      afterClose={() => {
        gone()
        // It was opened out of another dialog, which is gone by now: the keyboard goes on from the heading.
        document.querySelector('h1')?.focus()
      }}
      footer={[
        <Button
          key="copy"
          type="primary"
          onClick={() => navigator.clipboard.writeText(link.link).then(() => say(t.copied))}
        >
          {t.copy}
        </Button>,
        <Button key="close" onClick={close}>
          {t.close}
        </Button>,
      ]}
    >
      <div className="lp-form">
        <p className="lp-what">{t.linkHow(timeText(link.expiresAt).slice(0, 16))}</p>
        <p className="lp-secret">{link.link}</p>
      </div>
    </Modal>
  )
}
