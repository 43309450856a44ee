import type { RulesView, RuleView } from '@lanepay/cloud/share/api.ts'
import { useAddress } from '../../kit/address.ts'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { ChoiceField } from '../../kit/field.tsx'
import { useHere, useLot } from '../../kit/here.tsx'
import { useIntention } from '../../kit/intention.ts'
import { useTexts } from '../../kit/language.ts'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { Money, Time } from '../../kit/shown.tsx'
import { WholeList } from '../../kit/whole-list.tsx'
import { useWords } from '../../kit/words.ts'
import { PutRule } from './put.tsx'
import { percent, problems, texts } from './texts.ts'

const whens = ['holds now', 'to come', 'over'] as const
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
  const words = useWords()
  const { words: asked, set } = useAddress()
  const lot = useLot()
  const when = whens.find((one) => one === asked.when)
  const own = view.rules.filter((rule) => lot === undefined || String(rule.lot) === lot)
  const nameOf = (rule: RuleView) => view.lots.find((one) => one.lot === rule.lot)?.name ?? ''
  const channelOf = ({ channel }: RuleView) => words('payments', 'channel', channel)
  const partyOf = (party: string) => (party === '0' ? t.platform : party)
  return (
    <WholeList<RuleView>
      label={t.title}
      rows={own}
      rowKey={({ version }) => version}
      findIn={(rule) =>
        [rule.lot, nameOf(rule), channelOf(rule), t.when[rule.when], ...rule.parties.map(({ party }) => partyOf(party))]
          .concat(rule.parties.map(({ receiver }) => receiver.account))
          .join(' ')
      }
      keeps={(rule) => when === undefined || rule.when === when}
      file={{ path: '~/share-rules-file', words: { lot, when } }}
      filters={
        <ChoiceField
          label={t.state}
          name="when"
          value={when ?? ''}
          onChange={(value) => set({ when: value, after: undefined })}
          options={[{ value: '', label: t.any }, ...whens.map((value) => ({ value, label: t.when[value] }))]}
        />
      }
      none={
        <Empty title={t.none}>
          <p>{t.noneHow}</p>
        </Empty>
      }
      columns={[
        { key: 'lot', title: t.lot, show: (rule) => `${nameOf(rule)} (${rule.lot})`, by: ({ lot }) => lot },
        { key: 'channel', title: t.channel, show: channelOf, by: channelOf },
        { key: 'from', title: t.from, show: ({ fromAt }) => <Time at={fromAt} />, by: ({ fromAt }) => fromAt },
        {
          key: 'when',
          title: t.state,
          by: (rule) => t.when[rule.when],
          show: (rule) => (
            <span className={rule.when === 'holds now' ? 'lp-good' : 'lp-hint'}>{t.when[rule.when]}</span>
          ),
        },
        {
          key: 'parties',
          title: t.parties,
          show: ({ parties, waitMinutes, limitBasisPoints }) =>
            parties.length === 0 ? (
              t.nothing
            ) : (
              <>
                <ul>
                  {parties
                    .toSorted((a, b) => a.order - b.order)
                    .map(({ party, takes, receiver, onRefund, ifNotPaid }) => (
                      <li key={party}>
                        {partyOf(party)}: {takesOf(takes)}, {t.kinds[receiver.kind]} {receiver.account}.{' '}
                        <span className="lp-hint">
                          {t.onRefund}: {t.refunds[onRefund]}; {t.ifNotPaid}: {t.carries[ifNotPaid]}
                        </span>
                      </li>
                    ))}
                </ul>
                <span className="lp-hint">{t.terms(waitMinutes, percent(limitBasisPoints))}</span>
              </>
            ),
        },
      ]}
      {...(mayChange ? { actions: { title: t.act, show: (rule: RuleView) => <End rule={rule} /> } } : {})}
    />
  )

  function takesOf(takes: RuleView['parties'][number]['takes']) {
    if (takes === 'platform-fee') return t.platformFee
    return 'fixedFen' in takes ? <Money fen={takes.fixedFen} /> : percent(takes.basisPoints)
  }
}

function End({ rule: { lot, channel, parties, when } }: { readonly rule: RuleView }) {
  const t = useTexts(texts)
  const intention = useIntention('~/share-asks')
  const end = useTell('~/share-rules/end')
  if (parties.length === 0 || when === 'over') return null
  return (
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
  )
}
