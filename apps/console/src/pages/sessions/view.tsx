import type { StayPage, StayRow, StaySort } from '@lanepay/cloud/session/api.ts'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useAddress } from '../../kit/address.ts'
import { useAsk } from '../../kit/ask.ts'
import { ExportButtons } from '../../kit/export.tsx'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { useHere, useLot } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { stayWords, wordIn } from '../../kit/lot/stay-words.ts'
import { lanesOf } from '../../kit/lot/way.ts'
import { OrderField } from '../../kit/order.tsx'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { dayAfter, dayText, Money, Plate, Time, useDuration } from '../../kit/shown.tsx'
import { sortOf } from '../../kit/sorted.ts'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** Columns by which the server puts stays in order (services/cloud/src/session/api.ts). */
const sorts: readonly StaySort[] = ['plate', 'lot', 'paidFen', 'owedWhenLeftFen']
const states = ['open', 'inside', 'leaving', 'left', 'superseded', 'voided'] as const
/** Those are shown whenever they came; all others of a period. */
const openStates: ReadonlySet<string> = new Set(['open', 'inside', 'leaving'])

/** Stays, searched for; whoever sits at a lane sees those of that lane. */
export default function Sessions() {
  const t = useTexts(texts)
  const here = useHere()
  const { words, set } = useAddress()
  const isOffice = here.may('traffic.read', 'operator')
  const own = lanesOf(here).flatMap(({ lot, lane }) => (lane === null ? [] : [{ lot, lane }]))
  if (isOffice)
    return (
      <Page title={t.title} lead={t.lead}>
        <Search path="~/sessions" to={(row) => `/sessions/${row.lot}/${row.session}`} />
      </Page>
    )
  const chosen = own.find(({ lot, lane }) => `${lot}-${lane}` === words.of) ?? own[0]
  return (
    <Page title={t.laneTitle} lead={t.lead}>
      {chosen ? (
        <>
          {own.length > 1 && (
            <ChoiceField
              label={t.chosen}
              name="of"
              value={`${chosen.lot}-${chosen.lane}`}
              onChange={(of) => set({ of, after: undefined })}
              options={own.map(({ lot, lane }) => ({ value: `${lot}-${lane}`, label: t.laneOf(lot, lane) }))}
            />
          )}
          <p>
            <Link href={`/lanes/${chosen.lot}/${chosen.lane}`}>{t.see}</Link>
          </p>
          <Search
            path={`~/lots/${chosen.lot}/lanes/${chosen.lane}/sessions`}
            to={(row) => `/lane-sessions/${row.lot}/${chosen.lane}/${row.session}`}
            isLane
          />
        </>
      ) : (
        <Empty title={t.noLane}>
          <p>{t.noLaneHow}</p>
        </Empty>
      )}
    </Page>
  )
}

