import type { UntoldAsk, UntoldRow, UntoldView } from '@lanepay/cloud/untold/api.ts'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { say } from '../../kit/said.tsx'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { problems, texts } from './texts.ts'

/** What the lot's software and its operator's wallet were told in vain, to be told again by a person; nothing where there is none. */
export function Untold({ lot }: { readonly lot: number }) {
  const t = useTexts(texts)
  const here = useHere()
  const found = useAsk<UntoldView>(`~/lots/${lot}/untold`)
  const tell = useTell<UntoldAsk>(`~/lots/${lot}/untold/again`)
  const rows = found.data?.rows ?? []
  if (rows.length === 0) return null
  return (
    <section className="lp-card">
      <h2>{t.untold}</h2>
      <p className="lp-what">{t.untoldWhat}</p>
      <DataTable<UntoldRow>
        label={t.untold}
        extent="part"
        rows={rows}
        rowKey={({ to, id }) => `${to} ${id}`}
        columns={[
          { key: 'to', title: t.untoldTo, show: ({ wallet }) => (wallet === null ? t.toLot : t.toWallet(wallet)) },
          { key: 'what', title: t.untoldOf, show: ({ what }) => t.untoldKinds[what] },
          { key: 'plate', title: t.untoldPlate, show: ({ plate }) => plate },
          { key: 'at', title: t.untoldAt, show: ({ at }) => <Time at={at} short /> },
        ]}
        {...(here.look === null && here.may('untold.tell', 'lot')
          ? {
              actions: {
                title: t.untoldAct,
                show: ({ to, id }) => (
                  <Because
                    label={t.tellAgain}
                    title={t.tellAgain}
                    what={t.tellAgainWhat[to]}
                    own={problems}
                    act={async (reason) => {
                      await tell.mutateAsync({ to, id, reason })
                      say(t.toldAgain)
                    }}
                  />
                ),
              },
            }
          : {})}
      />
    </section>
  )
}
