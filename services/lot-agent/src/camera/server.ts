import { timingSafeEqual } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { pushPaths } from '@lanepay/devices/dahua/pushed.ts'
import type { LaneFault, LaneOrders, LaneSays, PushedCamera } from '@lanepay/devices/lane-device.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { serialOf } from '../equipment/abilities.ts'
import type { LanePlan } from '../plan.ts'

/** Pictures travel inside the post; more than this is no camera (lot-devices.md 1). */
const mostBytes = 8 * 1024 * 1024

export type CameraServer = { readonly url: string; close(): Promise<void> }

/** What the lot answers a camera; it may take its time for a poll, until `gone` says that the camera gave up. */
export type HearCamera = (
  lane: PostingLane,
  says: LaneSays,
  receivedAt: Instant,
  gone: AbortSignal,
) => Promise<LaneOrders>

/** A lane whose camera posts. */
export type PostingLane = {
  readonly id: number
  /** How its camera calls itself. */
  readonly serial: string
  readonly adapter: PushedCamera
  /** A camera without a setting for the path posts to these, without a key: taken from its own address alone. */
  readonly usual?: { readonly paths: readonly string[]; readonly from: string }
}

/** A lane of a plan, as its camera posts. */
export function postingLane({ id, camera }: LanePlan, adapter: PushedCamera): PostingLane {
  const posting = { id, serial: serialOf(camera), adapter }
  if (camera.protocol !== 'dahua') return posting
  return { ...posting, usual: { paths: pushPaths, from: URL.parse(camera.url)?.hostname ?? '' } }
}

/** A post that has the key of the lot, and is not where it should be. */
export type Stray = {
  readonly code: 'unknown-lane' | 'unknown-camera'
  readonly lane: number
  readonly serial: string | null
}

/**
 * Where the cameras of a lot post to: `/camera/LANE?key=KEY`, or the paths that they cannot change. Every refusal names the field and the rule, and changes nothing.
 * @throws Error with code EADDRINUSE when the port is taken.
 */
export async function startCameraServer(options: {
  readonly host: string
  readonly port: number
  readonly key: string
  readonly lanes: readonly PostingLane[]
  readonly clock: Clock
  readonly log: Log
  readonly hear: HearCamera
  /** The camera has its answer, or will get none. */
  readonly answered?: (lane: PostingLane, says: LaneSays, receivedAt: Instant) => void
  readonly fault?: (lane: PostingLane, fault: LaneFault) => void
  readonly stray?: (stray: Stray) => void
}): Promise<CameraServer> {
  const { key, clock, log, hear } = options
  const lanes = new Map(options.lanes.map((lane) => [lane.id, lane]))
  const server = http.createServer((request, response) => {
    const refuse = (status: number, code: string, field: string, rule: string) => {
      log('warn', 'camera-post-refused', { code, field, rule })
      const body = JSON.stringify({ code, field, rule })
      // What is still on its way is not read: the connection ends with the answer.
      if (!request.complete) response.setHeader('connection', 'close')
      response.writeHead(status, {
        'content-type': 'application/problem+json',
        'content-length': Buffer.byteLength(body),
      })
      response.end(body)
    }
    // Null for an address like `//`: whoever posts there must not end the agent.
    const url = URL.parse(request.url ?? '/', 'http://lot')
    const path = url && /^\/camera\/([1-9]\d{0,2})$/.exec(url.pathname)
    const from = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    const there = path
      ? []
      : options.lanes.filter(({ usual }) => usual?.from === from && usual.paths.includes(url?.pathname ?? ''))
    if (!path && there.length === 0) return refuse(404, 'unknown-path', 'path', 'cameras post to /camera/LANE?key=KEY')
    if (request.method !== 'POST') return refuse(405, 'wrong-method', 'method', 'POST')
    if (path && !sameText(url.searchParams.get('key') ?? '', key))
      return refuse(401, 'wrong-key', 'key', 'the key of this lot')
    const asked = path ? lanes.get(Number(path[1])) : there[0]
    if (!asked) {
      options.stray?.({ code: 'unknown-lane', lane: Number(path?.[1]), serial: null })
      return refuse(404, 'unknown-lane', 'lane', 'a lane of this lot')
    }
    const parts: Buffer[] = []
    let bytes = 0
    const refuseSize = () => refuse(413, 'too-large', 'body', `at most ${mostBytes} bytes`)
    if (Number(request.headers['content-length'] ?? 0) > mostBytes) return refuseSize()
    request.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes <= mostBytes) parts.push(part)
      else if (!response.headersSent) refuseSize()
    })
    request.on('error', () => {}) // the camera went away in the middle of a post: it will send it again
    request.on('end', () => {
      if (response.headersSent) return
      const receivedAt = clock.now()
      const post = { contentType: request.headers['content-type'] ?? '', body: Buffer.concat(parts), receivedAt }
      const said = asked.adapter.read(post)
      if (!said.ok) {
        options.fault?.(asked, said.error)
        return refuse(400, said.error.code, said.error.field, said.error.rule)
      }
      // Behind one address several may stand: what it says of itself tells them apart.
      const lane = there.find(({ serial }) => serial === said.value.serial) ?? asked
      if (said.value.serial !== lane.serial) {
        options.stray?.({ code: 'unknown-camera', lane: lane.id, serial: said.value.serial })
        return refuse(403, 'unknown-camera', 'serial', 'the serial number that the plan names for this lane')
      }
      const gone = new AbortController()
      response.on('close', () => {
        gone.abort()
        options.answered?.(lane, said.value, receivedAt)
      })
      hear(lane, said.value, receivedAt, gone.signal)
        .then((orders) => {
          const { contentType, body } = lane.adapter.answer(said.value, orders)
          response.writeHead(200, { 'content-type': contentType, 'content-length': body.length })
          response.end(body)
        })
        .catch((error: Error) => {
          log('error', 'camera-post-failed', { lane: lane.id, message: error.message })
          if (!response.headersSent) refuse(500, 'failed', 'body', 'not your mistake; send it again')
        })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    url: `http://${options.host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
