import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { type Park, parksOf } from '@lanepay/cloud/bolink/park.ts'
import { mayNotify } from '@lanepay/cloud/bolink/platform/money.ts'
import { forHeader } from '@lanepay/cloud/bolink/platform/vendor.ts'
import { lotOfToken } from '@lanepay/cloud/bolink/token.ts'
import { selectBucketOfLot } from '@lanepay/cloud/lot/store.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { parseObject } from '@lanepay/lot-systems/raw.ts'
import { hiding } from './capture-hide.ts'
import { passOn, resourceOf } from './capture-pass.ts'
import { type Exchange, type Vector, vectorFile, vectorsOf } from './capture-vectors.ts'
import { readOrTell } from './config.ts'
import { keepFile, keptSecrets, portsAreFree, Told } from './keep.ts'
import { openLiveData } from './live-data.ts'
import { typed } from './typed.ts'

const usage = 'lanepay capture LOTNUMBER --for MINUTES FILE [--listen PORT] [--to CLOUD-URL] [--calls PORT]'
const port = { type: 'string' } as const
const options = { for: { type: 'string' }, listen: port, to: { type: 'string' }, calls: port } as const

/**
 * `lanepay capture LOTNUMBER --for MINUTES FILE`: stands before the cloud, and writes down for so long what one connected lot and the cloud
 * say to each other, secrets hidden; in platform mode it stands before the vendor's cloud, too. When the time is over it goes on passing,
 * until it is stopped: the lot still has its address.
 */
export async function runCapture(args: readonly string[]): Promise<void> {
  const { values, positionals } = typed(args, options, usage)
  const [number = '', file, ...more] = positionals
  const { for: minutes = '', listen = '7087', calls = '7088' } = values
  if (!/^[1-9]\d{0,6}$/.test(number) || file === undefined || more.length > 0) throw new Told(usage)
  if (!/^[1-9]\d{0,3}$/.test(minutes)) throw new Told(`${usage}\n  --for: minutes, 1 to 9999`)
  for (const [name, port] of [
    ['listen', listen],
    ['calls', calls],
  ] as const)
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Told(`${usage}\n  --${name}: a port`)
  if (statSync(file, { throwIfNoEntry: false })) throw new Told(`${file} is there already: name another file`)
  const settings = readOrTell()
  const to = URL.parse(values.to ?? `http://${settings.httpHost}:${settings.httpPort}`)
  if (!to || !/^https?:$/.test(to.protocol)) throw new Told(`${usage}\n  --to: an address as http://127.0.0.1:7080`)
  const park = await parkOf(Number(number))
  const where = { host: settings.httpHost, port: Number(listen), callsPort: Number(calls) }
  await portsAreFree([
    { host: where.host, port: where.port, setting: { env: '--listen' } },
    ...(park.callUrl === null ? [] : [{ host: where.host, port: where.callsPort, setting: { env: '--calls' } }]),
  ])
  const capture = await startCapture({ park, to, ...where, clock: systemClock })
  console.log(
    `Port ${capture.port} passes on to ${to.origin}; lot ${number} is written down for ${minutes} min. Ctrl-C ends it.`,
  )
  if (capture.callsPort !== null)
    console.log(
      `Port ${capture.callsPort} passes on to ${park.callUrl}: have the lot's plan say callsThrough for so long.`,
    )
  const write = () => {
    const kept = capture.end()
    if (!kept) return
    keepFile(file, `${JSON.stringify(kept, null, 1)}\n`)
    console.log(`${kept.examples.length} messages in ${file}. It goes on passing; turn the lot back, then Ctrl-C.`)
  }
  const over = setTimeout(write, Number(minutes) * 60_000)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  clearTimeout(over)
  write()
  await capture.close()
}

async function parkOf(lotId: number): Promise<Park> {
  const settings = readOrTell()
  const { database, close } = await openLiveData(settings)
  try {
    const [found] = await database.reference.query<{ bucket: number }>(selectBucketOfLot, [lotId])
    const houseKey = Buffer.from(settings.houseKey ?? keptSecrets(settings.home).houseKey)
    const park = found ? await parksOf({ database, houseKey }).ofLot({ bucket: found.bucket, lotId }) : null
    if (!park) throw new Told('LOTNUMBER: a lot that is open here, with Bolink software of its own')
    return park
  } finally {
    await close()
  }
}

/** Passes everything on and writes one lot down until `end`, which answers what to keep; the second time, null: it is over already. */
export async function startCapture(of: {
  readonly park: Pick<Park, 'bucket' | 'lotId' | 'unionId' | 'parkId' | 'key' | 'callUrl' | 'settings'>
  readonly to: URL
  readonly host: string
  readonly port: number
  /** Before the vendor's cloud, in platform mode. */
  readonly callsPort: number
  readonly clock: Clock
}) {
  const { park, clock } = of
  const hides = hiding({ key: park.key, salt: randomBytes(32) })
  const from = clock.now()
  const vectors: Omit<Vector, 'id'>[] = []
  let polls = 0
  let isOver = false
  const isOfLot = ({ resource, body }: Exchange): boolean => {
    const said = parseObject(body)
    if (!said.ok) return false
    const { token, data } = said.value
    if (token !== undefined) {
      const lot = lotOfToken(token)
      return lot.ok && lot.value.bucket === park.bucket && lot.value.lotId === park.lotId
    }
    // Newer calls have the vendor's number beside their data; ours to its cloud need none.
    const { union_id = said.value.union_id, comid, park_id = comid } = Object(data) as Readonly<Record<string, unknown>>
    const isVendor = resource === 'to-vendor' || String(union_id).trim() === park.unionId
    return isVendor && String(park_id).trim() === park.parkId
  }
  const onExchange = (exchange: Exchange) => {
    if (isOver || !isOfLot(exchange)) return
    if (exchange.resource === 'download') polls++
    vectors.push(...vectorsOf(exchange, park.key, hides))
  }
  const front = await passOn({
    ...{ to: (path: string) => new URL(path, of.to), resourceOf, host: of.host, port: of.port, onExchange },
  })
  const { callUrl } = park
  const calls =
    callUrl === null
      ? null
      : await passOn({
          // Only where results of this lot may go: it stands open on its port.
          to: (_, headers) => {
            const wanted = headers[forHeader] ?? callUrl
            return typeof wanted === 'string' && mayNotify(wanted, park) ? new URL(wanted) : null
          },
          ...{ resourceOf: () => 'to-vendor' as const, host: of.host },
          ...{ port: of.callsPort, onExchange },
        })
  const day = (at: number) => new Date(at).toISOString()
  return {
    port: front.port,
    callsPort: calls?.port ?? null,
    async close() {
      await front.close()
      await calls?.close()
    },
    /** How much there is by now. */
    count: (): number => vectors.length,
    end() {
      if (isOver) return null
      isOver = true
      return vectorFile({ lot: park.lotId, from: day(from), until: day(clock.now()), polls, vectors })
    },
  }
}
