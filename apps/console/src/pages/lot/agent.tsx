import type { CodeAsk, CodeView, OneLotView } from '@lanepay/cloud/lot/api.ts'
import { Button, Checkbox, Modal } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { StateWord, useDrift } from '../../kit/lot/device-state.tsx'
import { ProblemBox } from '../../kit/page.tsx'
import { Time } from '../../kit/shown.tsx'
import { texts } from './texts.ts'

/** Which box is the lot's agent, how it is, and the code by which another becomes it. */
export function Agent({ view }: { readonly view: OneLotView }) {
  const t = useTexts(texts)
  const drift = useDrift()
  const { agent, offer } = view
  if (view.system !== 'agent') return null
  return (
    <section className="lp-card">
      <div className="lp-head">
        <h2>{t.agent}</h2>
        <MakeCode view={view} />
      </div>
      {agent === null ? (
        <p>{t.agentNone}</p>
      ) : (
        <dl className="lp-facts">
          <dt>{t.agentName}</dt>
          <dd>{agent.name ?? t.agentPlan}</dd>
          {agent.enrolledAt !== null && (
            <>
              <dt>{t.enrolled}</dt>
              <dd>
                <Time at={agent.enrolledAt} />
              </dd>
            </>
          )}
          {agent.state !== null && (
            <>
              <dt>{t.state}</dt>
              <dd>
                <StateWord state={agent.state} /> {agent.since !== null && <Time at={agent.since} />}
              </dd>
            </>
          )}
          {agent.version !== null && (
            <>
              <dt>{t.version}</dt>
              <dd>{agent.version}</dd>
            </>
          )}
          {agent.driftMs !== null && (
            <>
              <dt>{t.drift}</dt>
              <dd>{drift(agent.driftMs)}</dd>
            </>
          )}
        </dl>
      )}
      {offer && (
        <p className="lp-hint">
          {t.offer} <Time at={offer.expiresAt} />
        </p>
      )}
    </section>
  )
}

function MakeCode({ view }: { readonly view: OneLotView }) {
  const t = useTexts(texts)
  const here = useHere()
  const [open, setOpen] = useState(false)
  const [takeOver, setTakeOver] = useState(false)
  const tell = useTell<CodeAsk, CodeView>(`~/lots/${view.lot}/agent-codes`)
  if (!here.may('agents.enrol', 'lot')) return null
  const close = () => {
    setOpen(false)
    setTakeOver(false)
    tell.reset()
  }
  const { agent } = view
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t.code}
      </Button>
      <Modal open={open} title={t.codeTitle} onCancel={close} footer={null} destroyOnHidden>
        {tell.data ? (
          <div className="lp-form">
            <p>{t.codeShown}</p>
            <p className="lp-code">{tell.data.code}</p>
            <p className="lp-hint">
              {t.codeUntil} <Time at={tell.data.expiresAt} />
            </p>
          </div>
        ) : (
          <form
            className="lp-form"
            onSubmit={(event) => {
              event.preventDefault()
              tell.mutate({ takeOver: agent !== null && takeOver })
            }}
          >
            <div className="lp-what">
              {agent !== null && <p>{t.codeOver(agent.name ?? t.agentPlan)}</p>}
              <p>{t.codeNew}</p>
            </div>
            {agent !== null && (
              <Checkbox checked={takeOver} onChange={({ target }) => setTakeOver(target.checked)}>
                {t.takeOver}
              </Checkbox>
            )}
            <ProblemBox problem={tell.error} />
            <div className="lp-form-end">
              <Button onClick={close}>{t.cancel}</Button>
              <Button
                type="primary"
                danger={agent !== null}
                htmlType="submit"
                loading={tell.isPending}
                disabled={agent !== null && !takeOver}
              >
                {t.codeSure}
              </Button>
            </div>
          </form>
        )}
      </Modal>
    </>
  )
}
