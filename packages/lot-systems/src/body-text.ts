const utf8 = new TextDecoder('utf-8', { fatal: true })
const chinese = new TextDecoder('gb18030')

/**
 * The text of what charging software sent. Much of it writes Chinese in GBK (lot-devices.md 6.7), and little of that says so: what is
 * called GBK is, and of the rest what cannot be UTF-8. A form of parts is in UTF-8 whatever its pictures are made of.
 */
export function bodyText(bytes: Uint8Array, contentType: string | undefined): string {
  if (/^multipart\//i.test(contentType ?? '')) return Buffer.from(bytes).toString('utf8')
  if (/charset="?(?:gbk|gb2312|gb18030)\b/i.test(contentType ?? '')) return chinese.decode(bytes)
  try {
    return utf8.decode(bytes)
  } catch {
    return chinese.decode(bytes)
  }
}
