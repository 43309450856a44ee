import type { ApplicantView, ChannelView, DueView, MendView, StepView } from '@lanepay/cloud/application/api.ts'
import type { FormField, PaperKind, Place } from '@lanepay/domain/applicant/form.ts'
import { fieldLabels, type Label, laneLabels, paperLabels } from '@lanepay/domain/applicant/labels.ts'
import QRCode from 'qrcode'
import { useMemo } from 'react'
import { type Language, language, useTexts } from '../language.ts'
import { Time } from '../shown.tsx'
import { DataTable } from '../table.tsx'
import { reasonTexts, stateTexts } from './texts.ts'

/* Where an application stands, for whoever applies and for whoever reviews. */

/** What a place of the form is called: a field, a field of a lane, or a paper. */
export function placeText(place: Place, said: Language): string {
  const [first = '', second = '', third] = place.split('/')
  if (first === 'papers') return (paperLabels[second as PaperKind] as Label | undefined)?.[said] ?? place
  const field = (fieldLabels[first as FormField] as Label | undefined)?.[said] ?? place
  if (third === undefined) return field
  const lane = (laneLabels[third as keyof typeof laneLabels] as Label | undefined)?.[said] ?? third
  return `${field} ${Number(second) + 1}: ${lane}`
}

const texts = {
  zh: {
    state: '当前状态',
    review: '预计审核完成',
    between: (least: string, most: string) => `${least} 至 ${most}`,
    installation: '预计安装',
    unknown: (year: number) => `无法推算：还没有 ${year} 年的放假安排`,
    steps: '处理记录',
    at: '时间',
    what: '事项',
    who: '经办',
    details: '说明',
    whoNames: { applicant: '申请人', reviewer: '审核员', lanepay: '系统' } as Record<string, string>,
    channel: (name: string) => ({ wechatpay: '微信支付', alipay: '支付宝', zldpay: '合作钱包' })[name] ?? name,
    channels: '支付渠道',
    channelStates: {
      asked: '等待提交',
      'channel-review': '审核中',
      'to-sign': '待签约',
      live: '已开通',
      returned: '已退回',
    } as Record<ChannelView['state'], string>,
    sign: '打开签约页面',
    scan: '请管理员扫码签约',
    acts: {
      make: '创建',
      submit: '提交',
      take: '开始审核',
      return: '退回',
      approve: '通过',
      open: '开通车场',
      suspend: '暂停',
      resume: '恢复',
      link: '重发链接',
      print: '打印',
      'channel-review': '渠道受理',
      'to-sign': '渠道待签约',
      live: '渠道开通',
      returned: '渠道退回',
    } as Record<string, string>,
    changed: '修改了：',
  },
  en: {
    state: 'State',
    review: 'Reviewed by',
    between: (least: string, most: string) => `${least} to ${most}`,
    installation: 'Installed by',
    unknown: (year: number) => `cannot be said: the public holidays of ${year} are not known yet`,
    steps: 'What was done',
    at: 'When',
    what: 'What',
    who: 'By',
    details: 'Details',
    whoNames: { applicant: 'applicant', reviewer: 'reviewer', lanepay: 'the system' } as Record<string, string>,
    channel: (name: string) => ({ wechatpay: 'WeChat Pay', alipay: 'Alipay', zldpay: 'Partner wallet' })[name] ?? name,
    channels: 'Payment channels',
    channelStates: {
      asked: 'to be sent',
      'channel-review': 'in review',
      'to-sign': 'to be signed',
      live: 'open',
      returned: 'returned',
    } as Record<ChannelView['state'], string>,
    sign: 'Open the page to sign',
    scan: 'The administrator scans this to sign',
    acts: {
      make: 'made',
      submit: 'handed in',
      take: 'review begun',
      return: 'returned',
      approve: 'approved',
      open: 'lot opened',
      suspend: 'suspended',
      resume: 'resumed',
      link: 'link sent again',
      print: 'printed',
      'channel-review': 'taken by the channel',
      'to-sign': 'to be signed with the channel',
      live: 'opened by the channel',
      returned: 'returned by the channel',
    } as Record<string, string>,
    changed: 'changed: ',
  },
}