function Search({
  path,
  to,
  isLane = false,
}: {
  readonly path: string
  readonly to: (row: StayRow) => string
  readonly isLane?: boolean
}) {
  const t = useTexts(texts)
  const names = useTexts<Readonly<Record<string, string>>>(stayWords)
  const here = useHere()
  const lasts = useDuration()
  const [, go] = useLocation()
  const { words, set } = useAddress()
  const chosenLot = useLot()
  const lot = words.lot ?? chosenLot
  const keys = ['plate', 'state', 'from', 'until', ...(isLane ? [] : ['lane'])]
  const given = Object.fromEntries(keys.flatMap((key) => (words[key] ? [[key, words[key]]] : [])))
  const order = words.order === 'asc' ? words.order : undefined
  const asked = { ...given, order, ...(isLane ? {} : { lot }) }
  const today = dayText(Date.now())
  // In another order than that of time all of it is looked at: few stays, or those of a month.
  const isShort =
    given.plate !== undefined ||
    openStates.has(given.state ?? '') ||
    given.from === undefined ||
    dayAfter(given.from, 31) >= (given.until ?? dayAfter(today, 1))
  const sort = sortOf(words.sort, isShort ? sorts : [])
  const page = useAsk<StayPage>(
    path,
    { ...asked, sort: sort ? words.sort : undefined, after: words.after },
    { keepsOld: true },
  )
  const files = {
    from: given.from ?? dayAfter(today, -30),
    until: given.until ?? dayAfter(today, 1),
    state: given.state,
    order,
    lot,
  }
  return (
    <>
      <Filters
        key={JSON.stringify(given)}
        given={given}
        isLane={isLane}
        isSorted={sort !== null}
        onSearch={(changed) => set({ ...changed, after: undefined })}
      />
      {!isLane && (
        <div className="lp-actions">
          {given.plate || given.lane || openStates.has(given.state ?? '') ? (
            <ExportButtons path="~/sessions-file" words={asked} />
          ) : (
            <>
              {here.may('export', 'operator') && (
                <p className="lp-hint">{t.fileDays(files.from, dayAfter(files.until, -1))}</p>
              )}
              <ExportButtons path="~/exports/sessions" words={files} />
            </>
          )}
        </div>
      )}
      <Answered ask={page}>
        {({ now, rows, next }) => (
          <>
            {rows.length === 0 ? (
              <Empty title={t.none}>
                <p>{t.noneHow}</p>
              </Empty>
            ) : (
              <DataTable
                label={t.table}
                extent="page"
                rows={rows}
                rowKey={(row) => `${row.lot}-${row.session}`}
                open={(row) => go(to(row))}
                columns={[
                  {
                    key: 'plate',
                    title: t.plate.split(/[（(]/)[0],
                    asks: isShort,
                    show: (row) => <Plate plate={row.plate} />,
                  },
                  {
                    key: 'state',
                    title: t.state,
                    show: (row) => wordIn(names, row.how === 'left' ? row.state : (row.how ?? row.state)),
                  },
                  { key: 'entered', title: t.entered, show: (row) => <Time at={row.enteredAt} /> },
                  { key: 'left', title: t.left, show: (row) => (row.leftAt === null ? '' : <Time at={row.leftAt} />) },
                  {
                    key: 'stayed',
                    title: t.stayed,
                    end: true,
                    show: (row) =>
                      row.state === 'superseded' || row.state === 'voided'
                        ? ''
                        : lasts((row.leftAt ?? now) - row.enteredAt),
                  },
                  {
                    key: 'lanes',
                    title: t.lanes,
                    show: (row) => [row.entryLane ?? '?', row.exitLane ?? ''].join(' → ').replace(/ → $/, ''),
                  },
                  { key: 'lot', title: t.lot, asks: isShort, show: (row) => row.lot },
                  { key: 'standing', title: t.standing, show: (row) => wordIn(names, row.standing) },
                  {
                    key: 'paidFen',
                    title: t.paid,
                    end: true,
                    asks: isShort,
                    show: (row) => <Money fen={row.paidFen} />,
                  },
                  {
                    key: 'owedWhenLeftFen',
                    title: t.owed,
                    end: true,
                    asks: isShort,
                    show: (row) => (row.owedWhenLeftFen ? <Money fen={row.owedWhenLeftFen} /> : ''),
                  },
                ]}
              />
            )}
            <Pager next={next} />
          </>
        )}
      </Answered>
    </>
  )
}

function Filters({
  given,
  isLane,
  isSorted,
  onSearch,
}: {
  readonly given: Readonly<Record<string, string | undefined>>
  readonly isLane: boolean
  readonly isSorted: boolean
  readonly onSearch: (words: Readonly<Record<string, string | undefined>>) => void
}) {
  const t = useTexts(texts)
  const names = useTexts<Readonly<Record<string, string>>>(stayWords)
  const [typed, setTyped] = useState(given)
  const type = (key: string, word: string) => setTyped({ ...typed, [key]: word })
  const tooShort = typed.plate && typed.plate.trim().length < 3 ? t.plateHint : undefined
  const search = (changed: Readonly<Record<string, string>> = {}) => {
    const words = { ...typed, ...changed }
    setTyped(words)
    if (!tooShort) onSearch({ ...words, plate: words.plate?.trim() })
  }
  return (
    <form
      className="lp-filters"
      onSubmit={(event) => {
        event.preventDefault()
        search()
      }}
    >
      <Field label={t.plate} name="plate" wrong={tooShort}>
        {(props) => (
          <Input
            {...props}
            type="search"
            placeholder={t.example}
            maxLength={20}
            autoComplete="off"
            value={typed.plate ?? ''}
            onChange={({ target }) => type('plate', target.value)}
          />
        )}
      </Field>
      <ChoiceField
        label={t.state}
        name="state"
        value={typed.state ?? ''}
        onChange={(state) => search({ state })}
        options={[{ value: '', label: t.any }, ...states.map((value) => ({ value, label: wordIn(names, value) }))]}
      />
      {!isLane && (
        <Field label={t.lane} name="lane">
          {(props) => (
            <Input
              {...props}
              inputMode="numeric"
              maxLength={3}
              value={typed.lane ?? ''}
              onChange={({ target }) => type('lane', target.value.replaceAll(/\D/g, ''))}
            />
          )}
        </Field>
      )}
      <Field label={t.from} name="from">
        {(props) => (
          <Input
            {...props}
            type="date"
            value={typed.from ?? ''}
            onChange={({ target }) => type('from', target.value)}
          />
        )}
      </Field>
      <Field label={t.until} name="until">
        {(props) => (
          <Input
            {...props}
            type="date"
            value={typed.until ? dayAfter(typed.until, -1) : ''}
            onChange={({ target }) => type('until', target.value === '' ? '' : dayAfter(target.value, 1))}
          />
        )}
      </Field>
      <OrderField isSorted={isSorted} />
      <Button type="primary" htmlType="submit">
        {t.search}
      </Button>
      {Object.values(given).some((word) => word !== undefined) && (
        <Button
          onClick={() =>
            onSearch(Object.fromEntries(['plate', 'state', 'lane', 'from', 'until'].map((key) => [key, undefined])))
          }
        >
          {t.clear}
        </Button>
      )}
    </form>
  )
}
