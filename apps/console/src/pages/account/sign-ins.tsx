import type { SignInView } from '@lanepay/cloud/staff/api.ts'
import { Button } from 'antd'
import { useAsk, useTell } from '../../kit/ask.ts'
import { useTexts } from '../../kit/language.ts'
import { Answered, ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** Where the account is signed in; each but this one can be ended from here. */
export function SignIns() {
  const t = useTexts(texts).signIns
  const signIns = useAsk<readonly SignInView[]>('/api/me/sign-ins')
  const end = useTell<{ readonly signIn: string }>(({ signIn }) => `/api/me/sign-ins/${signIn}/end`, {
    bodyOf: () => ({}),
  })
  return (
    <section className="lp-card">
      <h2>{t.title}</h2>
      <ProblemBox problem={end.error} />
      <Answered ask={signIns}>
        {(rows) => (
          <DataTable
            label={t.title}
            extent="part"
            rows={rows}
            rowKey={({ signIn }) => signIn}
            columns={[
              { key: 'browser', title: t.browser, show: (row) => row.browser, by: (row) => row.browser },
              { key: 'address', title: t.address, show: (row) => row.address },
              { key: 'began', title: t.began, show: (row) => <Time at={row.beganAt} />, by: (row) => row.beganAt },
              { key: 'seen', title: t.seen, show: (row) => <Time at={row.seenAt} />, by: (row) => row.seenAt },
            ]}
            actions={{
              title: t.act,
              show: ({ signIn, isThis }) =>
                isThis ? (
                  t.isThis
                ) : (
                  <Button
                    loading={end.isPending && end.variables.signIn === signIn}
                    onClick={() => end.mutate({ signIn }, { onSuccess: () => say(t.ended) })}
                  >
                    {t.end}
                  </Button>
                ),
            }}
          />
        )}
      </Answered>
    </section>
  )
}
