import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A page as it is served: the page itself, and what it loads by path. */
export type BuiltPage = {
  readonly html: string
  readonly assets: readonly { readonly path: string; readonly contentType: string; readonly body: Buffer }[]
}

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}
const root = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * Builds a page into a folder of `outDir`, once for one content of its sources and one set of tools: what is there already is not built again.
 * Several processes may ask at once; each build is made aside and moved into place whole. Answers that folder.
 */
export async function builtOnce(
  outDir: string,
  { sources, build }: { readonly sources: readonly string[]; readonly build: (folder: string) => Promise<void> },
): Promise<string> {
  const built = join(outDir, await contentHash(sources))
  if (existsSync(built)) return built
  await mkdir(outDir, { recursive: true })
  const aside = await mkdtemp(join(outDir, '.building-'))
  try {
    await build(aside)
    await rename(aside, built).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST' && error.code !== 'EPERM') throw error
      if (!existsSync(built)) throw error // else another process was faster
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return built
}

/** Over everything the build reads: sources, and by the lock file the versions of all tools and libraries. */
async function contentHash(sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  const files = [...sources.filter((file) => !/\.test\.tsx?$/.test(file)), join(root, 'package-lock.json')]
  for (const file of files.sort())
    hash
      .update(`${relative(root, file)}\0`)
      .update(await readFile(file))
      .update('\0')
  return hash.digest('hex').slice(0, 16)
}

/** What a built folder holds: `index.html`, and under `base` everything that a browser loads. `besides` is for nobody. */
export async function readBuilt(folder: string, base: string, besides: readonly string[] = []): Promise<BuiltPage> {
  const names = (await readdir(folder)).filter((name) => name !== 'index.html' && !besides.includes(name))
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
