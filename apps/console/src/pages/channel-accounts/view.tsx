import type { AccountsView, CertificatesView } from '@lanepay/cloud/integrator/api.ts'
import { useAddress } from '../../kit/address.ts'
import { useAsk } from '../../kit/ask.ts'
import { ChoiceField } from '../../kit/field.tsx'
import { Found } from '../../kit/found.tsx'
import { useTexts } from '../../kit/language.ts'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Time } from '../../kit/shown.tsx'
import { WholeList } from '../../kit/whole-list.tsx'
import { Accounts } from './accounts.tsx'
import { texts } from './texts.ts'

/** Whether money can come in: certificates by their end, accounts by their last answer. */
export default function ChannelAccounts() {
  const t = useTexts(texts)
  const { words, set } = useAddress()
  const isTroubled = words.show === 'troubled'
  return (
    <Page title={t.title} lead={t.lead}>
      <h2>{t.certificates}</h2>
      <Certificates />
      <section className="lp-list">
        <h2>{t.accounts}</h2>
        <div className="lp-filters">
          <ChoiceField
            label={t.show}
            name="show"
            value={isTroubled ? 'troubled' : ''}
            onChange={(show) => set({ show, after: undefined })}
            options={[
              { value: '', label: t.all },
              { value: 'troubled', label: t.troubled },
            ]}
          />
        </div>
        <Found<AccountsView>
          path="/api/platform/accounts"
          file="/api/platform/accounts-file"
          more={isTroubled ? { troubled: 'yes' } : {}}
        >
          {({ accounts }) =>
            accounts.length === 0 ? (
              <Empty title={isTroubled ? t.noneTroubled : t.none}>
                <p>{t.noneHow}</p>
              </Empty>
            ) : (
              <Accounts accounts={accounts} />
            )
          }
        </Found>
      </section>
    </Page>
  )
}

function Certificates() {
  const t = useTexts(texts)
  const ask = useAsk<CertificatesView>('/api/platform/certificates')
  return (
    <Answered ask={ask}>
      {({ certificates }) => (
        <WholeList
          name="certificates"
          label={t.certificates}
          rows={certificates}
          rowKey={({ channel, serial }) => `${channel} ${serial}`}
          findIn={({ channel, whose, serial, state }) =>
            [t.names[channel], t.whoses[whose], serial, t.states[state]].join(' ')
          }
          file={{ path: '/api/platform/certificates-file', everybody: true }}
          none={
            <Empty title={t.noCertificates}>
              <p>{t.noCertificatesHow}</p>
            </Empty>
          }
          columns={[
            {
              key: 'channel',
              title: t.channel,
              show: ({ channel }) => t.names[channel],
              by: ({ channel }) => t.names[channel],
            },
            { key: 'whose', title: t.whose, show: ({ whose }) => t.whoses[whose], by: ({ whose }) => t.whoses[whose] },
            { key: 'serial', title: t.serial, show: ({ serial }) => serial, by: ({ serial }) => serial },
            {
              key: 'until',
              title: t.until,
              show: ({ validUntil }) => <Time at={validUntil} />,
              by: ({ validUntil }) => validUntil,
            },
            {
              key: 'state',
              title: t.state,
              by: ({ state }) => t.states[state],
              show: ({ state }) => <span className={state === 'good' ? 'lp-good' : 'lp-bad'}>{t.states[state]}</span>,
            },
          ]}
        />
      )}
    </Answered>
  )
}
