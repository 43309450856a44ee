import type { InsideDifferencesView, OnlyOurs, OnlyTheirs } from '@lanepay/cloud/lot-lists/api.ts'
import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'wouter'
import { useAsk } from '../../kit/ask.ts'
import { language, useTexts } from '../../kit/language.ts'
import { lotsNo } from '../../kit/lot/no-words.ts'
import { Answered } from '../../kit/page.tsx'
import { Plate, Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'

const texts = {
  zh: {
    title: '和车场软件核对在场车辆',
    what: '现在向车场软件要它的在场名单，和这里的在场记录比较；刚刚进出的车不算。',
    compare: '核对',
    unanswered: '车场软件没有给出名单：',
    silent: '没有及时回答，请稍后再试',
    counts: (ours: number, theirs: number) => `这里 ${ours} 辆，车场软件 ${theirs} 辆。`,
    same: '两边一致。',
    onlyOurs: '只有这里还在场',
    onlyOursWhat: '车多半已经离场：打开这条记录，用“结束”结束它。',
    onlyTheirs: '只有车场软件说在场',
    onlyTheirsWhat: '它的入场没有传到这里；司机查费时会自动补上，不用处理。',
    plate: '车牌',
    entered: '入场',
    left: '软件里的离场',
    leftUnknown: '没有',
    open: '打开记录',
  },
  en: {
    title: "Compare who is inside with the lot's software",
    what: "Asks the lot's software now whom it has inside, and holds that to the stays here; who has just come or gone does not count.",
    compare: 'Compare',
    unanswered: "The lot's software has given no list: ",
    silent: 'no answer in time; try again in a while',
    counts: (ours: number, theirs: number) => `${ours} here, ${theirs} by the lot's software.`,
    same: 'Both say the same.',
    onlyOurs: 'Inside here alone',
    onlyOursWhat: 'Such a vehicle has most likely gone: open the stay and close it there.',
    onlyTheirs: "Inside by the lot's software alone",
    onlyTheirsWhat: 'Its entry never came here. It is made good when its driver asks for the price: nothing to do.',
    plate: 'Plate',
    entered: 'Entered',
    left: 'Left, by the software',
    leftUnknown: 'not said',
    open: 'Open the stay',
  },
}

/** Who is inside by the lot's own software, held to the stays here, when somebody wants to know. */
export function InsideDifferences({ lot }: { readonly lot: number }) {
  const t = useTexts(texts)
  const said = language.use()
  const [isAsked, setAsked] = useState(false)
  const ask = useAsk<InsideDifferencesView>(isAsked ? `~/lots/${lot}/inside-differences` : null)
  const compare = () => (isAsked ? void ask.refetch() : setAsked(true))
  return (
    <section className="lp-card" aria-label={t.title}>
      <h2>{t.title}</h2>
      <p className="lp-what">{t.what}</p>
      <Button loading={ask.isFetching} onClick={compare}>
        {t.compare}
      </Button>
      {isAsked && (
        <Answered ask={ask}>
          {(view) =>
            view.unanswered === null ? (
              <Found lot={lot} view={view} />
            ) : (
              <p className="lp-banner lp-banner-warn" role="alert">
                {t.unanswered}
                {view.unanswered === 'lot-silent' ? t.silent : lotsNo(view.unanswered, said)}
              </p>
            )
          }
        </Answered>
      )}
    </section>
  )
}

function Found({ lot, view }: { readonly lot: number; readonly view: InsideDifferencesView }) {
  const t = useTexts(texts)
  const { onlyOurs, onlyTheirs } = view
  return (
    <>
      <p>
        {t.counts(view.ours, view.theirs)} {onlyOurs.length + onlyTheirs.length === 0 && t.same}
      </p>
      {onlyOurs.length > 0 && (
        <>
          <h3>{t.onlyOurs}</h3>
          <p className="lp-what">{t.onlyOursWhat}</p>
          <DataTable<OnlyOurs>
            label={t.onlyOurs}
            extent="part"
            rows={onlyOurs}
            rowKey={({ session }) => session}
            columns={[
              { key: 'plate', title: t.plate, show: ({ plate }) => <Plate plate={plate} /> },
              { key: 'entered', title: t.entered, show: ({ enteredAt }) => <Time at={enteredAt} /> },
              {
                key: 'left',
                title: t.left,
                show: ({ left }) => (left === null ? t.leftUnknown : <Time at={left.at} />),
              },
              {
                key: 'open',
                title: '',
                show: ({ session }) => <Link href={`/sessions/${lot}/${session}`}>{t.open}</Link>,
              },
            ]}
          />
        </>
      )}
      {onlyTheirs.length > 0 && (
        <>
          <h3>{t.onlyTheirs}</h3>
          <p className="lp-what">{t.onlyTheirsWhat}</p>
          <DataTable<OnlyTheirs>
            label={t.onlyTheirs}
            extent="part"
            rows={onlyTheirs}
            rowKey={({ plate, enteredAt }) => `${plate} ${enteredAt}`}
            columns={[
              { key: 'plate', title: t.plate, show: ({ plate }) => <Plate plate={plate} /> },
              { key: 'entered', title: t.entered, show: ({ enteredAt }) => <Time at={enteredAt} /> },
            ]}
          />
        </>
      )}
    </>
  )
}
