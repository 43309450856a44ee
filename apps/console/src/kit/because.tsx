import { Button, Input, Modal } from 'antd'
import { type ReactNode, useId, useState } from 'react'
import { useTexts } from './language.ts'
import { ProblemBox } from './page.tsx'
import { Problem } from './problem.ts'
import type { ProblemTexts } from './problem-texts.ts'

const texts = {
  zh: { reason: '原因（会留在操作记录里）', short: '3 到 200 个字', cancel: '取消', sure: '确认' },
  en: { reason: 'Reason (it stays in the trail)', short: '3 to 200 characters', cancel: 'Cancel', sure: 'Confirm' },
}
/** As the server takes it (staff/api.ts). */
const isReason = (text: string) => /^[^\s\p{Cc}][^\p{Cc}]{2,199}$/u.test(text)

/**
 * A button for what cannot simply be undone: says what will happen, asks for a reason, and does it when the person has given one. `act` is
 * given the reason; what it throws is said in the dialog, which stays open.
 */
export function Because({
  label,
  title,
  what,
  act,
  danger,
  sure,
  own,
  disabled,
  more,
  asked,
}: {
  /** On the button. */
  readonly label: string
  readonly title: string
  /** What will happen, to whom, and what does not come back. */
  readonly what: ReactNode
  readonly act: (reason: string) => Promise<unknown>
  readonly danger?: boolean
  /** On the button that does it, where "confirm" says too little. */
  readonly sure?: string
  readonly own?: ProblemTexts
  readonly disabled?: boolean
  /** Further fields, above the reason. */
  readonly more?: ReactNode
  /** Over what is typed, where that is no reason, or one that others than the trail hear. */
  readonly asked?: string
}) {
  const t = useTexts(texts)
  const id = useId()
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const close = () => {
    setOpen(false)
    setReason('')
    setProblem(null)
  }
  const go = async () => {
    setBusy(true)
    setProblem(null)
    try {
      await act(reason.trim())
      close()
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem({ code: 'unclear', status: 0 }))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        danger={danger ?? false}
        disabled={disabled ?? false}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      <Modal open={open} title={title} onCancel={close} footer={null} destroyOnHidden>
        <form
          className="lp-form"
          onSubmit={(event) => {
            event.preventDefault()
            void go()
          }}
        >
          <div className="lp-what">{what}</div>
          {more}
          <label htmlFor={id}>{asked ?? t.reason}</label>
          <Input.TextArea
            id={id}
            autoFocus
            rows={3}
            maxLength={200}
            value={reason}
            aria-describedby={`${id}-rule`}
            onChange={({ target }) => setReason(target.value.replaceAll('\n', ' '))}
          />
          <p id={`${id}-rule`} className="lp-hint">
            {t.short}
          </p>
          <ProblemBox problem={problem} {...(own ? { own } : {})} />
          <div className="lp-form-end">
            <Button onClick={close}>{t.cancel}</Button>
            <Button
              type="primary"
              danger={danger ?? false}
              htmlType="submit"
              loading={busy}
              disabled={!isReason(reason.trim())}
            >
              {sure ?? t.sure}
            </Button>
          </div>
        </form>
      </Modal>
    </>
  )
}
