import type { PatrolsView } from '@lanepay/cloud/code/api.ts'
import { Button } from 'antd'
import { Link, useLocation, useParams } from 'wouter'
import { useAddress } from '../../kit/address.ts'
import { useAsk, useTell } from '../../kit/ask.ts'
import { FileButtons, useTake } from '../../kit/export.tsx'
import { ChoiceField } from '../../kit/field.tsx'
import { FindField } from '../../kit/find-field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { OrderField } from '../../kit/order.tsx'
import { Answered, Empty, Page, ProblemBox } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { problems, texts } from './texts.ts'

const shows = ['going', 'wrong', 'right'] as const
/** Who has looked at the codes of a lot, when, and how many were right. */
export default function Patrols() {
  const t = useTexts(texts)
  const [, go] = useLocation()
  const { lot = '' } = useParams<{ lot: string }>()
  const base = `~/lots/${lot}/patrols`
  const { words, set } = useAddress()
  const found = {
    show: shows.find((one) => one === words.show),
    text: words.text?.trim() || undefined,
    order: words.order === 'asc' ? words.order : undefined,
  }
  const ask = useAsk<PatrolsView>(base, { ...found, before: words.before }, { keepsOld: true })
  const begin = useTell<object, { readonly patrol: string }>(base)
  const { busy, problem, take } = useTake(base)
  const { may, look } = useHere()
  const [mayWalk, seesCodes] = [may('codes.patrol', 'lot'), may('codes.read', 'lot')]
  return (
    <Page
      title={`${t.title} (${lot})`}
      lead={t.lead}
      actions={
        <>
          <Button loading={busy !== null} onClick={() => void take('sheet', {}, '/next/sheet')}>
            {t.sheet}
          </Button>
          {mayWalk && (
            <Button
              type="primary"
              loading={begin.isPending}
              onClick={() => begin.mutate({}, { onSuccess: ({ patrol }) => go(`/codes/${lot}/patrols/${patrol}`) })}
            >
              {t.begin}
            </Button>
          )}
        </>
      }
    >
      <p>{seesCodes ? <Link href={`/codes/${lot}`}>{t.codes}</Link> : <Link href="/patrols">{t.lots}</Link>}</p>
      <span role="status">{busy === null ? '' : t.making}</span>
      <ProblemBox problem={problem ?? begin.error} own={problems} />
      <div className="lp-filters">
        <ChoiceField
          label={t.show}
          name="show"
          value={found.show ?? ''}
          onChange={(show) => set({ show, before: undefined })}
          options={[{ value: '', label: t.shows.all }, ...shows.map((value) => ({ value, label: t.shows[value] }))]}
        />
        <FindField label={t.findBy} />
        <OrderField />
      </div>
      {seesCodes && look === null && (
        <div className="lp-actions">
          <FileButtons path={`${base}-file`} words={found} />
        </div>
      )}
      <Answered ask={ask}>
        {({ patrols, next }) =>
          patrols.length === 0 ? (
            <Empty title={found.show || found.text ? t.noneFound : t.none}>
              <p>{found.show || found.text ? t.noneFoundHow : t.noneHow}</p>
            </Empty>
          ) : (
            <>
              <DataTable
                label={t.table}
                extent="page"
                rows={patrols}
                rowKey={({ patrol }) => patrol}
                open={({ patrol }) => go(`/codes/${lot}/patrols/${patrol}`)}
                columns={[
                  {
                    key: 'begun',
                    title: t.begun,
                    show: ({ begunAt, begunBy }) => (
                      <>
                        <Time at={begunAt} /> {t.by(begunBy)}
                      </>
                    ),
                  },
                  {
                    key: 'ended',
                    title: t.ended,
                    show: ({ endedAt }) => (endedAt === null ? t.going : <Time at={endedAt} />),
                  },
                  {
                    key: 'rightly',
                    title: t.rightly,
                    show: ({ places, rightly }) =>
                      places !== null && (
                        <span className={places === rightly ? 'lp-good' : 'lp-bad'}>
                          {rightly} / {places}
                        </span>
                      ),
                  },
                ]}
              />
              <Pager next={next} by="before" />
            </>
          )
        }
      </Answered>
    </Page>
  )
}
