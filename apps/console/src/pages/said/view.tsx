import { type SaidPage, type SaidView, wishStates } from '@lanepay/cloud/bolink/api.ts'
import { useAddress } from '../../kit/address.ts'
import { useAsk } from '../../kit/ask.ts'
import { cellOf, isFigure } from '../../kit/cell.tsx'
import { ExportButtons } from '../../kit/export.tsx'
import { ChoiceField } from '../../kit/field.tsx'
import { FindField } from '../../kit/find-field.tsx'
import { useHere } from '../../kit/here.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { LotPicture } from '../../kit/lot/picture.tsx'
import { OneLot } from '../../kit/one-lot.tsx'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { SoftwarePerson } from '../../kit/software-says.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'
import { EndWish } from './wish.tsx'

/** Of these a person says what became. */
const wishes = 'invoice-wish'

/** What the charging software of a lot has told of its own lists and doings. */
export default function Said() {
  const t = useTexts(texts)
  return (
    <Page title={t.title} lead={t.lead}>
      <OneLot>{({ lot }) => <OfLot lot={lot} />}</OneLot>
    </Page>
  )
}

function OfLot({ lot }: { readonly lot: number }) {
  const t = useTexts(texts)
  const said = language.use()
  const { words, set } = useAddress()
  const view = useAsk<SaidView>(`~/lots/${lot}/said`)
  return (
    <Answered ask={view}>
      {({ kinds }) => {
        // The first of which there is anything.
        const chosen =
          kinds.find(({ kind }) => kind === words.kind) ?? kinds.find(({ count }) => count > 0) ?? kinds[0]!
        return (
          <>
            <div className="lp-filters">
              <ChoiceField
                label={t.kind}
                name="kind"
                value={chosen.kind}
                onChange={(kind) => set({ kind, text: undefined, state: undefined, after: undefined })}
                options={kinds.map(({ kind, title, count }) => ({ value: kind, label: t.kindOf(title[said], count) }))}
              />
              {chosen.kind === wishes && (
                <ChoiceField
                  label={t.state}
                  name="state"
                  value={wishStates.find((state) => state === words.state) ?? ''}
                  onChange={(state) => set({ state: state || undefined, after: undefined })}
                  options={[
                    { value: '', label: t.allStates },
                    ...wishStates.map((value) => ({ value, label: t.states[value] })),
                  ]}
                />
              )}
              <FindField label={t.find} />
              <ChoiceField
                label={t.order}
                name="order"
                value={words.order === 'key' ? 'key' : 'newest'}
                onChange={(order) => set({ order: order === 'newest' ? undefined : order, after: undefined })}
                options={(['newest', 'key'] as const).map((value) => ({ value, label: t.orders[value] }))}
              />
            </div>
            <OfKind key={chosen.kind} lot={lot} kind={chosen.kind} title={chosen.title[said]} />
          </>
        )
      }}
    </Answered>
  )
}

type SaidRow = SaidPage['rows'][number]
function OfKind({ lot, kind, title }: { readonly lot: number; readonly kind: string; readonly title: string }) {
  const t = useTexts(texts)
  const said = language.use()
  const here = useHere()
  const { words } = useAddress()
  const areWishes = kind === wishes
  const asked = { text: words.text, order: words.order, ...(areWishes ? { state: words.state } : {}) }
  const mayEnd = areWishes && here.look === null && here.may('invoices.end', 'lot')
  const isNarrowed = Boolean(asked.text || asked.state)
  const page = useAsk<SaidPage>(`~/lots/${lot}/said/${kind}`, { ...asked, after: words.after }, { keepsOld: true })
  const actionsOf = (pictured: SaidPage['pictured']): Pick<Parameters<typeof DataTable<SaidRow>>[0], 'actions'> => {
    if (mayEnd)
      return {
        actions: {
          title: t.act,
          show: ({ state, key }) => state === 'waiting' && <EndWish lot={lot} number={String(key)} />,
        },
      }
    if (pictured === undefined) return {}
    const pictures = `~/lots/${lot}/said/${kind}/pictures`
    return {
      actions: {
        title: t.picture,
        show: ({ key }) =>
          pictured.includes(String(key)) && <LotPicture way={pictures} of={String(key)} what={String(key)} />,
      },
    }
  }
  return (
    <Answered ask={page}>
      {({ columns, rows, next, total, pictured }) =>
        rows.length === 0 ? (
          <Empty title={isNarrowed ? t.noneFound : t.none}>
            <p>{isNarrowed ? t.noneFoundHow : t.noneHow}</p>
          </Empty>
        ) : (
          <>
            <div className="lp-head">
              <p className="lp-hint">{total !== undefined && t.total(total)}</p>
              <div className="lp-actions">
                <ExportButtons path={`~/lots/${lot}/said/${kind}/file`} words={asked} />
              </div>
            </div>
            <DataTable<SaidRow>
              label={title}
              extent="page"
              rows={rows}
              rowKey={(row) => String(row.key)}
              columns={columns.map((column) => ({
                ...{ key: column.key, title: column.title[said], end: isFigure(column) },
                show: (row) =>
                  column.key === 'person' && row.person ? (
                    <SoftwarePerson lot={lot} person={String(row.person)} />
                  ) : (
                    cellOf(column, row[column.key] ?? null, said)
                  ),
              }))}
              {...actionsOf(pictured)}
            />
            <Pager next={next} />
          </>
        )
      }
    </Answered>
  )
}
