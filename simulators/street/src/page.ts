import { fileURLToPath } from 'node:url'

export type PageFile = { readonly contentType: string; readonly body: string | Uint8Array }
/** The street's page: `/` and everything it loads, by path. */
export type StreetPage = ReadonlyMap<string, PageFile>

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Builds the page from `browser/`, in memory: it takes about a second and leaves nothing behind. */
export async function buildStreetPage(): Promise<StreetPage> {
  const { build } = await import('vite')
  const built = await build({
    root: fileURLToPath(new URL('./browser', import.meta.url)),
    base: '/street/app/',
    configFile: false,
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { write: false, target: 'es2022', assetsDir: '', modulePreload: false },
  })
  const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []))
  const page = new Map<string, PageFile>()
  for (const file of outputs) {
    const contentType = types[file.fileName.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    const body = file.type === 'chunk' ? file.code : file.source
    page.set(file.fileName === 'index.html' ? '/' : `/street/app/${file.fileName}`, { contentType, body })
  }
  if (!page.has('/')) throw new Error('the street was built without a page')
  return page
}
