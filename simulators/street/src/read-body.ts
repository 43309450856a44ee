import type http from 'node:http'

/** The whole body of a request. @throws RangeError when it is longer than `most` bytes. */
export async function readBody(request: http.IncomingMessage, most: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > most) throw new RangeError(`the body is longer than ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
