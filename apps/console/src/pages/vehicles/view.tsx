import type { ListedImportView, ListedPage, VehiclesView } from '@lanepay/cloud/vehicle/api.ts'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useAddress } from '../../kit/address.ts'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { ExportButtons } from '../../kit/export.tsx'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { FindField } from '../../kit/find-field.tsx'
import { useHere } from '../../kit/here.tsx'
import { ImportFile } from '../../kit/import-file.tsx'
import { useTexts } from '../../kit/language.ts'
import { ListsTold } from '../../kit/lists-told.tsx'
import { instantOf } from '../../kit/lot/instant.ts'
import { OneLot } from '../../kit/one-lot.tsx'
import { Answered, Empty, Page, ProblemBox } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { useToldColumn } from '../../kit/rows-told.tsx'
import { say } from '../../kit/said.tsx'
import { Plate, Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { vehicleProblems } from '../../kit/vehicle-problems.ts'
import { OnlyThere } from './only-there.tsx'
import { texts } from './texts.ts'

const listNames = ['free', 'guests', 'blocked'] as const
type ListName = (typeof listNames)[number]

/** Who is free, announced or not wanted in a lot. */
export default function Vehicles() {
  const t = useTexts(texts)
  return (
    <Page title={t.title} lead={t.lead}>
      <OneLot>{({ lot }) => <OfLot lot={lot} />}</OneLot>
    </Page>
  )
}

function OfLot({ lot }: { readonly lot: number }) {
  const t = useTexts(texts)
  const here = useHere()
  const { words, set } = useAddress()
  const list = listNames.find((name) => name === words.list) ?? 'free'
  const mayAsk = here.look === null && here.may('vehicles.change', 'lot')
  const view = useAsk<VehiclesView>(`~/lots/${lot}/vehicles`, {}, { everyMs: 10_000 })
  const { taken = null } = view.data ?? {}
  const mayChange = mayAsk && taken !== null
  // What its charging software cannot be told is not asked for.
  const isHeard = { whole: true, rows: list !== 'guests', asked: list === 'blocked' }
  const mayPut = mayChange && taken !== null && isHeard[taken]
  const hasTimes = !(list === 'blocked' && taken === 'rows')
  return (
    <>
      <Answered ask={view}>
        {(answer) => (
          <>
            <ListsTold lot={lot} view={answer} mayChange={mayChange} />
            {answer.taken === 'whole' && (
              <p>
                {t.capacity}: {answer.capacity ?? t.noCapacity}{' '}
                {mayChange && <Capacity lot={lot} capacity={answer.capacity} />}
              </p>
            )}
          </>
        )}
      </Answered>
      <div className="lp-filters">
        <ChoiceField
          label={t.list}
          name="list"
          hint={t.means[list]}
          value={list}
          onChange={(next) => set({ list: next, after: undefined })}
          options={listNames.map((value) => ({ value, label: t.lists[value] }))}
        />
        <FindField label={t.find} />
        <ChoiceField
          label={t.order}
          name="order"
          value={words.order === 'newest' ? 'newest' : 'plate'}
          onChange={(order) => set({ order: order === 'plate' ? undefined : order, after: undefined })}
          options={(['plate', 'newest'] as const).map((value) => ({ value, label: t.orders[value] }))}
        />
      </div>
      {list === 'guests' && taken === 'rows' && <p className="lp-hint">{t.noGuests}</p>}
      {mayPut && <Put key={list} lot={lot} list={list} hasTimes={hasTimes} />}
      <Listed lot={lot} list={list} mayChange={mayChange} mayPut={mayPut} isToldByRow={taken === 'rows'} />
      {list === 'blocked' && <OnlyThere lot={lot} mayPut={mayPut} />}
      {mayPut && (
        <ImportFile<ListedImportView['lines'][number]>
          key={`${list} from a file`}
          path={`~/lots/${lot}/listed/${list}/import`}
          how={t.importHow}
          words={t.doesWords}
          columns={[{ key: 'plate', title: t.plate, show: ({ plate }) => plate }]}
        />
      )}
    </>
  )
}

function Capacity({ lot, capacity }: { readonly lot: number; readonly capacity: number | null }) {
  const t = useTexts(texts)
  const [typed, setTyped] = useState(capacity === null ? '' : String(capacity))
  const tell = useTell(`~/lots/${lot}/capacity`)
  return (
    <Because
      label={t.setCapacity}
      title={t.setCapacity}
      what={t.capacityWhat}
      own={vehicleProblems}
      more={
        <Field label={t.capacity} name="capacity" problem={tell.error}>
          {(props) => (
            <Input {...props} inputMode="numeric" value={typed} onChange={({ target }) => setTyped(target.value)} />
          )}
        </Field>
      }
      act={async (reason) => {
        await tell.mutateAsync({ capacity: typed.trim() === '' ? null : Number(typed), reason })
        say(t.capacityDone)
      }}
    />
  )
}

function Put({
  lot,
  list,
  hasTimes,
}: {
  readonly lot: number
  readonly list: ListName
  /** Left out where the lot's software has no word for from when and until when. */
  readonly hasTimes: boolean
}) {
  const t = useTexts(texts)
  const [typed, setTyped] = useState({ plate: '', from: '', until: '', note: '' })
  const tell = useTell<object, { readonly plate: string }>(`~/lots/${lot}/listed/${list}`)
  const time = (name: 'from' | 'until') => (
    <Field label={t[name]} name={name} hint={t.always} problem={tell.error} own={vehicleProblems}>
      {(props) => (
        <Input
          {...props}
          type="datetime-local"
          value={typed[name]}
          onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
        />
      )}
    </Field>
  )
  return (
    <section className="lp-card">
      <h2>{t.put}</h2>
      <form
        className="lp-filters"
        onSubmit={async (event) => {
          event.preventDefault()
          const { plate, from, until, note } = typed
          const said = {
            ...{ plate: plate.trim(), note: note.trim() },
            ...(from === '' ? {} : { from: instantOf(from) }),
            ...(until === '' ? {} : { until: instantOf(until) }),
          }
          const done = await tell.mutateAsync(said).catch(() => null)
          if (done === null) return
          say(t.added(done.plate))
          setTyped({ plate: '', from: '', until: '', note: '' })
        }}
      >
        <Field label={t.plate} name="plate">
          {(props) => (
            <Input
              {...props}
              autoComplete="off"
              maxLength={20}
              value={typed.plate}
              onChange={({ target }) => setTyped({ ...typed, plate: target.value })}
            />
          )}
        </Field>
        {hasTimes && time('from')}
        {hasTimes && time('until')}
        <Field label={t.note} name="note">
          {(props) => (
            <Input
              {...props}
              maxLength={60}
              value={typed.note}
              onChange={({ target }) => setTyped({ ...typed, note: target.value })}
            />
          )}
        </Field>
        <Button type="primary" htmlType="submit" loading={tell.isPending} disabled={typed.plate.trim() === ''}>
          {t.add}
        </Button>
      </form>
      <ProblemBox problem={tell.error} own={vehicleProblems} />
    </section>
  )
}

function Listed({
  lot,
  list,
  mayChange,
  mayPut,
  isToldByRow,
}: {
  readonly lot: number
  readonly list: ListName
  readonly mayChange: boolean
  readonly mayPut: boolean
  readonly isToldByRow: boolean
}) {
  const t = useTexts(texts)
  const toldColumn = useToldColumn<ListedPage['vehicles'][number]>(isToldByRow)
  const { words } = useAddress()
  const page = useAsk<ListedPage>(
    `~/lots/${lot}/listed/${list}`,
    { text: words.text, order: words.order, after: words.after },
    { keepsOld: true, ...(isToldByRow ? { everyMs: 10_000 } : {}) },
  )
  const remove = useTell(`~/lots/${lot}/listed/${list}/remove`)
  return (
    <Answered ask={page}>
      {({ vehicles, next, total }) =>
        vehicles.length === 0 ? (
          <Empty title={words.text ? t.noneFound : t.none}>
            {words.text ? <p>{t.noneFoundHow}</p> : mayPut && <p>{t.noneHow}</p>}
          </Empty>
        ) : (
          <>
            <div className="lp-head">
              <p className="lp-hint">{total !== undefined && t.total(total)}</p>
              <div className="lp-actions">
                <ExportButtons
                  path={`~/lots/${lot}/listed/${list}/file`}
                  words={{ text: words.text, order: words.order }}
                />
              </div>
            </div>
            <DataTable<ListedPage['vehicles'][number]>
              label={t.lists[list]}
              extent="page"
              rows={vehicles}
              rowKey={({ plate }) => plate}
              columns={[
                { key: 'plate', title: t.plate, show: ({ plate }) => <Plate plate={plate} /> },
                { key: 'from', title: t.from, show: ({ from }) => from !== null && <Time at={from} /> },
                { key: 'until', title: t.until, show: ({ until }) => until !== null && <Time at={until} /> },
                { key: 'note', title: t.note, show: ({ note }) => note },
                {
                  key: 'by',
                  title: t.by,
                  show: ({ account, source }) => (source === 'software' ? t.software : account),
                },
                { key: 'when', title: t.when, show: ({ putAt }) => <Time at={putAt} /> },
                ...toldColumn,
                ...(vehicles.some(({ there }) => there !== null)
                  ? [
                      {
                        key: 'there',
                        title: t.there,
                        show: ({ there }: ListedPage['vehicles'][number]) =>
                          there !== null && <span className={there === 'has' ? '' : 'lp-bad'}>{t.theres[there]}</span>,
                      },
                    ]
                  : []),
              ]}
              {...(mayChange
                ? {
                    actions: {
                      title: t.act,
                      show: ({ plate }) => (
                        <Because
                          label={t.remove}
                          title={t.remove}
                          what={t.removeWhat(plate)}
                          danger
                          own={vehicleProblems}
                          act={async (reason) => {
                            await remove.mutateAsync({ plate, reason })
                            say(t.removed)
                          }}
                        />
                      ),
                    },
                  }
                : {})}
            />
            <Pager next={next} />
          </>
        )
      }
    </Answered>
  )
}
