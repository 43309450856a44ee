import type { ApproveAsk, DeskView, MendView } from '@lanepay/cloud/application/api.ts'
import type { CheckName } from '@lanepay/domain/applicant/review.ts'
import { Button, Checkbox, Input, Modal } from 'antd'
import { useState } from 'react'
import { applicationProblems, checkTexts } from '../../kit/application/texts.ts'
import { useTell } from '../../kit/ask.ts'
import { Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import type { Mending } from './form-facts.tsx'
import { texts } from './texts.ts'

/** The check list beside the papers, and the two answers: approve, or return with what is ticked. */
export function Deciding({
  one,
  path,
  mending,
}: {
  readonly one: DeskView
  readonly path: string
  readonly mending: Mending
}) {
  const t = useTexts(texts)
  const names = useTexts(checkTexts)
  const [looked, setLooked] = useState<ReadonlySet<CheckName>>(new Set())
  const [channels, setChannels] = useState<DeskView['channelsHere']>(one.channelsHere)
  const [fee, setFee] = useState('60')
  const [sure, setSure] = useState(false)
  const approve = useTell<ApproveAsk>(`${path}/approve`)
  const giveBack = useTell<{ readonly mend: readonly MendView[] }>(`${path}/return`)
  const isFee = /^\d{1,4}$/.test(fee) && Number(fee) <= 3000
  const all = one.checks.every((check) => looked.has(check))
  const mend = [...mending].map(([field, { reason, note }]) => ({ field, reason, note: note.trim() }))
  const isNoted = mend.every(({ reason, note }) => reason !== 'other' || note !== '')
  const go = () =>
    approve.mutate(
      { checks: [...looked], channels: [...channels], platformFeeBasisPoints: Number(fee) },
      {
        onSuccess: () => {
          setSure(false)
          say(t.approved)
        },
      },
    )
  return (
    <section className="lp-card lp-form" aria-label={t.check}>
      <h2>{t.check}</h2>
      <p className="lp-hint">{t.checkHint}</p>
      {one.checks.map((check) => (
        <Checkbox
          key={check}
          checked={looked.has(check)}
          onChange={({ target }) => {
            const next = new Set(looked)
            if (target.checked) next.add(check)
            else next.delete(check)
            setLooked(next)
          }}
        >
          {names[check]}
        </Checkbox>
      ))}
      <h3>{t.channels}</h3>
      {one.channelsHere.length === 0 && <p className="lp-hint">{t.noChannels}</p>}
      {one.channelsHere.map((channel) => (
        <Checkbox
          key={channel}
          checked={channels.includes(channel)}
          onChange={({ target }) =>
            setChannels(target.checked ? [...channels, channel] : channels.filter((other) => other !== channel))
          }
        >
          {t.channel[channel]}
        </Checkbox>
      ))}
      <Field label={t.fee} name="platformFeeBasisPoints" hint={t.feeHint} wrong={isFee ? undefined : t.feeHint}>
        {(props) => (
          <Input
            {...props}
            className="lp-day"
            inputMode="numeric"
            maxLength={4}
            value={fee}
            onChange={({ target }) => setFee(target.value)}
          />
        )}
      </Field>
      <div className="lp-form-end">
        <Button
          type="primary"
          aria-haspopup="dialog"
          disabled={!all || !isFee || mend.length > 0}
          onClick={() => setSure(true)}
        >
          {t.approve}
        </Button>
      </div>
      <Modal open={sure} title={t.approve} onCancel={() => setSure(false)} footer={null} destroyOnHidden>
        <div className="lp-form">
          <p className="lp-what">{t.approveWhat}</p>
          <ProblemBox problem={approve.error} own={applicationProblems} />
          <div className="lp-form-end">
            <Button type="primary" loading={approve.isPending} onClick={go}>
              {t.approve}
            </Button>
          </div>
        </div>
      </Modal>
      <h3>{t.giveBack}</h3>
      <p className="lp-hint">{mend.length === 0 ? t.giveBackHint : isNoted ? t.giveBackHint : t.needsNote}</p>
      <ProblemBox problem={giveBack.error} own={applicationProblems} />
      <div className="lp-form-end">
        <Button
          danger
          disabled={mend.length === 0 || !isNoted}
          loading={giveBack.isPending}
          onClick={() => giveBack.mutate({ mend }, { onSuccess: () => say(t.returned) })}
        >
          {t.giveBack} {mend.length > 0 && `(${mend.length})`}
        </Button>
      </div>
    </section>
  )
}
