import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { DigestHttp, Stream } from './digest-http.ts'
import type { LaneFault } from './lane-device.ts'
import { understood } from './malformed.ts'
import { boundaryIn, type MultipartOptions, MultipartReader, type Part } from './multipart.ts'
import type { Line } from './standing-line.ts'

export type PartStream = {
  readonly http: DigestHttp
  readonly path: string
  /** Without a byte for so long the line is taken for dead. */
  readonly silentMs: number
  readonly endsAt?: MultipartOptions['endsAt']
  readonly fault: (fault: LaneFault) => void
  /** Each part as it is whole; throws Malformed for one that is none, which is a fault and no more: the next one is found. */
  readonly part: (part: Part) => void
}

/** The multipart answer without end of a camera that is listened to, as a line that stands as long as it comes. */
export async function openPartStream(given: PartStream): Promise<Result<Line, string>> {
  const opened = await given.http.stream(given.path)
  if (opened.kind !== 'stream') return err(opened.because)
  const { response } = opened
  const boundary = boundaryIn(response.headers['content-type'] ?? '')
  if (boundary !== null) return ok(hear(response, boundary, given))
  response.destroy()
  return err('the answer is no multipart stream')
}

/** Until the stream ends. */
function hear(response: Stream['response'], boundary: string, given: PartStream): Line {
  const onJunk = () => given.fault({ code: 'malformed', field: 'stream', rule: 'has nothing between its parts' })
  const reader = new MultipartReader({ boundary, onJunk, ...(given.endsAt ? { endsAt: given.endsAt } : {}) })
  const { promise: over, resolve } = Promise.withResolvers<string>()
  let isOver = false
  const cut = (because: string) => {
    isOver = true
    clearTimeout(silence)
    response.destroy()
    resolve(because)
  }
  const silence = setTimeout(() => cut('silent'), given.silentMs)
  const take = (part: Part) => {
    const taken = understood(() => given.part(part))
    if (!taken.ok) given.fault(taken.error)
  }
  response.on('data', (bytes: Buffer) => {
    if (isOver) return
    silence.refresh()
    const parts = understood(() => reader.feed(bytes))
    if (parts.ok) for (const part of parts.value) take(part)
    else {
      given.fault(parts.error)
      cut(`${parts.error.field} ${parts.error.rule}`)
    }
  })
  response.on('error', (error: Error & { code?: string }) => cut(error.code ?? error.message))
  response.on('close', () => cut('the camera ended the stream'))
  return { over, cut }
}
