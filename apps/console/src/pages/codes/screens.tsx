import type { CodeLine, ScreenAsk, ScreenMade } from '@lanepay/cloud/code/api.ts'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { Field } from '../../kit/field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { PlaceField, usePlace } from './place.tsx'
import { problems, texts } from './texts.ts'

type Row = CodeLine['screens'][number] & { readonly line: CodeLine }
type Given = { readonly base: string; readonly codes: readonly CodeLine[] }

/** Screens in lanes that show a changing code. */
export function Screens({ base, codes }: Given) {
  const t = useTexts(texts)
  const place = usePlace()
  const mayChange = useHere().may('codes.change', 'lot')
  const rows = codes.flatMap((line) => line.screens.map((screen) => ({ ...screen, line })))
  return (
    <section className="lp-card">
      <h2>{t.screens}</h2>
      <p className="lp-hint">{t.screensHow}</p>
      {rows.length === 0 ? (
        <p>{t.noScreens}</p>
      ) : (
        <DataTable<Row>
          label={t.screens}
          extent="part"
          rows={rows}
          rowKey={({ line, version }) => `${line.code} ${version}`}
          columns={[
            { key: 'name', title: t.screenName, show: ({ name }) => name },
            { key: 'place', title: t.place, show: ({ line }) => place(line) },
            {
              key: 'state',
              title: t.state,
              show: ({ state }) => <span className={state === 'live' ? 'lp-good' : 'lp-bad'}>{t.states[state]}</span>,
            },
            { key: 'seconds', title: t.goodSeconds, end: true, show: ({ goodSeconds }) => goodSeconds },
            {
              key: 'seen',
              title: t.seen,
              show: ({ seenAt }) => (seenAt === null ? t.never : <Time at={seenAt} />),
            },
          ]}
          {...(mayChange ? { actions: { title: t.actions, show: (row) => <End base={base} row={row} /> } } : {})}
        />
      )}
      {mayChange && <Add base={base} codes={codes.filter(({ lane }) => lane !== null)} />}
    </section>
  )
}

function End({ base, row: { line, name, version, state } }: { readonly base: string; readonly row: Row }) {
  const t = useTexts(texts)
  const end = useTell(`${base}/codes/${line.code}/revoke`)
  if (state !== 'live') return null
  return (
    <Because
      danger
      label={t.endScreen}
      title={`${t.endScreen}: ${name}`}
      what={t.endScreenWhat}
      sure={t.endScreen}
      own={problems}
      act={async (reason) => {
        await end.mutateAsync({ version, reason })
        say(t.screenEnded)
      }}
    />
  )
}

function Add({ base, codes }: Given) {
  const t = useTexts(texts)
  const [code, setCode] = useState(codes[0]?.code ?? '')
  const [name, setName] = useState('')
  const [seconds, setSeconds] = useState('30')
  const add = useTell<ScreenAsk, ScreenMade>(`${base}/codes/${code}/screens`)
  const goodSeconds = Number(seconds)
  const isRight = name.trim() !== '' && Number.isInteger(goodSeconds) && goodSeconds >= 10 && goodSeconds <= 600
  return (
    <form
      className="lp-filters"
      onSubmit={(event) => {
        event.preventDefault()
        if (isRight)
          add.mutate(
            { name: name.trim(), goodSeconds },
            {
              onSuccess: () => {
                setName('')
                say(t.screenAdded)
              },
            },
          )
      }}
    >
      <PlaceField label={t.lane} codes={codes} value={code} onChange={setCode} />
      <Field label={t.screenName} name="name" problem={add.error} own={problems}>
        {(props) => <Input {...props} maxLength={40} value={name} onChange={({ target }) => setName(target.value)} />}
      </Field>
      <Field label={t.goodSeconds} name="goodSeconds" hint={t.goodHint} problem={add.error} own={problems}>
        {(props) => (
          <Input
            {...props}
            inputMode="numeric"
            maxLength={3}
            value={seconds}
            onChange={({ target }) => setSeconds(target.value.replace(/\D/g, ''))}
          />
        )}
      </Field>
      <Button htmlType="submit" loading={add.isPending} disabled={!isRight}>
        {t.addScreen}
      </Button>
      {add.error && !add.error.field && <ProblemBox problem={add.error} own={problems} />}
      {add.data && (
        <dl className="lp-facts">
          <dt>{t.secret}</dt>
          <dd className="lp-secret">{add.data.secret}</dd>
          <dt>{t.address}</dt>
          <dd className="lp-secret">{add.data.url}</dd>
        </dl>
      )}
    </form>
  )
}
