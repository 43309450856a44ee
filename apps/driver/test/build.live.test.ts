import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { buildDriverPage } from '../src/build.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lanepay-driver-build-'))
})
after(() => rm(folder, { recursive: true, force: true }))

/** Builds in a process of its own, as two parts of Lanepay starting together would. */
async function elsewhere(out: string): Promise<void> {
  const build = fileURLToPath(new URL('../src/build.ts', import.meta.url))
  const code = `await (await import(${JSON.stringify(build)})).buildDriverPage(${JSON.stringify(out)})`
  const [status] = (await once(
    spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' }),
    'close',
  )) as [number]
  assert.equal(status, 0)
}

test('what is loaded before the fee can be shown is within 30 kB, packed', async () => {
  const { html, assets } = await buildDriverPage(folder)
  const loaded = assets.filter(({ path }) => html.includes(path))
  const packed = [Buffer.from(html), ...loaded.map(({ body }) => body)].map(
    (body) => gzipSync(body, { level: 9 }).length,
  )
  // What the API answers and the headers of four answers need the rest.
  assert.ok(packed.reduce((sum, bytes) => sum + bytes, 0) < 28_000, packed.join(' + '))
})
test('the page names what it loads, by paths that change with their content, and loads nothing from anybody else', async () => {
  const { html, cards, change, assets } = await buildDriverPage(folder)
  for (const { path, contentType } of assets) {
    assert.match(path, /^\/driver\/[\w-]+-[\w-]{8}\.js$/)
    assert.match(contentType, /^text\/javascript/)
    assert.equal([html, cards, change].filter((page) => page.includes(path)).length, 1, path)
  }
  assert.equal(assets.length, 3)
  for (const page of [html, cards, change]) {
    assert.doesNotMatch(page, /https?:\/\//)
    assert.doesNotMatch(page, /rel="stylesheet"/)
  }
})
test('two processes that build at once make one page, and neither leaves anything behind', async () => {
  const out = join(folder, 'two')
  await Promise.all([elsewhere(out), elsewhere(out)])
  assert.equal((await readdir(out)).length, 1)
})
test('a page that is built is not built again', async () => {
  const out = join(folder, 'again')
  const first = await buildDriverPage(out)
  const [name] = await readdir(out)
  const page = join(out, name!, 'index.html')
  await writeFile(page, `${await readFile(page, 'utf8')}<!-- as it was left -->`)
  const before = await stat(page)
  const second = await buildDriverPage(out)
  assert.equal((await stat(page)).mtimeMs, before.mtimeMs)
  assert.equal(second.html, `${first.html}<!-- as it was left -->`)
})
