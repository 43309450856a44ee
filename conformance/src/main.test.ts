import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

type Fields = Record<string, unknown>
type TariffFile = { tariffs: (Fields & { id: string; cases: Fields[] })[]; mechanics: Fields[] }

let folder = ''
let tariffs: TariffFile
describe('the run of the vectors', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lanepay-conformance-'))
    const source = await readFile(new URL('../vectors/tariffs.json', import.meta.url), 'utf8')
    const whole = JSON.parse(source) as TariffFile
    const tariff = whole.tariffs.find(({ id }) => id === 'cn-haikou-meilan-garage')!
    const mechanics = whole.mechanics.filter(({ id }) => id === 'pay-late-next-hour')
    tariffs = { ...whole, tariffs: [{ ...tariff, cases: tariff.cases.slice(0, 3) }], mechanics }
  })
  after(() => rm(folder, { recursive: true }))

  /** Runs the command on a file with this in it. */
  async function conformance(content: unknown, name = 'vectors.json') {
    const path = join(folder, name)
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
    return run([path])
  }

  async function run(paths: readonly string[]) {
    const main = fileURLToPath(new URL('./main.ts', import.meta.url))
    const child = spawn(process.execPath, [main, ...paths], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
    const lines = text.trimEnd().split('\n')
    return { status, last: lines.at(-1), lines: lines.slice(0, -1) }
  }

  test('vectors that all pass leave one line and status 0, whatever the file is called', async () => {
    assert.deepEqual(await conformance(tariffs, 'anything'), { status: 0, last: '4 passed, 0 failed', lines: [] })
  })

  test('a broken expectation fails with what was expected and what came, and status 1', async () => {
    const [first] = tariffs.tariffs
    const cases = first!.cases.map((one, index) => (index === 1 ? { ...one, expectedFen: 1 } : one))
    const said = await conformance({ ...tariffs, tariffs: [{ ...first, cases }] })
    assert.equal(said.status, 1)
    assert.equal(said.last, '3 passed, 1 failed')
    assert.match(
      said.lines.join('\n'),
      /^failed: vectors\.json cn-haikou-meilan-garage 2\n {2}expected .*1.*\n {2}actual /,
    )
  })

  const broken: readonly (readonly [what: string, content: () => unknown, because: RegExp])[] = [
    ['a file of a kind nobody knows', () => ({ version: 1, items: [] }), /a kind of file nobody knows/],
    ['a file that is not JSON', () => 'aa55', /not a file of vectors/],
    ['a list of things', () => [1, 2], /not a file of vectors/],
    ['a file without cases', () => ({ cases: [], keys: {} }), /no cases in it/],
    [
      'a vector of a kind nobody knows',
      () => ({ keys: {}, cases: [{ id: 'new-1', kind: 'v4-sign' }] }),
      /new-1\n {2}a kind of vector nobody knows: v4-sign/,
    ],
    [
      'a kind named like something every object has',
      () => ({ keys: {}, cases: [{ id: 'new-2', kind: 'constructor' }] }),
      /a kind of vector nobody knows: constructor/,
    ],
    [
      'a rule nobody knows',
      () => ({
        ...tariffs,
        tariffs: tariffs.tariffs.map((one) => ({ ...one, cases: [] })),
        mechanics: [{ ...tariffs.mechanics[0], rule: { surge: 2 } }],
      }),
      /the rule surge is not known/,
    ],
    [
      'a field nobody knows',
      () => ({
        ...tariffs,
        tariffs: tariffs.tariffs.map((one) => ({ ...one, cases: [] })),
        mechanics: [{ ...tariffs.mechanics[0], weather: 'rain' }],
      }),
      /the case says weather, which is not known/,
    ],
  ]
  for (const [what, content, because] of broken)
    test(`${what} is a failure, never a skip`, async () => {
      const said = await conformance(content())
      assert.equal(said.status, 1)
      assert.equal(said.last, '0 passed, 1 failed')
      assert.match(said.lines.join('\n'), because)
    })

  test('what is not built is named and counted as failed', async () => {
    const said = await conformance({ materials: {}, vectors: [{ id: 'one', kind: 'unionpay-qra-md5' }] })
    assert.deepEqual(said, {
      status: 1,
      last: '0 passed, 1 failed',
      lines: ['not built: UnionPay QRA  [vectors.json one]'],
    })
  })

  test('a path that is not there and a folder without files are failures', async () => {
    const said = await run([join(folder, 'nowhere'), await mkdtemp(join(folder, 'empty-'))])
    assert.deepEqual([said.status, said.last], [1, '0 passed, 2 failed'])
  })

  test('beside an index of samples, a file it does not name is a failure', async () => {
    const samples = await mkdtemp(join(folder, 'samples-'))
    const entry = { file: 'a.hex', protocol: 'vz-tcp-of-tomorrow', expect: {} }
    await writeFile(join(samples, 'index.json'), JSON.stringify({ format: {}, entries: [entry] }))
    await writeFile(join(samples, 'a.hex'), '00')
    await writeFile(join(samples, 'b.hex'), '00')
    const unknown = ['failed: index.json a.hex', '  a kind of vector nobody knows: vz-tcp-of-tomorrow']
    assert.deepEqual(await run([samples]), {
      status: 1,
      last: '0 passed, 2 failed',
      lines: ['failed: b.hex', '  not in the index beside it', ...unknown],
    })
    const one = await run([join(samples, 'a.hex')])
    assert.deepEqual(one.lines, unknown)
  })
})
