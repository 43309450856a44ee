import type { ApplicationStateName, LinkView, QueueRow, QueueView } from '@lanepay/cloud/application/api.ts'
import { valueLabels } from '@lanepay/domain/applicant/labels.ts'
import { Button, Input } from 'antd'
import { type ReactNode, useEffect, useState } from 'react'
import { Link } from 'wouter'
import { useAddress } from '../address.ts'
import { useAsk, useTell } from '../ask.ts'
import { FileButtons } from '../export.tsx'
import { ChoiceField, Field } from '../field.tsx'
import { language, useTexts } from '../language.ts'
import { OrderField } from '../order.tsx'
import { Answered, ProblemBox } from '../page.tsx'
import { Pager } from '../pager.tsx'
import { say } from '../said.tsx'
import { Time } from '../shown.tsx'
import { DataTable } from '../table.tsx'
import { applicationProblems, stateTexts } from './texts.ts'

const texts = {
  zh: {
    state: '状态',
    all: '全部（不含草稿）',
    text: '车场名称或编号',
    mine: '只看我的',
    everybody: '全部',
    whose: '审核员',
    lot: '车场',
    kind: '类型',
    submitted: '提交时间',
    made: '创建时间',
    due: '应在此前审核',
    late: '已超期',
    unknown: (year: number) => `${year} 年放假安排未知`,
    holidaysMissing: (year: number) => `${year} 年的放假安排还没有录入，审核期限无法计算。`,
    putHolidays: '现在录入',
    reviewer: '审核员',
    label: '申请列表',
    act: '操作',
    linkTitle: '申请链接',
    linkHint: '请只发给申请人本人。新链接生成后，旧链接立即失效；这里只显示一次。',
    copy: '复制链接',
    copied: '链接已复制。',
    open: '打开表单',
    close: '关闭',
    noName: '（未填写车场名称）',
  },
  en: {
    state: 'State',
    all: 'all but drafts',
    text: "Lot's name or number",
    mine: 'mine',
    everybody: 'all',
    whose: 'Whose desk',
    lot: 'Lot',
    kind: 'Kind',
    submitted: 'Handed in',
    made: 'Made',
    due: 'To be reviewed by',
    late: 'late',
    unknown: (year: number) => `holidays of ${year} unknown`,
    holidaysMissing: (year: number) =>
      `The public holidays of ${year} are not here yet: by when to review cannot be said.`,
    putHolidays: 'Put them now',
    reviewer: 'Reviewer',
    label: 'Applications',
    act: 'Actions',
    linkTitle: 'Link of the application',
    linkHint: 'Give it to the applicant only. An earlier link works no more; this one is shown once.',
    copy: 'Copy the link',
    copied: 'The link is copied.',
    open: 'Open the form',
    close: 'Close',
    noName: '(no name yet)',
  },
}
const states: readonly ApplicationStateName[] = [
  ...(['draft', 'submitted', 'in-review', 'returned', 'approved', 'channel-review', 'to-sign', 'live'] as const),
  'suspended',
]

