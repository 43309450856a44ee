import type { DiscrepancyView, Name, OpenView } from '@lanepay/cloud/reconciliation/api.ts'
import { Button } from 'antd'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useAddress } from '../../kit/address.ts'
import { useAsk } from '../../kit/ask.ts'
import { FileButtons } from '../../kit/export.tsx'
import { ChoiceField } from '../../kit/field.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { OrderField } from '../../kit/order.tsx'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { withWords } from '../../kit/request.ts'
import { Money } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { Act } from './act.tsx'
import { Bills } from './bills.tsx'
import { classTexts } from './classes.ts'
import { stateTexts, texts } from './texts.ts'

const nameOf = ({ day, proof, item, account, lot }: Name): Name => ({ day, proof, item, account, lot })

/** What is open at everybody's, and which days are closed: the platform's finance works it. */
export default function Reconciliation() {
  const t = useTexts(texts)
  const { words } = useAddress()
  const { day, class: of, state, after } = words
  const found = { day, class: of, state, order: words.order === 'desc' ? words.order : undefined }
  const asked = { ...found, after }
  const open = useAsk<OpenView>('/api/platform/discrepancies', asked, { keepsOld: true })
  return (
    <Page title={t.title} lead={t.lead}>
      <div className="lp-list">
        <Filters />
        <div className="lp-actions">
          <FileButtons path="/api/platform/discrepancies/file" words={found} />
        </div>
        <Answered ask={open}>{(view) => <Open key={JSON.stringify(asked)} view={view} />}</Answered>
      </div>
      <Bills />
    </Page>
  )
}

function Filters() {
  const t = useTexts(texts)
  const states = useTexts(stateTexts)
  const said = language.use()
  const { words, set } = useAddress()
  return (
    <form className="lp-filters" onSubmit={(event) => event.preventDefault()}>
      <ChoiceField
        label={t.class}
        name="class"
        value={words.class ?? ''}
        onChange={(value) => set({ class: value, after: undefined })}
        options={[
          { value: '', label: t.any },
          ...Object.entries(classTexts).map(([value, names]) => ({ value, label: names[said].name })),
        ]}
      />
      <ChoiceField
        label={t.state}
        name="state"
        value={words.state ?? ''}
        onChange={(value) => set({ state: value, after: undefined })}
        options={[
          { value: '', label: t.any },
          { value: 'with-a-person', label: states['with-a-person'] },
          { value: 'found', label: states.found },
        ]}
      />
      <OrderField usual="asc" />
      {words.day !== undefined && (
        <Button onClick={() => set({ day: undefined, after: undefined })}>{`${words.day} ×`}</Button>
      )}
    </form>
  )
}

function Open({ view }: { readonly view: OpenView }) {
  const t = useTexts(texts)
  const states = useTexts(stateTexts)
  const said = language.use()
  const [, go] = useLocation()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const { rows, groups = [], next } = view
  if (rows.length === 0)
    return (
      <Empty title={t.none}>
        <p>{t.noneHow}</p>
      </Empty>
    )
  const keyOf = (row: DiscrepancyView) => JSON.stringify(nameOf(row))
  const amount = (fen: number | null) => (fen === null ? '' : <Money fen={fen} />)
  return (
    <>
      {groups.length > 0 && (
        <section className="lp-card">
          <h2>{t.groups}</h2>
          <DataTable
            label={t.groups}
            extent="part"
            rows={groups}
            rowKey={(one) => `${one.day} ${one.class}`}
            columns={[
              {
                key: 'day',
                title: t.day,
                show: (one) => (
                  <Link href={withWords('/reconciliation', { day: one.day, class: one.class })}>{one.day}</Link>
                ),
              },
              { key: 'class', title: t.class, show: (one) => classTexts[one.class][said].name },
              { key: 'open', title: t.open, end: true, show: (one) => one.open },
              { key: 'with', title: t.withPerson, end: true, show: (one) => one.withPerson },
            ]}
            actions={{
              title: t.act,
              show: (one) => <Act which={{ day: one.day, class: one.class }} count={one.open} label={t.all} />,
            }}
          />
        </section>
      )}
      <section className="lp-card">
        <div className="lp-head">
          <h2>{t.list}</h2>
          {chosen.length > 0 && (
            <div className="lp-actions">
              <Act
                which={{ names: chosen.map((one) => JSON.parse(one) as Name) }}
                count={chosen.length}
                onDone={() => setChosen([])}
              />
            </div>
          )}
        </div>
        <p className="lp-hint" role="status">
          {chosen.length > 0 ? t.chosen(chosen.length) : ''}
        </p>
        <DataTable
          label={t.list}
          extent="page"
          rows={rows}
          rowKey={keyOf}
          open={(row) => go(withWords('/discrepancy', nameOf(row)))}
          columns={[
            {
              key: 'choose',
              title: t.choose,
              show: (row) => (
                <input
                  type="checkbox"
                  aria-label={t.chooseOne(row.item)}
                  checked={chosen.includes(keyOf(row))}
                  onClick={(event) => event.stopPropagation()}
                  onChange={({ target }) =>
                    setChosen(target.checked ? [...chosen, keyOf(row)] : chosen.filter((one) => one !== keyOf(row)))
                  }
                />
              ),
            },
            { key: 'day', title: t.day, show: ({ day }) => day },
            { key: 'class', title: t.class, show: (row) => classTexts[row.class][said].name },
            {
              key: 'item',
              title: t.item,
              show: ({ number, item }) => <span className="lp-number">{number ?? item}</span>,
            },
            { key: 'lot', title: t.lot, show: ({ lot }) => (lot === 0 ? '' : lot) },
            { key: 'account', title: t.account, show: ({ account }) => (account === 0 ? '' : account) },
            { key: 'ours', title: t.ours, end: true, show: ({ oursFen }) => amount(oursFen) },
            { key: 'theirs', title: t.theirs, end: true, show: ({ theirsFen }) => amount(theirsFen) },
            { key: 'state', title: t.state, show: ({ state }) => states[state] },
            {
              key: 'owner',
              title: t.owner,
              show: ({ owner }) => t.owners[owner as keyof typeof t.owners] ?? owner,
            },
          ]}
        />
        <Pager next={next} />
      </section>
    </>
  )
}
