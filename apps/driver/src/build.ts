import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuiltPage, builtOnce, readBuilt } from '../../build-once.ts'

const app = fileURLToPath(new URL('..', import.meta.url))
const domain = fileURLToPath(new URL('.', import.meta.resolve('@lanepay/domain/plate.ts')))
const base = '/driver/'

/**
 * The page of fees, what it loads, and apart from it the pages of month cards and of cash change: nobody who pays a fee
 * loads anything of those.
 */
export type BuiltDriverPage = BuiltPage & { readonly cards: string; readonly change: string }
const [fees, cards, change] = ['index.html', 'card.html', 'change.html']

/** Builds all pages into `outDir`, once for one content of their sources: what is there already is read and not built again. */
export async function buildDriverPage(outDir: string): Promise<BuiltDriverPage> {
  const sources = [
    ...[fees, cards, change].map((name) => join(app, name)),
    ...(await Array.fromAsync(glob('**/*.{ts,tsx,css}', { cwd: join(app, 'src') }), (file) => join(app, 'src', file))),
    ...(await Array.fromAsync(glob('*.ts', { cwd: domain }), (file) => join(domain, file))),
  ]
  const folder = await builtOnce(outDir, {
    sources,
    // One after the other: together they would share a part, and the page of fees would load that besides.
    build: async (aside) => {
      for (const name of [fees, cards, change]) await buildInto(aside, name)
    },
  })
  const built = (name: string) => readFile(join(folder, name), 'utf8')
  return {
    ...(await readBuilt(folder, base, [cards, change])),
    cards: await built(cards),
    change: await built(change),
  }
}

async function buildInto(folder: string, name: string): Promise<void> {
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
      rollupOptions: { input: join(app, name) },
    },
    plugins: [
      {
        name: 'style-in-page',
        enforce: 'post',
        // The style is small and nothing can be shown without it: it comes with the page instead of after it.
        generateBundle(_, bundle) {
          const page = bundle[name]
          if (page?.type !== 'asset') throw new Error('the build made no page')
          // What is said to whoever reads the source is not sent to phones, nor how it is indented.
          page.source = String(page.source)
            .replace(/^\s*\/\/.*\n/gm, '')
            .replace(/\n\s+/g, '\n')
          for (const [asset, file] of Object.entries(bundle)) {
            if (!asset.endsWith('.css') || file.type !== 'asset') continue
            const link = new RegExp(`<link[^>]*href="${base}${asset.replace(/[.]/g, '\\.')}"[^>]*>`)
            page.source = String(page.source).replace(link, () => `<style>${String(file.source).trim()}</style>`)
            delete bundle[asset]
          }
        },
      },
    ],
  })
}
