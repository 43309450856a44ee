import type { IncomingMessage } from 'node:http'
import { refuseCall } from './refusal.ts'

export type Params = Readonly<Record<string, string>>
const largestBody = 1024 * 1024

/** The whole body. @throws RangeError past 1 MiB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const isUpload = /^multipart\//i.test(request.headers['content-type'] ?? '')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > (isUpload ? 12 * largestBody : largestBody)) throw new RangeError('the body is larger than 1 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Query and form together, as the gateway reads them: the body in the charset the query (or the content type) names,
 * and in GBK when neither does, which is how requests without `charset` in the query lose their Chinese (alipay.md 2.3).
 * Throws `Refused` for a parameter that comes twice, since no one signed text is then the right one.
 */
export function gatewayParams(request: { url: string; contentType: string; body: Buffer }): Params {
  const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : ''
  const named = /(?:^|&)charset=([^&]*)/.exec(query)?.[1] ?? /charset=([\w-]+)/i.exec(request.contentType)?.[1]
  const charset = (named ?? 'gbk').toLowerCase()
  if (charset !== 'utf-8' && charset !== 'gbk') refuseCall('isv.invalid-charset', '字符集错误')
  const params: Record<string, string> = Object.create(null)
  const pairs = [
    ...readForm(Buffer.from(query), 'utf-8'),
    ...(/^multipart\//i.test(request.contentType) ? [] : readForm(request.body, charset)),
  ]
  for (const [name, value] of pairs) {
    if (params[name] !== undefined) refuseCall('isv.invalid-parameter', `参数无效：${name} 重复`)
    params[name] = value
  }
  return params
}

function readForm(body: Uint8Array, charset: 'utf-8' | 'gbk'): [string, string][] {
  const decoder = new TextDecoder(charset)
  const text = Buffer.from(body).toString('latin1')
  const plain = (part: string) =>
    decoder.decode(
      Buffer.from(
        part
          .replaceAll('+', ' ')
          .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      ),
    )
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.includes('=') ? pair.indexOf('=') : pair.length
      return [plain(pair.slice(0, at)), plain(pair.slice(at + 1))]
    })
}

/** One cookie's value, or undefined. */
export function cookie(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key = '', ...rest] = part.trim().split('=')
    if (key === name) return decodeURIComponent(rest.join('='))
  }
  return undefined
}
