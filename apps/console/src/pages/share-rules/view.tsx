import type { RulesView, RuleView } from '@lanepay/cloud/share/api.ts'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { useHere, useLot } from '../../kit/here.tsx'
import { useIntention } from '../../kit/intention.ts'
import { useTexts } from '../../kit/language.ts'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { Money, Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { useWords } from '../../kit/words.ts'
import { PutRule } from './put.tsx'
import { percent, problems, texts } from './texts.ts'

/** Rules of shares: which hold, which are to come, and who gets what by them. */
export default function ShareRules() {
  const t = useTexts(texts)
  const rules = useAsk<RulesView>('~/share-rules')
  const here = useHere()
  const mayChange = here.look === null && here.may('shares.change', 'operator')
  return (
    <Page
      title={t.title}
      lead={t.lead}
      {...(mayChange && rules.data && rules.data.lots.length > 0 ? { actions: <PutRule view={rules.data} /> } : {})}
    >
      <Answered ask={rules}>{(answer) => <Rules view={answer} mayChange={mayChange} />}</Answered>
    </Page>
  )
}

function Rules({ view, mayChange }: { readonly view: RulesView; readonly mayChange: boolean }) {
  const t = useTexts(texts)
  const lot = useLot()
  const shown = view.rules.filter((rule) => lot === undefined || String(rule.lot) === lot)
  if (shown.length === 0)
    return (
      <Empty title={t.none}>
        <p>{t.noneHow}</p>
      </Empty>
    )
  return (
    <>
      {shown.map((rule) => (
        <Rule key={rule.version} rule={rule} view={view} mayChange={mayChange} />
      ))}
    </>
  )
}

function Rule({
  rule,
  view,
  mayChange,
}: {
  readonly rule: RuleView
  readonly view: RulesView
  readonly mayChange: boolean
}) {
  const t = useTexts(texts)
  const words = useWords()
  const intention = useIntention('~/share-asks')
  const end = useTell('~/share-rules/end')
  const { lot, channel } = rule
  const name = view.lots.find((one) => one.lot === lot)?.name ?? ''
  const isEnded = rule.parties.length === 0
  return (
    <section className="lp-card">
      <div className="lp-head">
        <h2>
          {name} ({lot}), {words('payments', 'channel', channel)}
        </h2>
        <p className={rule.when === 'holds now' ? 'lp-good' : 'lp-hint'}>{t.when[rule.when]}</p>
      </div>
      <p>
        {t.from} <Time at={rule.fromAt} />.{' '}
        {isEnded ? t.nothing : t.terms(rule.waitMinutes, percent(rule.limitBasisPoints))}
      </p>
      {!isEnded && (
        <DataTable
          label={t.parties}
          rows={rule.parties.toSorted((a, b) => a.order - b.order)}
          rowKey={({ party }) => party}
          columns={[
            { key: 'party', title: t.party, show: ({ party }) => (party === '0' ? t.platform : party) },
            {
              key: 'takes',
              title: t.takes,
              show: ({ takes }) =>
                takes === 'platform-fee' ? (
                  t.platformFee
                ) : 'fixedFen' in takes ? (
                  <Money fen={takes.fixedFen} />
                ) : (
                  percent(takes.basisPoints)
                ),
            },
            { key: 'to', title: t.receiver, show: ({ receiver }) => `${t.kinds[receiver.kind]} ${receiver.account}` },
            { key: 'refund', title: t.onRefund, show: ({ onRefund }) => t.refunds[onRefund] },
            { key: 'unpaid', title: t.ifNotPaid, show: ({ ifNotPaid }) => t.carries[ifNotPaid] },
          ]}
        />
      )}
      {mayChange && !isEnded && rule.when !== 'over' && (
        <div className="lp-actions">
          <Because
            label={t.end}
            title={t.end}
            what={t.endWhat}
            danger
            own={problems}
            act={async (reason) => {
              await end.mutateAsync({ ask: await intention.ask({ lot }), lot, channel, reason })
              intention.over()
              say(t.ended)
            }}
          />
        </div>
      )}
    </section>
  )
}
