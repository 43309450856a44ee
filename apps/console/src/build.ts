import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuiltPage, builtOnce, readBuilt } from '../../build-once.ts'

const app = fileURLToPath(new URL('..', import.meta.url))
const domain = fileURLToPath(new URL('.', import.meta.resolve('@lanepay/domain/plate.ts')))
/** Under which the cloud serves the console (services/cloud/src/console). */
export const base = '/console/'
const manifestName = 'manifest.json'

/** A file of the build, which files it loads with itself, and which only when they are needed. */
export type Chunk = {
  readonly file: string
  readonly css?: readonly string[]
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
}
/** The console as it is served; `manifest` says which file loads which, by the path of its source. */
export type BuiltConsole = BuiltPage & { readonly manifest: Readonly<Record<string, Chunk>> }

/** Builds the console into `outDir`, once for one content of its sources: what is there already is read and not built again. */
export async function buildConsole(outDir: string): Promise<BuiltConsole> {
  const files = (folder: string, pattern: string) =>
    Array.fromAsync(glob(pattern, { cwd: folder }), (file) => join(folder, file))
  const sources = [
    join(app, 'index.html'),
    ...(await files(join(app, 'src'), '**/*.{ts,tsx,css}')),
    ...(await files(domain, '**/*.ts')),
    ...(await files(fileURLToPath(new URL('.', import.meta.resolve('@lanepay/cloud/cloud.ts'))), '*/api.ts')),
  ]
  const folder = await builtOnce(outDir, { sources, build: buildInto })
  const manifest = JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as BuiltConsole['manifest']
  return { ...(await readBuilt(folder, base, [manifestName])), manifest }
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
    oxc: { jsx: { runtime: 'automatic' } },
    build: {
      outDir: folder,
      emptyOutDir: false,
      assetsDir: '',
      assetsInlineLimit: 0,
      manifest: manifestName,
      target: ['chrome111', 'safari16.4', 'firefox114'],
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  })
}
