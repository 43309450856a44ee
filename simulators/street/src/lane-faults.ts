import type { FaultHook } from './faults.ts'
import type { LaneHandle } from './lane-handle.ts'
import type { LaneSide } from './traffic.ts'
import type { Text } from './view.ts'

const eightHoursMs = 8 * 3_600_000

const once: readonly { readonly kind: string; readonly ms?: number; readonly name: Text; readonly about: Text }[] = [
  {
    kind: 'gate-silent',
    name: { 'zh-CN': '道闸不动', en: 'Gate stays shut' },
    about: { 'zh-CN': '下一次开闸信号到了，杆不动。', en: 'The next opening signal comes and the arm does not move.' },
  },
  {
    kind: 'push-lose',
    name: { 'zh-CN': '抓拍丢失', en: 'Read lost' },
    about: { 'zh-CN': '下一辆车的抓拍永远到不了。', en: 'The next plate read never arrives.' },
  },
  {
    kind: 'push-delay',
    ms: 15_000,
    name: { 'zh-CN': '抓拍迟到 15 秒', en: 'Read 15 s late' },
    about: { 'zh-CN': '太旧的抓拍只记录，不开闸。', en: 'A read too old is noted and opens nothing.' },
  },
  {
    kind: 'push-double',
    name: { 'zh-CN': '抓拍重复', en: 'Read twice' },
    about: { 'zh-CN': '同一次抓拍同时推两遍。', en: 'The same read is pushed twice at once.' },
  },
]

const sideText: Readonly<Record<LaneSide, Text>> = {
  entry: { 'zh-CN': '入口', en: 'Entry' },
  exit: { 'zh-CN': '出口', en: 'Exit' },
}
const of = (side: LaneSide, { 'zh-CN': zh, en }: Text): Text => ({
  'zh-CN': `${sideText[side]['zh-CN']}：${zh}`,
  en: `${sideText[side].en}: ${en.charAt(0).toLowerCase()}${en.slice(1)}`,
})

/** The switches of the lanes, as far as their simulators have them. */
export const laneFaults = (lanes: Readonly<Record<LaneSide, LaneHandle>>): FaultHook[] =>
  (['exit', 'entry'] as const).flatMap((side) => faultsOf(side, lanes[side]))

function faultsOf(side: LaneSide, lane: LaneHandle): FaultHook[] {
  const hooks: FaultHook[] = []
  if (lane.fault && lane.faults && lane.clearFaults)
    for (const { kind, ms, name, about } of once)
      hooks.push({
        id: `${side}:${kind}`,
        group: 'lane',
        kind: 'once',
        name: of(side, name),
        about,
        isOn: () => lane.faults?.().some((fault) => fault.kind === kind) ?? false,
        set: (on) => {
          if (on) lane.fault?.({ kind, times: 1, ...(ms === undefined ? {} : { ms }) })
          else lane.clearFaults?.(kind)
        },
      })
  if (lane.setClockOffMs)
    hooks.push({
      id: `${side}:clock-off`,
      group: 'lane',
      kind: 'switch',
      name: of(side, { 'zh-CN': '相机时钟快 8 小时', en: 'Camera clock 8 h ahead' }),
      about: {
        'zh-CN': '时区设错的相机：记录照收，闸不能因此乱开。',
        en: 'A camera in the wrong zone: its reads are kept, and no gate opens for a time that is not.',
      },
      isOn: () => (lane.state().clockOffMs ?? 0) !== 0,
      set: (on) => lane.setClockOffMs?.(on ? eightHoursMs : 0),
    })
  if (lane.setNetwork)
    hooks.push({
      id: `${side}:cable`,
      group: 'lane',
      kind: 'switch',
      name: of(side, { 'zh-CN': '相机断网', en: 'Camera off the network' }),
      about: {
        'zh-CN': '拔掉相机网线；插回后补传。',
        en: 'The camera’s cable is pulled; put back, it sends what it kept.',
      },
      isOn: () => lane.state().network === 'down',
      set: (on) => lane.setNetwork?.(on ? 'down' : 'up'),
    })
  if (lane.fireAlarm)
    hooks.push({
      id: `${side}:fire`,
      group: 'lane',
      kind: 'switch',
      name: of(side, { 'zh-CN': '消防报警', en: 'Fire alarm' }),
      about: { 'zh-CN': '杆常开，直到报警解除。', en: 'The arm is held open until the alarm is over.' },
      isOn: () => lane.state().fireAlarm ?? false,
      set: (on) => lane.fireAlarm?.(on),
    })
  return hooks
}
