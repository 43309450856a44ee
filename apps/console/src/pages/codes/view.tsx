import type { CodeLine, CodesView } from '@lanepay/cloud/code/api.ts'
import { Button } from 'antd'
import { Link, useParams } from 'wouter'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { useTake } from '../../kit/export.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { Answered, Page, ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { WholeList } from '../../kit/whole-list.tsx'
import { Aliases } from './aliases.tsx'
import { usePlace } from './place.tsx'
import { Posters } from './posters.tsx'
import { Screens } from './screens.tsx'
import { problems, texts } from './texts.ts'

/** The codes of one lot: what hangs, on paper, on screens and printed elsewhere. */
export default function Codes() {
  const t = useTexts(texts)
  const { lot = '' } = useParams<{ lot: string }>()
  const base = `~/lots/${lot}`
  const ask = useAsk<CodesView>(`${base}/codes`)
  return (
    <Page title={ask.data ? t.of(ask.data.lot.number, ask.data.lot.name) : t.title}>
      <p>
        <Link href="/codes">{t.back}</Link>
        {' · '}
        <Link href={`/codes/${lot}/patrols`}>{t.patrols}</Link>
      </p>
      <Answered ask={ask}>
        {({ codes, unprintable }) => (
          <>
            {unprintable.length > 0 && (
              <p className="lp-banner lp-banner-warn">{t.unprintable(unprintable.join(' '))}</p>
            )}
            <Hanging base={base} codes={codes} />
            <Posters base={base} codes={codes} />
            <Screens base={base} codes={codes} />
            <Aliases base={base} codes={codes} />
            <Former codes={codes} />
          </>
        )}
      </Answered>
    </Page>
  )
}

type Given = { readonly base: string; readonly codes: readonly CodeLine[] }

function Hanging({ base, codes }: Given) {
  const t = useTexts(texts)
  const place = usePlace()
  const mayChange = useHere().may('codes.change', 'lot')
  const { busy, problem, take } = useTake(`${base}/codes`)
  return (
    <>
      <WholeList<CodeLine>
        label={t.table}
        rows={codes}
        rowKey={({ code }) => code}
        findIn={(line) => [place(line), t.states[line.current.state], line.live?.checkNumber ?? ''].join(' ')}
        file={{ path: `${base}/codes-file`, everybody: true }}
        none={null}
        columns={[
          { key: 'place', title: t.place, show: place, by: place },
          {
            key: 'state',
            title: t.state,
            by: ({ current }) => t.states[current.state],
            show: ({ current }) => (
              <>
                <span className={current.state === 'live' ? 'lp-good' : 'lp-bad'}>{t.states[current.state]}</span>{' '}
                {t.version(current.version)}
              </>
            ),
          },
          {
            key: 'number',
            title: t.checkNumber,
            show: ({ live }) => live && <span className="lp-number">{live.checkNumber}</span>,
          },
          {
            key: 'since',
            title: t.since,
            by: ({ current: { madeAt, endedAt } }) => endedAt ?? madeAt,
            show: ({ current: { madeAt, madeBy, endedAt, endedBy, endedBecause } }) =>
              endedAt !== null ? (
                <>
                  <Time at={endedAt} /> {endedBy !== null && t.by(endedBy)}: {endedBecause}
                </>
              ) : madeAt === null ? (
                t.ever
              ) : (
                <>
                  <Time at={madeAt} /> {madeBy !== null && t.by(madeBy)}
                </>
              ),
          },
        ]}
        actions={{
          title: t.actions,
          show: (line) => (
            <>
              {line.live &&
                (['png', 'svg'] as const).map((as) => (
                  <Button
                    key={as}
                    aria-label={t.download(as.toUpperCase(), place(line))}
                    loading={busy === `${line.code} ${as}`}
                    disabled={busy !== null}
                    onClick={() => void take(`${line.code} ${as}`, { as }, `/${line.code}/picture`)}
                  >
                    {as.toUpperCase()}
                  </Button>
                ))}
              {mayChange && <Change base={base} line={line} />}
            </>
          ),
        }}
      />
      <ProblemBox problem={problem} own={problems} />
    </>
  )
}

function Change({ base, line }: { readonly base: string; readonly line: CodeLine }) {
  const t = useTexts(texts)
  const place = usePlace()(line)
  const { version, state } = line.current
  const replace = useTell(`${base}/codes/${line.code}/replace`)
  const revoke = useTell(`${base}/codes/${line.code}/revoke`)
  return (
    <>
      <Because
        label={state === 'live' ? t.replace : t.again}
        title={t.replaceTitle(place)}
        what={t.replaceWhat}
        sure={state === 'live' ? t.replaceSure : t.again}
        own={problems}
        act={async (reason) => {
          await replace.mutateAsync({ version, reason })
          say(t.replaced(place))
        }}
      />
      {state === 'live' && (
        <Because
          danger
          label={t.revoke}
          title={t.revokeTitle(place)}
          what={t.revokeWhat}
          sure={t.revokeSure}
          own={problems}
          act={async (reason) => {
            await revoke.mutateAsync({ version, reason })
            say(t.revoked(place))
          }}
        />
      )}
    </>
  )
}

function Former({ codes }: Pick<Given, 'codes'>) {
  const t = useTexts(texts)
  const place = usePlace()
  const rows = codes.flatMap((line) =>
    line.former.map((former) => ({ ...former, code: line.code, place: place(line) })),
  )
  return (
    <section className="lp-card">
      <h2>{t.former}</h2>
      {rows.length === 0 ? (
        <p className="lp-hint">{t.noFormer}</p>
      ) : (
        <DataTable
          label={t.former}
          extent="part"
          rows={rows}
          rowKey={({ code, version }) => `${code} ${version}`}
          columns={[
            { key: 'place', title: t.place, show: (row) => row.place },
            { key: 'version', title: t.state, show: (row) => `${t.states[row.state]} ${t.version(row.version)}` },
            {
              key: 'ended',
              title: t.ended,
              show: ({ endedAt, endedBy }) =>
                endedAt !== null && (
                  <>
                    <Time at={endedAt} /> {endedBy !== null && t.by(endedBy)}
                  </>
                ),
            },
            { key: 'because', title: t.because, show: ({ endedBecause }) => endedBecause },
          ]}
        />
      )}
    </section>
  )
}
