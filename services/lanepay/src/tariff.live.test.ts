import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { careful, fileOf, hoursAt } from './tariff/kit.fixtures.ts'

/* The command as an operator calls it, and everything that docs/tariffs.md shows of it. */

const root = fileURLToPath(new URL('../../..', import.meta.url))
const main = fileURLToPath(new URL('main.ts', import.meta.url))
function lanepay(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: '', ...env },
  })
  return { status, stdout, stderr }
}

const good = fileOf(JSON.stringify(careful))
const bad = fileOf(JSON.stringify({ ...careful, choose: [{ plan: 'q' }] }))
const exported = { calcModeFlag: '0', firstTime: '60', firstFee: '5', intervalTime: '60', intervalFee: '2' }
const free = fileOf(JSON.stringify({ ...exported, freeTime: '15' }))
const capped = fileOf(JSON.stringify({ ...exported, maxFlag: '2', maxTime: '600' }))
const table: readonly (readonly [what: string, args: readonly string[], status: number, out: RegExp, err: RegExp])[] = [
  ['a good list', ['check', good], 0, /价目表没有错误/, /^$/],
  ['a bad list', ['check', bad], 1, /\/choose\/0\/plan {2}\[no-such-plan\]/, /^$/],
  [
    'a bad list is not explained',
    ['explain', bad, '--in', '2026-03-04T10:00', '--out', '2026-03-04T11:00'],
    1,
    /^$/,
    /no-such-plan/,
  ],
  ['nor drawn', ['table', bad, '--as', 'svg'], 1, /^$/, /no-such-plan/],
  ['nor compared', ['diff', good, bad], 1, /^$/, /no-such-plan/],
  ['no task', [], 1, /^$/, /lanepay tariff check FILE/],
  ['a task nobody knows', ['sell', good], 1, /^$/, /lanepay tariff check FILE/],
  ['no file', ['check'], 1, /^$/, /要看哪个文件/],
  ['one file for two', ['diff', good], 1, /^$/, /要比较哪两个文件/],
  [
    'an option nobody knows',
    ['check', good, '--colour-blind'],
    1,
    /^$/,
    /--colour-blind[\s\S]*lanepay tariff check FILE/,
  ],
  ['no time of exit', ['explain', good, '--in', '2026-03-04T10:00', '--lang', 'en'], 1, /^$/, /--out: must be given/],
  ['a table of today', ['table', good], 0, /不超过 24 小时 +¥30\.00/, /^$/],
  ['free time that may be taken off or not', ['from-hikvision', free], 1, /^$/, /freeTime: .*--free count/],
  [
    'a cap that nobody has described, with the rule in words',
    ['from-hikvision', capped, '--lang', 'en'],
    1,
    /^$/,
    /maxTime: the platform's description does not say[\s\S]*首60分钟5元，之后每60分钟2元；封顶600分钟/,
  ],
  ['an export that is none', ['from-hikvision', good, '--lang', 'en'], 1, /^$/, /a form of rule that is not converted/],
  ['a way to write it that there is not', ['table', good, '--as', 'png', '--lang', 'en'], 1, /^$/, /text, csv, svg/],
]
for (const [what, args, status, out, err] of table)
  test(`lanepay tariff: ${what}`, () => {
    const answer = lanepay(['tariff', ...args])
    assert.equal(answer.status, status, answer.stderr)
    assert.match(answer.stdout, out)
    assert.match(answer.stderr, err)
  })

test('the language is the one asked for, else that of the terminal, else Chinese', () => {
  assert.match(lanepay(['tariff', 'check', good], { LANG: 'en_GB.UTF-8' }).stdout, /No mistake/)
  assert.match(lanepay(['tariff', 'check', good, '--lang', 'zh-CN'], { LANG: 'en_GB.UTF-8' }).stdout, /没有错误/)
  assert.equal(lanepay(['tariff', 'check', good, '--lang', 'fr']).status, 1)
})

test('of several versions, the one that prices the stay explains it', () => {
  const versions = fileOf(
    JSON.stringify({
      versions: [
        { from: '2026-01-01T00:00:00+08:00', tariff: careful },
        { from: '2026-03-04T10:30:00+08:00', carsInside: 'new', tariff: { ...careful, amountStep: 1000 } },
      ],
    }),
  )
  const explained = (out: string): string =>
    lanepay(['tariff', 'explain', versions, '--in', '2026-03-04T10:00', '--out', out, '--lang', 'en']).stdout
  assert.match(
    explained('2026-03-04T10:20'),
    /in force from: 2026-01-01 00:00\n[\s\S]*Due: ¥5\.00\nThe same until: 2026-03-04 10:29:59/,
  )
  assert.match(explained('2026-03-04T10:30'), /in force from: 2026-03-04 10:30\n[\s\S]*Due: ¥0\.00/)
})

const plan = fileOf(JSON.stringify({ lanes: [], tariff: careful, areas: [{ name: '地库', tariff: hoursAt(200) }] }))
const ofPlan = (task: string, ...args: string[]) => lanepay(['tariff', task, plan, ...args, '--lang', 'en'])

test('of a plan, the list of an area alone, against another one', () => {
  assert.match(ofPlan('table', '--area', '地库', '--up-to', '2h').stdout, /up to 2 h +¥7\.00/)
  assert.match(
    ofPlan('diff', fileOf(JSON.stringify(hoursAt(300))), '--area', '地库', '--up-to', '2h').stdout,
    /¥7\.00 -> ¥8\.00/,
  )
  const unknown = ofPlan('table', '--area', '二层')
  assert.deepEqual([unknown.status, /二层: is no area of this plan \(地库\)/.test(unknown.stderr)], [1, true])
})

test('a stay through an area has a line for it, and both lists price it', () => {
  const stay = ['--in', '2026-03-04T10:00', '--out', '2026-03-04T13:00']
  const { stdout } = ofPlan('explain', ...stay, '--inside', '地库=2026-03-04T10:30/2026-03-04T12:30')
  assert.match(stdout, /¥7\.00 .*地库.*2026-03-04 10:30 - 2026-03-04 12:30/)
  assert.match(stdout, /Due: ¥12\.00/)
  for (const wrong of ['地库', '二层=2026-03-04T10:30/2026-03-04T12:30'])
    assert.equal(ofPlan('explain', ...stay, '--inside', wrong).status, 1)
})

/** A command in a document, and what it shows below it. */
const shown = [
  ...readFileSync(new URL('../../../docs/tariffs.md', import.meta.url), 'utf8').matchAll(
    /^```sh\nnpm run lanepay -- (tariff .+)\n```\n\n(?:```text\n([\s\S]*?)^```$)?/gm,
  ),
].map(([, command = '', output]) => ({ command, output }))

test('docs/tariffs.md shows every task', () =>
  assert.deepEqual([...new Set(shown.map(({ command }) => command.split(' ')[1]))].sort(), [
    'check',
    'diff',
    'explain',
    'from-hikvision',
    'table',
  ]))

for (const { command, output } of shown)
  test(`docs/tariffs.md: ${command}`, () => {
    const into = fileOf('')
    const { status, stdout, stderr } = lanepay(command.replace(/(?<=--into )\S+/, into).split(' '))
    assert.equal(status, 0, stderr)
    assert.equal(stdout, output ?? '')
    if (command.includes('--into')) assert.match(readFileSync(into, 'utf8'), /^<svg [\s\S]*<\/svg>\n$/)
  })
