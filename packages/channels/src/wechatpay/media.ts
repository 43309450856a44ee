import { createHash } from 'node:crypto'
import type { Paper } from '../applications.ts'
import type { ApiRequest } from './client.ts'

const endings = { 'image/jpeg': 'jpg', 'image/png': 'png' } as const
const boundaryRoot = '----lanepay'

/**
 * `POST /v3/merchant/media/upload` (wechat-pay.md 18.3): `meta`, then `file`, and only the text of `meta` is signed. The name
 * is made from the content, so that the same paper is the same request.
 */
export function mediaRequest({ type, bytes }: Paper): ApiRequest {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const filename = `${sha256.slice(0, 32)}.${endings[type]}`
  return uploadRequest({ meta: JSON.stringify({ filename, sha256 }), filename, type, bytes })
}

/** The two parts of an upload round a `meta` that was made elsewhere. */
export function uploadRequest(told: {
  readonly meta: string
  readonly filename: string
  readonly type: string
  readonly bytes: Uint8Array
}): ApiRequest {
  const { meta, filename, type, bytes } = told
  const boundary = freeBoundary(bytes)
  const head = (lines: readonly string[]) => Buffer.from(`--${boundary}\r\n${lines.join('\r\n')}\r\n\r\n`)
  const whole = Buffer.concat([
    head(['Content-Disposition: form-data; name="meta";', 'Content-Type: application/json']),
    Buffer.from(`${meta}\r\n`),
    head([`Content-Disposition: form-data; name="file"; filename="${filename}";`, `Content-Type: ${type}`]),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  return {
    method: 'POST',
    path: '/v3/merchant/media/upload',
    body: meta,
    upload: { contentType: `multipart/form-data; boundary=${boundary}`, bytes: whole },
  }
}

/** A line that the file does not hold. Nearly always the first one that is tried. */
function freeBoundary(bytes: Uint8Array): string {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; ; at++) {
    const boundary = `${boundaryRoot}${createHash('sha256').update(String(at)).digest('hex').slice(0, 24)}`
    if (!file.includes(boundary)) return boundary
  }
}
