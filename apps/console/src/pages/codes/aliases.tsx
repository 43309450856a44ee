import type { AliasAsk, CodeLine } from '@lanepay/cloud/code/api.ts'
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

type Given = { readonly base: string; readonly codes: readonly CodeLine[] }

/** What is printed elsewhere and leads here; the platform's to change. */
export function Aliases({ base, codes }: Given) {
  const t = useTexts(texts)
  const place = usePlace()
  const mayChange = useHere().may('codes.alias', 'lot')
  const remove = useTell<{ alias: string; reason: string }>(`${base}/aliases/remove`)
  const rows = codes.flatMap((line) => line.aliases.map((alias) => ({ ...alias, line })))
  return (
    <section className="lp-card">
      <h2>{t.aliases}</h2>
      <p className="lp-hint">
        {t.aliasesHow} {!mayChange && t.aliasesByPlatform}
      </p>
      {rows.length === 0 ? (
        <p>{t.noAliases}</p>
      ) : (
        <DataTable<CodeLine['aliases'][number] & { readonly line: CodeLine }>
          label={t.aliases}
          extent="part"
          rows={rows}
          rowKey={({ alias }) => alias}
          columns={[
            { key: 'alias', title: t.alias, show: ({ alias }) => alias },
            { key: 'place', title: t.place, show: ({ line }) => place(line) },
            {
              key: 'made',
              title: t.since,
              show: ({ madeAt, madeBy }) => (
                <>
                  <Time at={madeAt} /> {t.by(madeBy)}
                </>
              ),
            },
          ]}
          {...(mayChange
            ? {
                actions: {
                  title: t.actions,
                  show: ({ alias }) => (
                    <Because
                      danger
                      label={t.removeAlias}
                      title={`${t.removeAlias}: ${alias}`}
                      what={t.removeAliasWhat}
                      sure={t.removeAlias}
                      own={problems}
                      act={async (reason) => {
                        await remove.mutateAsync({ alias, reason })
                        say(t.aliasRemoved)
                      }}
                    />
                  ),
                },
              }
            : {})}
        />
      )}
      {mayChange && <Add base={base} codes={codes} />}
    </section>
  )
}

function Add({ base, codes }: Given) {
  const t = useTexts(texts)
  const [code, setCode] = useState(codes[0]?.code ?? '')
  const [alias, setAlias] = useState('')
  const add = useTell<AliasAsk, { readonly alias: string }>(`${base}/aliases`)
  return (
    <form
      className="lp-filters"
      onSubmit={(event) => {
        event.preventDefault()
        add.mutate(
          { alias: alias.trim(), code },
          {
            onSuccess: (made) => {
              setAlias('')
              say(t.aliasAdded(made.alias))
            },
          },
        )
      }}
    >
      <Field label={t.alias} name="alias" hint={t.aliasHint} problem={add.error} own={problems}>
        {(props) => (
          <Input {...props} maxLength={400} value={alias} onChange={({ target }) => setAlias(target.value)} />
        )}
      </Field>
      <PlaceField label={t.place} codes={codes} value={code} onChange={setCode} />
      <Button htmlType="submit" loading={add.isPending} disabled={alias.trim() === ''}>
        {t.addAlias}
      </Button>
      {add.error && !add.error.field && <ProblemBox problem={add.error} own={problems} />}
    </form>
  )
}
