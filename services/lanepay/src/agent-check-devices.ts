import { setTimeout as sleep } from 'node:timers/promises'
import { type LaneSays, noOrders, type Obeyed, type Probe, type ProbeFault } from '@lanepay/devices/lane-device.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type PostingLane, postingLane, startCameraServer } from '@lanepay/lot-agent/camera/server.ts'
import { serialOf } from '@lanepay/lot-agent/equipment/abilities.ts'
import { type LaneParts, laneParts } from '@lanepay/lot-agent/equipment/parts.ts'
import type { LanePlan, LotAgentPlan } from '@lanepay/lot-agent/plan.ts'

/** One device as it was found. */
export type Found = {
  readonly lane: number
  readonly direction: LanePlan['direction']
  readonly what: 'camera' | 'gate' | 'display'
  /** How it is met: a protocol, or through the camera. */
  readonly by: string
  readonly where: string
  /** Null: what hangs on the camera cannot be asked by itself. */
  readonly probe: Result<Probe, ProbeFault> | null
  /** What became of an opening, where one was asked for. */
  readonly opened: Obeyed | null
}

type Posted = { said: LaneSays | null; stranger: string | null; clockOffMs: number | null }

/**
 * Tries every device of a plan at the same time: what is connected to is asked, of what posts the next message is waited for. With
 * `open`, the gate of that lane is told to open, once.
 *
 * @throws Error with code EADDRINUSE when the port that cameras post to is taken.
 */
export async function tryDevices(
  plan: LotAgentPlan,
  how: { readonly clock: Clock; readonly waitMs: number; readonly open: number | null },
): Promise<readonly Found[]> {
  const { clock, waitMs } = how
  const deadline = performance.now() + waitMs
  const made = plan.lanes.map((lane) => ({ lane, parts: laneParts(lane, { clock }) }))
  const posts = new Map<number, Posted>(
    plan.lanes.map(({ id }) => [id, { said: null, stranger: null, clockOffMs: null }]),
  )
  let order = how.open
  let answered: Obeyed = 'unreached'
  const posting = made.flatMap(({ lane, parts }): PostingLane[] =>
    parts.camera.by === 'posts' ? [postingLane(lane, parts.camera.adapter)] : [],
  )
  const server =
    posting.length === 0
      ? null
      : await startCameraServer({
          host: plan.cameraHost,
          port: plan.cameraPort,
          key: plan.cameraKey,
          lanes: posting,
          clock,
          log: () => {},
          stray: ({ code, lane, serial }) => {
            const posted = posts.get(lane)
            if (code === 'unknown-camera' && posted) posted.stranger = serial
          },
          hear: async ({ id }, says, receivedAt) => {
            const posted = posts.get(id)!
            posted.said = says
            if (says.kind === 'read' && !says.stored && says.takenAt !== null)
              posted.clockOffMs = says.takenAt - receivedAt
            const takesOrders = says.kind === 'poll' && says.takesOrders
            const gate = made.find(({ lane }) => lane.id === id)?.parts.gate
            if (order !== id || !takesOrders || gate) return noOrders
            order = null // once
            answered = 'told'
            return { openGate: true }
          },
        })
  const inTime = async (isSo: () => boolean): Promise<void> => {
    while (!isSo() && performance.now() < deadline) await sleep(20)
  }

  const lane = async ({ lane, parts }: { lane: LanePlan; parts: LaneParts }): Promise<readonly Found[]> => {
    const of = { lane: lane.id, direction: lane.direction }
    const isAsked = how.open === lane.id
    const { camera } = lane
    const base = { ...of, what: 'camera', by: camera.protocol, where: whereOf(camera) } as const
    const gate = { ...of, what: 'gate', ...gateOf(lane) } as const
    let opened: Obeyed | null = null
    let found: Found
    if (parts.camera.by === 'line') {
      const line = parts.camera.connect({ says: () => {}, fault: () => {}, link: () => {} })
      found = { ...base, probe: await line.probe(), opened: null }
      if (isAsked && !parts.gate) opened = await line.obey({ openGate: true })
      await line.close()
    } else {
      const posted = posts.get(lane.id)!
      await inTime(() => posted.said !== null)
      if (isAsked && !parts.gate) {
        await inTime(() => answered === 'told')
        opened = answered
      }
      found = { ...base, probe: postedProbe(lane, posted, plan), opened: null }
    }
    const own = parts.gate
    const gateProbe = own ? await own.probe() : null
    if (own && isAsked) opened = await own.open()
    await own?.close()
    return [found, { ...gate, probe: gateProbe, opened }, ...(await display(lane, parts))]
  }
  try {
    return (await Promise.all(made.map(lane))).flat()
  } finally {
    await server?.close()
  }
}

async function display(lane: LanePlan, parts: LaneParts): Promise<readonly Found[]> {
  const of = { lane: lane.id, direction: lane.direction, what: 'display', opened: null } as const
  const alone = parts.display?.({ heard: () => {}, link: () => {} })
  if (alone && lane.display) {
    const probe = await alone.probe()
    await alone.close()
    return [{ ...of, by: lane.display.board, where: `${lane.display.host}:${lane.display.port}`, probe }]
  }
  const board = 'board' in lane.camera ? lane.camera.board : null
  return board ? [{ ...of, by: board, where: 'camera', probe: null }] : []
}

function postedProbe(
  { id, camera }: LanePlan,
  { said, stranger, clockOffMs }: Posted,
  plan: LotAgentPlan,
): Result<Probe, ProbeFault> {
  if (said) return ok({ serial: said.serial, firmware: null, clockOffMs })
  if (stranger !== null)
    return err({
      code: 'not-this-device',
      because: `it calls itself ${stranger || 'nothing'}, the plan ${serialOf(camera)}`,
    })
  return err({ code: 'no-answer', because: `it posted nothing to ${plan.cameraHost}:${plan.cameraPort}/camera/${id}` })
}

/** Never with a login. */
function whereOf(camera: LanePlan['camera']): string {
  switch (camera.protocol) {
    case 'vzlpr-tcp':
      return `${camera.host}:${camera.port ?? 8131}`
    case 'vzlpr-mqtt':
      return camera.broker.url
    case 'hikvision':
    case 'dahua':
      return camera.url
    case 'vzlpr-http':
    case 'huaxia':
    case 'openalpr':
    case 'platerecognizer':
      return 'posts'
  }
}

function gateOf({ gate, camera }: LanePlan): { readonly by: string; readonly where: string } {
  if (gate?.by === 'http') return { by: 'http', where: new URL(gate.url).origin }
  if (gate?.by === 'hikvision') return { by: 'hikvision', where: gate.url }
  if (camera.protocol === 'hikvision' || camera.protocol === 'dahua') return { by: camera.protocol, where: camera.url }
  return { by: `output ${gate?.output ?? 1}`, where: 'camera' }
}
