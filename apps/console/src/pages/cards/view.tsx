import type { CardPage, CardState, VehiclesView } from '@lanepay/cloud/vehicle/api.ts'
import { useAddress } from '../../kit/address.ts'
import { useAsk } from '../../kit/ask.ts'
import { ExportButtons } from '../../kit/export.tsx'
import { ChoiceField } from '../../kit/field.tsx'
import { FindField } from '../../kit/find-field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { ListsTold } from '../../kit/lists-told.tsx'
import { OneLot } from '../../kit/one-lot.tsx'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { useToldColumn } from '../../kit/rows-told.tsx'
import { dayText, Plate } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { ImportCards } from './import.tsx'
import { OpenCard } from './open.tsx'
import { Products } from './products.tsx'
import { Story } from './story.tsx'
import { texts } from './texts.ts'

const states = ['valid', 'ending', 'to-come', 'over', 'stopped'] as const satisfies readonly CardState[]

/** Month cards of a lot, what they are sold as, and where they come from. */
export default function Cards() {
  const t = useTexts(texts)
  return (
    <Page title={t.title} lead={t.lead}>
      <OneLot>{({ lot }) => <OfLot lot={lot} />}</OneLot>
    </Page>
  )
}

function OfLot({ lot }: { readonly lot: number }) {
  const here = useHere()
  const { words, set } = useAddress()
  const mayAsk = here.look === null && here.may('vehicles.change', 'lot')
  const view = useAsk<VehiclesView>(`~/lots/${lot}/vehicles`, {}, { everyMs: 10_000 })
  return (
    <Answered ask={view}>
      {(answer) => {
        const sold = answer.products.filter(({ ended }) => !ended)
        const mayChange = mayAsk && answer.taken !== null && answer.taken !== 'asked'
        return (
          <>
            <ListsTold lot={lot} view={answer} mayChange={mayChange} />
            {words.card && (
              <Story
                key={words.card}
                lot={lot}
                id={words.card}
                mayChange={mayChange}
                close={() => set({ card: undefined })}
              />
            )}
            <List lot={lot} view={answer} mayOpen={mayChange && sold.length > 0} />
            {mayChange && sold.length > 0 && <ImportCards lot={lot} products={sold} />}
            <Products lot={lot} products={answer.products} mayChange={mayChange} />
          </>
        )
      }}
    </Answered>
  )
}

function List({
  lot,
  view,
  mayOpen,
}: {
  readonly lot: number
  readonly view: VehiclesView
  readonly mayOpen: boolean
}) {
  const t = useTexts(texts)
  const { words, set } = useAddress()
  const found = { text: words.text, state: words.state, product: words.product, order: words.order }
  const page = useAsk<CardPage>(
    `~/lots/${lot}/cards`,
    { ...found, after: words.after },
    { keepsOld: true, ...(view.rows === null ? {} : { everyMs: 10_000 }) },
  )
  const toldColumn = useToldColumn<CardPage['cards'][number]>(view.rows !== null)
  const narrowed = words.text || words.state || words.product
  const choose = (name: 'state' | 'product' | 'order', value: string) => set({ [name]: value, after: undefined })
  return (
    <section className="lp-card">
      <div className="lp-head">
        <h2>{t.cards}</h2>
        <div className="lp-actions">
          {mayOpen && <OpenCard lot={lot} now={view.now} products={view.products.filter(({ ended }) => !ended)} />}
          <ExportButtons path={`~/lots/${lot}/cards-file`} words={found} />
        </div>
      </div>
      <div className="lp-filters">
        <FindField label={t.find} />
        <ChoiceField
          label={t.state}
          name="state"
          value={words.state ?? ''}
          onChange={(value) => choose('state', value)}
          options={[{ value: '', label: t.any }, ...states.map((value) => ({ value, label: t.states[value] }))]}
        />
        <ChoiceField
          label={t.product}
          name="product"
          value={words.product ?? ''}
          onChange={(value) => choose('product', value)}
          options={[
            { value: '', label: t.any },
            ...view.products.map(({ product, name }) => ({ value: product, label: name })),
          ]}
        />
        <ChoiceField
          label={t.order}
          name="order"
          value={words.order ?? 'card'}
          onChange={(value) => choose('order', value)}
          options={[
            { value: 'card', label: t.byCard },
            { value: 'until', label: t.byUntil },
          ]}
        />
      </div>
      <Answered ask={page}>
        {({ cards, next, total }) =>
          cards.length === 0 ? (
            <Empty title={narrowed ? t.noneFound : t.none}>
              <p>{narrowed ? t.noneFoundHow : t.noneHow}</p>
            </Empty>
          ) : (
            <>
              {total !== undefined && <p className="lp-hint">{t.total(total)}</p>}
              <DataTable
                label={t.cards}
                extent="page"
                rows={cards}
                rowKey={({ id }) => id}
                open={({ id }) => set({ card: id })}
                columns={[
                  { key: 'card', title: t.card, show: ({ card }) => card },
                  {
                    key: 'plates',
                    title: t.plates,
                    show: ({ plates }) =>
                      plates.map((plate) => (
                        <span key={plate}>
                          <Plate plate={plate} />{' '}
                        </span>
                      )),
                  },
                  { key: 'product', title: t.product, show: ({ productName }) => productName },
                  { key: 'spaces', title: t.spaces, end: true, show: ({ spaces }) => spaces },
                  { key: 'from', title: t.from, show: ({ from }) => dayText(from) },
                  { key: 'until', title: t.until, show: ({ until }) => dayText(until - 1) },
                  {
                    key: 'state',
                    title: t.state,
                    show: ({ state }) => (
                      <span className={state === 'valid' ? 'lp-good' : state === 'to-come' ? '' : 'lp-bad'}>
                        {t.states[state]}
                      </span>
                    ),
                  },
                  {
                    key: 'holder',
                    title: t.holder,
                    show: ({ holder }) => holder && `${holder.name} ${holder.phone}`,
                  },
                  ...toldColumn,
                ]}
              />
              <Pager next={next} />
            </>
          )
        }
      </Answered>
    </section>
  )
}
