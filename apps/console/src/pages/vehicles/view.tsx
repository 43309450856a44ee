import type { ListedPage, VehiclesView } from '@lanepay/cloud/vehicle/api.ts'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useAddress } from '../../kit/address.ts'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { ListsTold } from '../../kit/lists-told.tsx'
import { instantOf } from '../../kit/lot/instant.ts'
import { OneLot } from '../../kit/one-lot.tsx'
import { Answered, Empty, Page, ProblemBox } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { say } from '../../kit/said.tsx'
import { Plate, Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { vehicleProblems } from '../../kit/vehicle-problems.ts'

const texts = {
  zh: {
    title: '免费、访客与黑名单',
    lead: '改动马上下发到车场，没有网络时车场也按名单放行。',
    list: '名单',
    lists: { free: '免费车辆', guests: '访客', blocked: '黑名单' },
    means: { free: '随时进出，不收费。', guests: '在约定时间内不收费。', blocked: '不让进场；出场照常缴费。' },
    find: '车牌或备注',
    put: '加入名单',
    plate: '车牌',
    from: '从（北京时间）',
    until: '到（北京时间）',
    always: '留空：一直有效',
    note: '备注',
    add: '加入',
    added: (plate: string) => `${plate} 已加入，正在告诉车场。`,
    none: '名单里还没有车',
    noneHow: '在上面填车牌加入第一辆。',
    noneFound: '没有符合的车',
    noneFoundHow: '换个车牌或备注再找。',
    by: '谁加的',
    when: '加入时间',
    act: '操作',
    remove: '移除',
    removeWhat: (plate: string) => `${plate} 不再在这个名单里，车场马上按普通车辆处理。`,
    removed: '已移除，正在告诉车场。',
    total: (count: number) => `共 ${count} 辆`,
    capacity: '车位总数',
    noCapacity: '不计数',
    setCapacity: '改车位总数',
    capacityWhat: '场内车辆达到这个数时，临时车要等；月卡、免费和访客照常进。留空：不计数。',
    capacityDone: '已改，正在告诉车场。',
  },
  en: {
    title: 'Free, guests, blocked',
    lead: 'A change goes to the lot at once; the lot goes by its lists without a line too.',
    list: 'List',
    lists: { free: 'Free vehicles', guests: 'Guests', blocked: 'Blocked' },
    means: {
      free: 'Comes and goes, and pays nothing.',
      guests: 'Pays nothing in its time.',
      blocked: 'Is not let in; pays and leaves like everybody.',
    },
    find: 'Plate or note',
    put: 'Put on the list',
    plate: 'Plate',
    from: 'From, Beijing time',
    until: 'Until, Beijing time',
    always: 'Empty: always',
    note: 'Note',
    add: 'Put',
    added: (plate: string) => `${plate} is put; the lot is being told.`,
    none: 'Nobody is on this list yet',
    noneHow: 'Type a plate above to put the first one.',
    noneFound: 'Nobody fits',
    noneFoundHow: 'Look for another plate or note.',
    by: 'By',
    when: 'When',
    act: 'Act',
    remove: 'Take off',
    removeWhat: (plate: string) => `${plate} is not on this list any more; the lot treats it like everybody at once.`,
    removed: 'Taken off; the lot is being told.',
    total: (count: number) => `${count} in all`,
    capacity: 'Places',
    noCapacity: 'not counted',
    setCapacity: 'Change the places',
    capacityWhat:
      'When so many are inside, visitors wait; month cards, free vehicles and guests come in all the same. Empty: nobody counts.',
    capacityDone: 'Changed; the lot is being told.',
  },
}
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
  const mayChange = here.look === null && here.may('vehicles.change', 'lot')
  const view = useAsk<VehiclesView>(`~/lots/${lot}/vehicles`, {}, { everyMs: 10_000 })
  return (
    <>
      <Answered ask={view}>
        {(answer) => (
          <>
            <ListsTold view={answer} />
            <p>
              {t.capacity}: {answer.capacity ?? t.noCapacity}{' '}
              {mayChange && <Capacity lot={lot} capacity={answer.capacity} />}
            </p>
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
        <Field label={t.find} name="text">
          {(props) => (
            <Input
              {...props}
              allowClear
              value={words.text ?? ''}
              onChange={({ target }) => set({ text: target.value, after: undefined }, { stays: true })}
            />
          )}
        </Field>
      </div>
      {mayChange && <Put key={list} lot={lot} list={list} />}
      <Listed lot={lot} list={list} mayChange={mayChange} />
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

function Put({ lot, list }: { readonly lot: number; readonly list: ListName }) {
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
        {time('from')}
        {time('until')}
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
}: {
  readonly lot: number
  readonly list: ListName
  readonly mayChange: boolean
}) {
  const t = useTexts(texts)
  const { words } = useAddress()
  const page = useAsk<ListedPage>(
    `~/lots/${lot}/listed/${list}`,
    { text: words.text, after: words.after },
    { keepsOld: true },
  )
  const remove = useTell(`~/lots/${lot}/listed/${list}/remove`)
  return (
    <Answered ask={page}>
      {({ vehicles, next, total }) =>
        vehicles.length === 0 ? (
          <Empty title={words.text ? t.noneFound : t.none}>
            <p>{words.text ? t.noneFoundHow : t.noneHow}</p>
          </Empty>
        ) : (
          <>
            {total !== undefined && <p className="lp-hint">{t.total(total)}</p>}
            <DataTable<ListedPage['vehicles'][number]>
              label={t.lists[list]}
              rows={vehicles}
              rowKey={({ plate }) => plate}
              columns={[
                { key: 'plate', title: t.plate, show: ({ plate }) => <Plate plate={plate} /> },
                { key: 'from', title: t.from, show: ({ from }) => from !== null && <Time at={from} /> },
                { key: 'until', title: t.until, show: ({ until }) => until !== null && <Time at={until} /> },
                { key: 'note', title: t.note, show: ({ note }) => note },
                { key: 'by', title: t.by, show: ({ account }) => account },
                { key: 'when', title: t.when, show: ({ putAt }) => <Time at={putAt} /> },
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
