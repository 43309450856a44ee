import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { glob, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The driver's page as it is served: the page itself, and what it loads by path. */
export type BuiltPage = {
  readonly html: string
  readonly assets: readonly { readonly path: string; readonly contentType: string; readonly body: Buffer }[]
}

const app = fileURLToPath(new URL('..', import.meta.url))
const domain = fileURLToPath(new URL('.', import.meta.resolve('@lanepay/domain/plate.ts')))
const contentTypes: Readonly<Record<string, string>> = { '.js': 'text/javascript; charset=utf-8' }
const base = '/driver/'

/**
 * Builds the page into `outDir`, once for one content of its sources: what is there already is read and not built again.
 * Several processes may ask at once; each build is made aside and moved into place whole.
 */
export async function buildDriverPage(outDir: string): Promise<BuiltPage> {
  const built = join(outDir, await contentHash())
  if (!existsSync(built)) {
    await mkdir(outDir, { recursive: true })
    const aside = await mkdtemp(join(outDir, '.building-'))
    try {
      await buildInto(aside)
      await rename(aside, built).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST' && error.code !== 'EPERM') throw error
        if (!existsSync(built)) throw error // else another process was faster
      })
    } finally {
      await rm(aside, { recursive: true, force: true })
    }
  }
  return readBuilt(built)
}

/** Over everything the build reads: our sources, the domain's, and the versions of the tools. */
async function contentHash(): Promise<string> {
  const files = [
    join(app, 'index.html'),
    ...(await Array.fromAsync(glob('**/*.{ts,tsx,css}', { cwd: join(app, 'src') }), (file) => join(app, 'src', file))),
    ...(await Array.fromAsync(glob('*.ts', { cwd: domain }), (file) => join(domain, file))),
  ].filter((file) => !file.endsWith('.test.ts'))
  const hash = createHash('sha256')
  for (const file of files.sort())
    hash
      .update(`${relative(app, file)}\0`)
      .update(await readFile(file))
      .update('\0')
  const require = createRequire(import.meta.url)
  for (const tool of ['vite', 'preact']) {
    const { version } = JSON.parse(readFileSync(require.resolve(`${tool}/package.json`), 'utf8')) as { version: string }
    hash.update(`${tool} ${version}\0`)
  }
  return hash.digest('hex').slice(0, 16)
}

async function buildInto(folder: string): Promise<void> {
  const { build } = await import('vite')
  await build({
    root: app,
    base,
    configFile: false,
    envDir: false,
    logLevel: 'error',
    publicDir: false,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: folder,
      emptyOutDir: false,
      assetsDir: '',
      // The oldest browsers inside the wallets that are still about.
      target: ['chrome71', 'safari12.1'],
      modulePreload: false,
      reportCompressedSize: false,
    },
    plugins: [
      {
        name: 'style-in-page',
        enforce: 'post',
        // The style is small and nothing can be shown without it: it comes with the page instead of after it.
        generateBundle(_, bundle) {
          const page = bundle['index.html']
          if (page?.type !== 'asset') throw new Error('the build made no page')
          for (const [name, file] of Object.entries(bundle)) {
            if (!name.endsWith('.css') || file.type !== 'asset') continue
            const link = new RegExp(`<link[^>]*href="${base}${name.replace(/[.]/g, '\\.')}"[^>]*>`)
            page.source = String(page.source).replace(link, () => `<style>${String(file.source).trim()}</style>`)
            delete bundle[name]
          }
        },
      },
    ],
  })
}

async function readBuilt(folder: string): Promise<BuiltPage> {
  const names = (await readdir(folder)).filter((name) => name !== 'index.html')
  return {
    html: await readFile(join(folder, 'index.html'), 'utf8'),
    assets: await Promise.all(
      names.map(async (name) => {
        const contentType = contentTypes[extname(name)]
        if (contentType === undefined) throw new Error(`the page loads ${name}, and nobody said what that is`)
        return { path: base + name, contentType, body: await readFile(join(folder, name)) }
      }),
    ),
  }
}