function useDue(): (due: DueView) => string {
  const t = useTexts(texts)
  return (due) => ('day' in due ? due.day : t.unknown(due.unknownYear))
}

type Standing = Pick<ApplicantView, 'state' | 'reviewDue' | 'installationDue' | 'channels'>
/** The state in large, what it means, by when what comes next is done, and what the channels wait for. */
export function StandingCard({ one }: { readonly one: Standing }) {
  const t = useTexts(texts)
  const due = useDue()
  const [name, means] = useTexts(stateTexts)[one.state]
  const waits = one.state === 'submitted' || one.state === 'in-review'
  return (
    <section className="lp-card" role="status" aria-label={t.state}>
      <p className="lp-big">{name}</p>
      <p>{means}</p>
      <dl className="lp-facts">
        {waits && one.reviewDue && (
          <>
            <dt>{t.review}</dt>
            <dd>{t.between(due(one.reviewDue.least), due(one.reviewDue.most))}</dd>
          </>
        )}
        {one.installationDue && one.state !== 'live' && (
          <>
            <dt>{t.installation}</dt>
            <dd>{due(one.installationDue)}</dd>
          </>
        )}
        {one.channels.map(({ channel, state }) => (
          <ChannelFact key={channel} name={t.channel(channel)} state={t.channelStates[state]} />
        ))}
      </dl>
      {one.channels.map(
        ({ channel, signUrl }) =>
          signUrl !== null && (
            <section key={channel} className="lp-form" aria-label={t.channel(channel)}>
              <h2>{t.channel(channel)}</h2>
              <p>{t.scan}</p>
              <QrCode text={signUrl} label={t.scan} />
              {/^https:\/\//.test(signUrl) && (
                <a href={signUrl} target="_blank" rel="noreferrer">
                  {t.sign}
                </a>
              )}
            </section>
          ),
      )}
    </section>
  )
}
const ChannelFact = ({ name, state }: { readonly name: string; readonly state: string }) => (
  <>
    <dt>{name}</dt>
    <dd>{state}</dd>
  </>
)

/** A code to be scanned, dark on white whatever the theme. */
function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, path } = useMemo(() => {
    const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' })
    const dark = [...modules.data].flatMap((one, at) =>
      one ? [`M${(at % modules.size) + 4} ${Math.floor(at / modules.size) + 4}h1v1h-1z`] : [],
    )
    return { size: modules.size + 8, path: dark.join('') }
  }, [text])
  return (
    <svg className="lp-qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={`M0 0h${size}v${size}H0z`} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

/** One thing to be mended, in words. */
export function useMendText(): (mend: MendView) => string {
  const said = language.use()
  const reasons = useTexts(reasonTexts)
  return ({ field, reason, note }) => `${placeText(field, said)}: ${reasons[reason]}${note === '' ? '' : ` (${note})`}`
}

/** Everything that was done, the newest first. */
export function StepsCard({ steps }: { readonly steps: readonly StepView[] }) {
  const t = useTexts(texts)
  const said = language.use()
  const mendText = useMendText()
  const who = (name: string) =>
    name.startsWith('channel ') ? t.channel(name.slice('channel '.length)) : (t.whoNames[name] ?? name)
  return (
    <section className="lp-card">
      <h2>{t.steps}</h2>
      <DataTable
        label={t.steps}
        extent="part"
        rows={steps}
        rowKey={(step) => String(steps.indexOf(step))}
        columns={[
          { key: 'at', title: t.at, show: ({ at }) => <Time at={at} /> },
          { key: 'what', title: t.what, show: ({ act }) => t.acts[act] ?? act },
          { key: 'who', title: t.who, show: (step) => who(step.who) },
          {
            key: 'details',
            title: t.details,
            show: ({ mend, changed, note }) => (
              <>
                {mend.map((one) => (
                  <span key={one.field} className="lp-line">
                    {mendText(one)}
                  </span>
                ))}
                {changed.length > 0 && t.changed + changed.map((one) => placeText(one, said)).join(', ')}
                {note}
              </>
            ),
          },
        ]}
      />
    </section>
  )
}
