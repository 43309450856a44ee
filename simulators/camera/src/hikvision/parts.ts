import type { Picture } from './documents.ts'

export type StreamPart = {
  readonly type: string
  readonly bytes: Buffer
  readonly name?: string
  /** Default true; heartbeats often have none and end at the next boundary. */
  readonly hasLength?: boolean
}

/** Parts of the alert stream, the boundary before each. */
export function partsOf(parts: readonly StreamPart[], lineEnd: '\r\n' | '\n'): Buffer {
  return Buffer.concat(
    parts.flatMap(({ type, bytes, name, hasLength = true }) => {
      const head = [
        '--boundary',
        ...(name === undefined ? [] : [`Content-Disposition: form-data; name="${name}"; filename="${name}"`]),
        `Content-Type: ${type}`,
        ...(hasLength ? [`Content-Length: ${bytes.length}`] : []),
        '',
        '',
      ]
      return [Buffer.from(head.join(lineEnd)), bytes, Buffer.from(lineEnd)]
    }),
  )
}

/** One post to a listening host. */
export function formOf(
  xml: string,
  pictures: readonly Picture[],
): { readonly contentType: string; readonly body: Buffer } {
  const alert = { type: 'text/xml', bytes: Buffer.from(xml), name: 'anpr.xml' }
  const all = [alert, ...pictures.map(({ fileName, bytes }) => ({ type: 'image/pjpeg', bytes, name: fileName }))]
  const body = Buffer.concat([partsOf(all, '\r\n'), Buffer.from('--boundary--\r\n')])
  return { contentType: 'multipart/form-data; boundary=boundary', body }
}