/** Applications, the oldest first unless the address says otherwise, with what is asked for in the address. `path` is whose they are. */
export function Queue({
  path,
  open,
  actions,
  empty,
  hasDesk,
}: {
  readonly path: string
  readonly open?: (row: QueueRow) => void
  readonly actions?: (row: QueueRow) => ReactNode
  readonly empty: ReactNode
  /** There are reviewers among whom it is shared. */
  readonly hasDesk?: boolean
}) {
  const t = useTexts(texts)
  const said = language.use()
  const names = useTexts(stateTexts)
  const { words, set } = useAddress()
  const { state = '', text = '', mine = '', after = '' } = words
  const found = { state, text, mine, order: words.order === 'desc' ? words.order : undefined }
  const ask = useAsk<QueueView>(path, { ...found, after }, { keepsOld: true, everyMs: 30_000 })
  const [typed, setTyped] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => {
      if (typed.trim() !== text) set({ text: typed.trim(), after: undefined }, { stays: true })
    }, 400)
    return () => clearTimeout(timer)
  }, [typed, text, set])
  const counts = ask.data?.counts ?? {}
  const numbered = (one: ApplicationStateName) =>
    `${names[one][0]}${counts[one] === undefined ? '' : ` (${counts[one]})`}`
  return (
    <>
      <div className="lp-filters">
        <ChoiceField
          label={t.state}
          name="state"
          value={state}
          onChange={(next) => set({ state: next, after: undefined })}
          options={[
            { value: '', label: t.all },
            ...states.map((one) => ({ value: one as string, label: numbered(one) })),
          ]}
        />
        <Field label={t.text} name="text">
          {(props) => (
            <Input
              {...props}
              allowClear
              maxLength={60}
              value={typed}
              onChange={({ target }) => setTyped(target.value)}
            />
          )}
        </Field>
        {hasDesk && (
          <ChoiceField
            label={t.whose}
            name="mine"
            value={mine}
            onChange={(next) => set({ mine: next, after: undefined })}
            options={[
              { value: '', label: t.everybody },
              { value: 'yes', label: t.mine },
            ]}
          />
        )}
        <OrderField usual="asc" />
      </div>
      <div className="lp-actions">
        <FileButtons path={`${path}/file`} words={found} />
      </div>
      {hasDesk && ask.data && ask.data.holidaysMissing !== null && (
        <p className="lp-bad" role="alert">
          {t.holidaysMissing(ask.data.holidaysMissing)} <Link href="/platform/holidays">{t.putHolidays}</Link>
        </p>
      )}
      <Answered ask={ask} own={applicationProblems}>
        {({ rows, next }) =>
          rows.length === 0 ? (
            empty
          ) : (
            <>
              <DataTable
                label={t.label}
                extent="page"
                rows={rows}
                rowKey={({ id }) => id}
                {...(open ? { open } : {})}
                {...(actions ? { actions: { title: t.act, show: actions } } : {})}
                columns={[
                  {
                    key: 'lot',
                    title: t.lot,
                    show: ({ lotName, lotNumber }) =>
                      `${lotName ?? t.noName}${lotNumber === null ? '' : ` (${lotNumber})`}`,
                  },
                  { key: 'kind', title: t.kind, show: ({ kind }) => valueLabels.kind[kind][said] },
                  { key: 'state', title: t.state, show: (row) => names[row.state][0] },
                  {
                    key: 'submitted',
                    title: t.submitted,
                    show: ({ submittedAt }) => (submittedAt === null ? '' : <Time at={submittedAt} />),
                  },
                  {
                    key: 'due',
                    title: t.due,
                    show: ({ reviewDue, isLate }) =>
                      reviewDue === null ? (
                        ''
                      ) : 'day' in reviewDue ? (
                        <span className={isLate ? 'lp-bad' : undefined}>
                          {reviewDue.day} {isLate && t.late}
                        </span>
                      ) : (
                        t.unknown(reviewDue.unknownYear)
                      ),
                  },
                  ...(hasDesk
                    ? [{ key: 'reviewer', title: t.reviewer, show: (row: QueueRow) => row.reviewer ?? '' }]
                    : []),
                ]}
              />
              <Pager next={next} />
            </>
          )
        }
      </Answered>
    </>
  )
}

/** A link that was just made: shown once. */
export function MadeLink({ made, close }: { readonly made: LinkView; readonly close: () => void }) {
  const t = useTexts(texts)
  return (
    <section className="lp-card lp-form" role="status" aria-label={t.linkTitle}>
      <h2>{t.linkTitle}</h2>
      <p className="lp-hint">{t.linkHint}</p>
      <p className="lp-secret">{made.url}</p>
      <div className="lp-actions">
        <Button onClick={() => void navigator.clipboard.writeText(made.url).then(() => say(t.copied))}>{t.copy}</Button>
        <a href={made.url} target="_blank" rel="noreferrer">
          {t.open}
        </a>
        <Button onClick={close}>{t.close}</Button>
      </div>
    </section>
  )
}

/** A button that makes a draft, or another link to one; what was made is handed on. */
export function MakeLink({
  path,
  body = {},
  label,
  primary,
  made,
}: {
  readonly path: string
  readonly body?: object
  readonly label: string
  readonly primary?: boolean
  readonly made: (link: LinkView) => void
}) {
  const tell = useTell<object, LinkView>(path)
  return (
    <>
      <Button
        type={primary ? 'primary' : 'default'}
        loading={tell.isPending}
        onClick={() => tell.mutate(body, { onSuccess: made })}
      >
        {label}
      </Button>
      <ProblemBox problem={tell.error} own={applicationProblems} />
    </>
  )
}
