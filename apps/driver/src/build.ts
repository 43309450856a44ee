import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuiltPage, builtOnce, readBuilt } from '../../build-once.ts'

const app = fileURLToPath(new URL('..', import.meta.url))
const domain = fileURLToPath(new URL('.', import.meta.resolve('@lanepay/domain/plate.ts')))
const base = '/driver/'

/** Builds the page into `outDir`, once for one content of its sources: what is there already is read and not built again. */
export async function buildDriverPage(outDir: string): Promise<BuiltPage> {
  const sources = [
    join(app, 'index.html'),
    ...(await Array.fromAsync(glob('**/*.{ts,tsx,css}', { cwd: join(app, 'src') }), (file) => join(app, 'src', file))),
    ...(await Array.fromAsync(glob('*.ts', { cwd: domain }), (file) => join(domain, file))),
  ]
  return readBuilt(await builtOnce(outDir, { sources, build: buildInto }), base)
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
