import { createHash, randomBytes } from 'node:crypto'
import { type Answer, answered, badField, refused } from './answer.ts'
import type { Asked, Route } from './api.ts'
import type { Works } from './works.ts'

/* Pictures of papers (wechat-pay.md 18.3): an upload in two parts, of which only the text of `meta` is signed. */

export const mediaPath = '/v3/merchant/media/upload'
const largestImage = 2 * 1024 * 1024

type Part = { readonly headers: ReadonlyMap<string, string>; readonly bytes: Buffer }
/** The parts of an upload as they came, or null for what is none. */
export type Upload = { readonly meta: Part; readonly file: Part }

/** Takes a `multipart/form-data` body apart: `meta`, then `file`, and nothing else. */
export function readUpload(contentType: string, body: Uint8Array): Upload | null {
  const [, quoted, plain] =
    /^multipart\/form-data\s*;\s*boundary=(?:"([^"]{1,70})"|([^\s";]{1,70}))\s*$/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) return null
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const line = Buffer.from(`\r\n--${boundary}`)
  const whole = Buffer.concat([Buffer.from('\r\n'), bytes])
  const parts: Part[] = []
  let at = whole.indexOf(line)
  if (at !== 0) return null
  for (;;) {
    const from = at + line.length
    if (whole.subarray(from, from + 2).equals(Buffer.from('--'))) break
    const end = whole.indexOf(line, from)
    const part = end < 0 ? null : readPart(whole.subarray(from + 2, end))
    if (part === null) return null
    parts.push(part)
    at = end
  }
  const [meta, file, ...more] = parts
  return meta && file && more.length === 0 && nameOf(meta) === 'meta' && nameOf(file) === 'file' ? { meta, file } : null
}

function readPart(bytes: Buffer): Part | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const headers = new Map(
    bytes
      .subarray(0, end)
      .toString('utf8')
      .split('\r\n')
      .map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const
      }),
  )
  return { headers, bytes: bytes.subarray(end + 4) }
}

const disposition = (part: Part, item: string) =>
  new RegExp(`[;\\s]${item}="([^"]*)"`).exec(part.headers.get('content-disposition') ?? '')?.[1]
const nameOf = (part: Part) => disposition(part, 'name')

const kinds: readonly { readonly type: string; readonly isIt: (file: Buffer) => boolean }[] = [
  { type: 'image/jpeg', isIt: (file) => file.subarray(0, 3).toString('hex') === 'ffd8ff' },
  { type: 'image/png', isIt: (file) => file.subarray(0, 8).toString('hex') === '89504e470d0a1a0a' },
  { type: 'image/bmp', isIt: (file) => file.subarray(0, 2).toString('latin1') === 'BM' },
]

/** `POST /v3/merchant/media/upload` */
function upload(works: Works, { body, now }: Asked): Answer {
  const { meta, file } = body as Upload
  if (!/^application\/json\b/.test(meta.headers.get('content-type') ?? ''))
    return badField('body', '/meta', '', 'meta的Content-Type必须为application/json')
  const said = readMeta(meta.bytes)
  if (said === null) return badField('body', '/meta', '', 'meta信息不正确，应包含filename与sha256')
  if (disposition(file, 'filename') !== said.filename)
    return badField('body', '/file', disposition(file, 'filename'), '文件名与meta信息中的不一致')
  if (!/\.(jpe?g|bmp|png)$/i.test(said.filename))
    return badField('body', '/meta/filename', said.filename, '图片格式不支持，只支持JPG、BMP、PNG')
  if (createHash('sha256').update(file.bytes).digest('hex') !== said.sha256.toLowerCase())
    return badField('body', '/meta/sha256', said.sha256, '文件哈希值与文件内容不一致')
  const kind = kinds.find(({ isIt }) => isIt(file.bytes))
  if (!kind) return badField('body', '/file', '', '图片内容无效')
  if (file.headers.get('content-type') !== kind.type)
    return badField('body', '/file', file.headers.get('content-type'), 'Content-Type与图片内容不一致')
  if (file.bytes.length > largestImage) return refused('INVALID_REQUEST', '图片大小不能超过2M')
  const mediaId = randomBytes(96).toString('base64url')
  works.book.put('media', mediaId, { mediaId, sha256: said.sha256.toLowerCase(), bytes: file.bytes.length, at: now })
  return answered({ media_id: mediaId })
}

function readMeta(bytes: Buffer): { readonly filename: string; readonly sha256: string } | null {
  try {
    const said = JSON.parse(bytes.toString('utf8')) as Readonly<Record<string, unknown>> | null
    const { filename, sha256 } = said ?? {}
    const isRight = typeof filename === 'string' && typeof sha256 === 'string' && /^[0-9a-f]{64}$/i.test(sha256)
    return isRight ? { filename, sha256 } : null
  } catch {
    return null // no JSON
  }
}

export const mediaRoute: Route = { call: 'media', method: 'POST', path: /^\/v3\/merchant\/media\/upload$/, act: upload }
