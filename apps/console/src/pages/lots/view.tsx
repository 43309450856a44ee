import type { LotRow, LotsView } from '@lanepay/cloud/lot/api.ts'
import { useLocation } from 'wouter'
import { useAddress } from '../../kit/address.ts'
import { useAsk } from '../../kit/ask.ts'
import { FileButtons } from '../../kit/export.tsx'
import { ChoiceField } from '../../kit/field.tsx'
import { FindField } from '../../kit/find-field.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { StateWord, useBecause, useDrift } from '../../kit/lot/device-state.tsx'
import { systemWords } from '../../kit/lot/system-words.ts'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'

const texts = {
  zh: {
    title: '车场与设备',
    lead: '有问题的排在前面。点一个车场看通道、设备、图片，远程开闸。',
    find: '名称或编号',
    show: '显示',
    all: '全部',
    wrong: '有问题的',
    lot: '车场',
    line: '连线',
    online: '在线',
    offline: '没有连线',
    since: (when: string) => `自 ${when}`,
    never: '还没有启用',
    system: '系统',
    version: '版本',
    drift: '时钟',
    inside: '在场车辆',
    devices: '设备',
    well: '都正常',
    table: '车场',
    none: '没有车场',
    noneHow: '车场由平台开通；开通后在这里为它生成主机的注册码。',
    noneFound: '没有符合的车场',
    noneFoundHow: '换个名称或编号，或显示全部。',
  },
  en: {
    title: 'Lots and devices',
    lead: 'Those with a problem come first. Open one for its lanes, devices and pictures, and to open a gate from afar.',
    find: 'Name or number',
    show: 'Show',
    all: 'All',
    wrong: 'Those with a problem',
    lot: 'Lot',
    line: 'Line',
    online: 'there',
    offline: 'not there',
    since: (when: string) => `since ${when}`,
    never: 'not enrolled yet',
    system: 'System',
    version: 'Version',
    drift: 'Clock',
    inside: 'Inside',
    devices: 'Devices',
    well: 'all well',
    table: 'Lots',
    none: 'No lots',
    noneHow: 'The platform opens lots; then a code is made here by which a box becomes its agent.',
    noneFound: 'No lot fits',
    noneFoundHow: 'Try another name or number, or show all.',
  },
}

/** The lots of an operator with how they are: what is ill, since when, and why. */
export default function Lots() {
  const t = useTexts(texts)
  const systems = useTexts(systemWords)
  const [, go] = useLocation()
  const { words, set } = useAddress()
  const { look } = useHere()
  const found = { text: words.text?.trim() || undefined, show: words.show === 'wrong' ? 'wrong' : undefined }
  const ask = useAsk<LotsView>('~/lots/overview', found, { everyMs: 15_000, keepsOld: true })
  const because = useBecause()
  const drift = useDrift()
  return (
    <Page title={t.title} lead={t.lead}>
      <div className="lp-filters">
        <FindField label={t.find} />
        <ChoiceField
          label={t.show}
          name="show"
          value={words.show === 'wrong' ? 'wrong' : ''}
          onChange={(show) => set({ show, after: undefined })}
          options={[
            { value: '', label: t.all },
            { value: 'wrong', label: t.wrong },
          ]}
        />
      </div>
      {look === null && (
        <div className="lp-actions">
          <FileButtons path="~/lots/overview/file" words={found} />
        </div>
      )}
      <Answered ask={ask}>
        {({ lots: rows, all }) => {
          if (rows.length === 0)
            return (
              <Empty title={all === 0 ? t.none : t.noneFound}>
                <p>{all === 0 ? t.noneHow : t.noneFoundHow}</p>
              </Empty>
            )
          return (
            <DataTable
              label={t.table}
              extent="whole"
              rows={rows}
              rowKey={({ lot }) => String(lot)}
              open={({ lot }) => go(`/lots/${lot}`)}
              columns={[
                { key: 'lot', title: t.lot, show: ({ lot, name }) => `${lot} ${name}`, by: ({ lot }) => lot },
                { key: 'line', title: t.line, show: (row) => <Line row={row} />, by: ({ online }) => online },
                {
                  key: 'devices',
                  title: t.devices,
                  by: ({ ill, lost }) => ill + lost,
                  show: ({ worst, ill, lost }) =>
                    ill + lost === 0 ? (
                      <span className="lp-good">{t.well}</span>
                    ) : (
                      <ul>
                        {worst.map((one) => (
                          <li key={one.device}>
                            {one.device}: <StateWord state={one.state} /> {because(one.because)}{' '}
                            <Time at={one.since} short />
                          </li>
                        ))}
                        {ill + lost > worst.length && <li>+{ill + lost - worst.length}</li>}
                      </ul>
                    ),
                },
                { key: 'inside', title: t.inside, end: true, show: ({ inside }) => inside, by: ({ inside }) => inside },
                {
                  key: 'drift',
                  title: t.drift,
                  show: ({ agent }) => drift(agent?.driftMs ?? null),
                  by: ({ agent }) => agent?.driftMs ?? null,
                },
                {
                  key: 'version',
                  title: t.version,
                  show: ({ agent }) => agent?.version ?? '',
                  by: ({ agent }) => agent?.version ?? null,
                },
                {
                  key: 'system',
                  title: t.system,
                  show: ({ system }) => systems[system],
                  by: ({ system }) => systems[system],
                },
              ]}
            />
          )
        }}
      </Answered>
    </Page>
  )
}

function Line({ row: { online, agent, system } }: { readonly row: LotRow }) {
  const t = useTexts(texts)
  if (online) return <span className="lp-good">{t.online}</span>
  if (system === 'agent' && agent === null) return <span className="lp-bad">{t.never}</span>
  return (
    <span className="lp-bad">
      {t.offline}
      {agent?.state === 'lost' && agent.since !== null && (
        <>
          {' '}
          <Time at={agent.since} short />
        </>
      )}
    </span>
  )
}
