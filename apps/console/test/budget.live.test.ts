import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type BuiltConsole, base, buildConsole } from '../src/build.ts'

/* What the console weighs as it travels, packed; read from the build's own manifest. Sizes are in bytes. */

const firstAtMost = 350_000
const pageAtMost = 100_000

let folder: string
let built: BuiltConsole
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lanepay-console-build-'))
  built = await buildConsole(folder)
})
after(() => rm(folder, { recursive: true, force: true }))

/** The files that are loaded with a chunk: its own, and those of everything it cannot do without. */
function filesOf(key: string, seen = new Set<string>()): Set<string> {
  if (seen.has(key)) return new Set()
  seen.add(key)
  const { file, css = [], imports = [] } = built.manifest[key]!
  return new Set([file, ...css, ...imports.flatMap((one) => [...filesOf(one, seen)])])
}
const packed = (file: string): number => {
  const asset = built.assets.find(({ path }) => path === base + file)
  assert.ok(asset, file)
  return gzipSync(asset.body, { level: 9 }).length
}
const sum = (files: Iterable<string>): number => [...files].reduce((all, file) => all + packed(file), 0)

test('what every page loads first is within 350 kB', () => {
  const bytes = sum(filesOf('index.html')) + gzipSync(built.html).length
  assert.ok(bytes <= firstAtMost, `${bytes} bytes`)
})

test('each further page is within 100 kB, with everything that it alone brings', () => {
  const first = filesOf('index.html')
  const views = (built.manifest['index.html']?.dynamicImports ?? []).filter((key) => key.startsWith('src/pages/'))
  assert.ok(views.length > 3, 'pages are loaded as they are opened')
  const heavy = views
    .map((key) => [key, sum(filesOf(key).difference(first))] as const)
    .filter(([, bytes]) => bytes > pageAtMost)
  assert.deepEqual(heavy, [])
})

test('what a page loads once it is open, like a chart, is within as much again', () => {
  const first = filesOf('index.html')
  const later = Object.entries(built.manifest)
    .flatMap(([key, { dynamicImports = [] }]) => (key === 'index.html' ? [] : dynamicImports))
    .map((key) => [key, sum(filesOf(key).difference(first))] as const)
  assert.deepEqual(
    later.filter(([, bytes]) => bytes > pageAtMost),
    [],
  )
})

test('the page names only files of its own, by names that change with their content, and has nothing inline', () => {
  assert.doesNotMatch(built.html, /https?:\/\//)
  assert.doesNotMatch(built.html, /<script(?![^>]*src=)|<style|style="|\son\w+=/)
  for (const { path } of built.assets) assert.match(path, /^\/console\/[\w.-]+-[\w-]{8}\.(?:js|css)$/)
})
