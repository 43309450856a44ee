import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { glob, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type PageFile = { readonly contentType: string; readonly body: Uint8Array }
/** The page: `/` and everything it loads, by path. */
export type PageFiles = ReadonlyMap<string, PageFile>

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}
const here = fileURLToPath(new URL('.', import.meta.url))
const domain = fileURLToPath(new URL('.', import.meta.resolve('@lanepay/domain/plate.ts')))
const base = '/page/'

/** The page, built into `dir` once for one content of its sources; older ones are removed. */
export async function builtPage(dir: string): Promise<PageFiles> {
  const name = await contentHash()
  const built = join(dir, name)
  if (!existsSync(built)) {
    await mkdir(dir, { recursive: true })
    for (const old of await readdir(dir)) await rm(join(dir, old), { recursive: true, force: true })
    const aside = await mkdtemp(join(dir, '.building-'))
    for (const { fileName, body } of await build()) await writeFile(join(aside, fileName), body)
    await rename(aside, built) // whole or not there
  }
  const files = new Map<string, PageFile>()
  for (const file of await readdir(built)) {
    const contentType = contentTypes[extname(file)]
    if (contentType === undefined) throw new Error(`the page loads ${file}, and nobody said what that is`)
    files.set(file === 'index.html' ? '/' : base + file, { contentType, body: await readFile(join(built, file)) })
  }
  return files
}

/** Over everything the build reads: our sources, the domain's, and the versions of the tools. */
async function contentHash(): Promise<string> {
  const sources = [
    ...(await Array.fromAsync(glob('browser/**/*.{html,ts,tsx,css}', { cwd: here }), (file) => join(here, file))),
    join(here, 'api.ts'),
    ...(await Array.fromAsync(glob('*.ts', { cwd: domain }), (file) => join(domain, file))),
  ].filter((file) => !file.endsWith('.test.ts'))
  const hash = createHash('sha256')
  for (const file of sources.sort())
    hash
      .update(`${file.replace(here, '').replace(domain, '')}\0`)
      .update(await readFile(file))
      .update('\0')
  const require = createRequire(import.meta.url)
  for (const tool of ['vite', 'preact']) {
    const { version } = JSON.parse(readFileSync(require.resolve(`${tool}/package.json`), 'utf8')) as { version: string }
    hash.update(`${tool} ${version}\0`)
  }
  return hash.digest('hex').slice(0, 16)
}

async function build(): Promise<readonly { readonly fileName: string; readonly body: string | Uint8Array }[]> {
  const vite = await import('vite')
  const made = await vite.build({
    root: join(here, 'browser'),
    base,
    configFile: false,
    envDir: false,
    logLevel: 'error',
    publicDir: false,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { write: false, target: 'es2022', assetsDir: '', modulePreload: false, reportCompressedSize: false },
  })
  return [made]
    .flat()
    .flatMap((one) => ('output' in one ? one.output : []))
    .map((file) => ({ fileName: file.fileName, body: file.type === 'chunk' ? file.code : file.source }))
}
