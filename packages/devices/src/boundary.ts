/** The boundary of a multipart body, in its content type (RFC 2046); null when it names none. */
export function boundaryIn(contentType: string): string | null {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? []
  return quoted ?? bare ?? null
}
