import type { CouponPage, CouponState, SettlementView, ShopsView } from '@lanepay/cloud/coupon/api.ts'
import { Input } from 'antd'
import { useAddress } from '../../kit/address.ts'
import { useAsk } from '../../kit/ask.ts'
import { ExportButtons } from '../../kit/export.tsx'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { useHere } from '../../kit/here.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { lotsNo } from '../../kit/lot/no-words.ts'
import { OneLot } from '../../kit/one-lot.tsx'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { dayText, Money, Plate, Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { Shops } from './shops.tsx'
import { texts } from './texts.ts'

const states = ['open', 'used', 'refused', 'over'] as const satisfies readonly CouponState[]

/** Shops, the coupons they gave, and what of them is settled. */
export default function ShopsPage() {
  const t = useTexts(texts)
  return (
    <Page title={t.title} lead={t.lead}>
      <OneLot>{({ lot }) => <OfLot lot={lot} />}</OneLot>
    </Page>
  )
}

function OfLot({ lot }: { readonly lot: number }) {
  const here = useHere()
  const mayChange = here.look === null && here.may('coupons.change', 'lot')
  const shops = useAsk<ShopsView>(`~/lots/${lot}/shops`)
  return (
    <Answered ask={shops}>
      {(view) => (
        <>
          <Shops lot={lot} view={view} mayChange={mayChange} />
          <Settlement lot={lot} now={view.now} />
          <Coupons lot={lot} view={view} />
        </>
      )}
    </Answered>
  )
}

function Settlement({ lot, now }: { readonly lot: number; readonly now: number }) {
  const t = useTexts(texts)
  const { words, set } = useAddress()
  const month = /^20\d\d-(?:0[1-9]|1[0-2])$/.test(words.month ?? '') ? words.month! : dayText(now).slice(0, 7)
  const settled = useAsk<SettlementView>(`~/lots/${lot}/settlement`, { month }, { keepsOld: true })
  return (
    <section className="lp-card">
      <div className="lp-head">
        <h2>{t.settlement}</h2>
        <div className="lp-actions">
          <ExportButtons path={`~/lots/${lot}/settlement-file`} words={{ month }} />
        </div>
      </div>
      <div className="lp-filters">
        <Field label={t.ofMonth} name="month" hint={t.settleHow}>
          {(props) => (
            <Input
              {...props}
              type="month"
              value={month}
              onChange={({ target }) => set({ month: target.value, 'settlement-after': undefined })}
            />
          )}
        </Field>
      </div>
      <Answered ask={settled}>
        {({ shops }) =>
          shops.length === 0 ? (
            <Empty title={t.noSettled}>
              <p>{t.noSettledHow}</p>
            </Empty>
          ) : (
            <DataTable
              label={t.settlement}
              extent="whole"
              sort="settlement"
              rows={shops}
              rowKey={({ shop }) => shop}
              footer={{
                name: t.sum,
                given: shops.reduce((sum, { given }) => sum + given, 0),
                used: shops.reduce((sum, { used }) => sum + used, 0),
                lowered: <Money fen={shops.reduce((sum, { loweredFen }) => sum + loweredFen, 0)} />,
              }}
              columns={[
                { key: 'name', title: t.shop, show: ({ name }) => name, by: ({ name }) => name },
                { key: 'given', title: t.givenCount, end: true, show: ({ given }) => given, by: ({ given }) => given },
                { key: 'used', title: t.usedCount, end: true, show: ({ used }) => used, by: ({ used }) => used },
                {
                  key: 'lowered',
                  title: t.loweredFen,
                  end: true,
                  by: ({ loweredFen }) => loweredFen,
                  show: ({ loweredFen, unknown }) => (
                    <>
                      <Money fen={loweredFen} />
                      {unknown > 0 && (
                        <span className="lp-hint">
                          {' '}
                          (+{unknown}: {t.unsaid})
                        </span>
                      )}
                    </>
                  ),
                },
              ]}
            />
          )
        }
      </Answered>
    </section>
  )
}

function Coupons({ lot, view }: { readonly lot: number; readonly view: ShopsView }) {
  const t = useTexts(texts)
  const said = language.use()
  const { words, set } = useAddress()
  const found = { shop: words.shop, state: words.state, text: words.text, order: words.order }
  const page = useAsk<CouponPage>(`~/lots/${lot}/coupons`, { ...found, after: words.after }, { keepsOld: true })
  return (
    <section className="lp-card">
      <div className="lp-head">
        <h2>{t.coupons}</h2>
        <div className="lp-actions">
          <ExportButtons path={`~/lots/${lot}/coupons-file`} words={found} />
        </div>
      </div>
      <div className="lp-filters">
        <ChoiceField
          label={t.shop}
          name="shop"
          value={words.shop ?? ''}
          onChange={(shop) => set({ shop, after: undefined })}
          options={[{ value: '', label: t.any }, ...view.shops.map(({ shop, name }) => ({ value: shop, label: name }))]}
        />
        <ChoiceField
          label={t.state}
          name="state"
          value={words.state ?? ''}
          onChange={(state) => set({ state, after: undefined })}
          options={[{ value: '', label: t.any }, ...states.map((value) => ({ value, label: t.states[value] }))]}
        />
        <Field label={t.find} name="text">
          {(props) => (
            <Input
              {...props}
              type="search"
              maxLength={40}
              value={words.text ?? ''}
              onChange={({ target }) => set({ text: target.value, after: undefined }, { stays: true })}
            />
          )}
        </Field>
        <ChoiceField
          label={t.order}
          name="order"
          value={words.order === 'asc' ? 'asc' : 'desc'}
          onChange={(order) => set({ order: order === 'desc' ? undefined : order, after: undefined })}
          options={(['desc', 'asc'] as const).map((value) => ({ value, label: t.orders[value] }))}
        />
      </div>
      <Answered ask={page}>
        {({ coupons, next }) =>
          coupons.length === 0 ? (
            <Empty title={words.shop || words.state || words.text ? t.noneFound : t.noCoupons}>
              <p>{t.noCouponsHow}</p>
            </Empty>
          ) : (
            <>
              <DataTable
                label={t.coupons}
                extent="page"
                rows={coupons}
                rowKey={({ coupon }) => coupon}
                columns={[
                  { key: 'given', title: t.given, show: ({ givenAt }) => <Time at={givenAt} /> },
                  { key: 'shop', title: t.shop, show: ({ shopName }) => shopName },
                  { key: 'kind', title: t.kind, show: ({ kind }) => kind },
                  { key: 'plate', title: t.plate, show: ({ plate }) => <Plate plate={plate} /> },
                  { key: 'how', title: t.how, show: ({ takenBy }) => t.by[takenBy] },
                  { key: 'until', title: t.until, show: ({ validUntil }) => <Time at={validUntil} short /> },
                  {
                    key: 'state',
                    title: t.state,
                    show: ({ state, because, waits }) => (
                      <>
                        {t.states[state]}{' '}
                        {state === 'refused' && <span className="lp-hint">{lotsNo(because ?? '', said)}</span>}
                        {waits && <span className="lp-hint">{t.waitsThere}</span>}
                      </>
                    ),
                  },
                  { key: 'used', title: t.used, show: ({ usedAt }) => usedAt !== null && <Time at={usedAt} short /> },
                  {
                    key: 'lowered',
                    title: t.lowered,
                    end: true,
                    show: ({ loweredFen, state }) =>
                      loweredFen !== null ? <Money fen={loweredFen} /> : state === 'used' && t.unsaid,
                  },
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
