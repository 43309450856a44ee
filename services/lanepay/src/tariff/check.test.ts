import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fallsIn, firstFall } from '@lanepay/domain/tariff/told/falls.ts'
import { languageOf, ruleTexts, trapTexts } from '@lanepay/domain/tariff/told/words.ts'
import { Told } from '../keep.ts'
import { checked } from './check.ts'
import { careful, fileOf, hoursAt, listOf, tariffOf } from './kit.fixtures.ts'
import { lineOf, placesIn } from './place.ts'
import { readList, tariffOrTell } from './read.ts'

const said = (text: string, language: 'zh-CN' | 'en' = 'en') => checked(readList(fileOf(text), language), language)
/** What is said of a file, without the name of the file. */
const body = (text: string): string[] => text.split('\n').slice(1)

test('a list in which nothing is wrong and nothing is left unsaid', () => {
  const { text, isRight } = checked(listOf(careful), 'zh-CN')
  assert.deepEqual([isRight, text.split(': ')[1]], [true, '价目表没有错误。'])
})

test('every mistake at once, with its line, its path, its rule and why', () => {
  const text = `{
  "timeZone": "Asia/Peking",
  "choose": [{ "plan": "q" }],
  "notice": "…",
  "notise": "…",
  "plans": {
    "p": { "bands": [
      { "from": "08:00",
        "to": "08:00", "steps": [{ "to": null, "every": 60, "fen": 500 }] },
      { "steps": [{ "to": null, "every": 60, "fen": 500 }] }
    ] }
  }
}`
  const { text: told, isRight } = said(text)
  assert.equal(isRight, false)
  assert.deepEqual(body(told), [
    '  line 2  /timeZone  [unknown-time-zone]',
    `      ${ruleTexts['unknown-time-zone'].en}`,
    '  line 3  /choose/0/plan  [no-such-plan]',
    `      ${ruleTexts['no-such-plan'].en}`,
    '  line 5  /notise  [unknown-field]',
    `      ${ruleTexts['unknown-field'].en}`,
    '  line 8  /plans/p/bands/0/from  [empty-window]',
    `      ${ruleTexts['empty-window'].en}`,
  ])
  assert.match(said(text, 'zh-CN').text, /4 处错误\n {2}第 2 行 {2}\/timeZone/)
})

test('of a plan, its own list and those of areas inside it, each alone or in versions', () => {
  const versions = { versions: [{ from: '2026-01-01T00:00:00+08:00', tariff: { ...careful, choose: [] } }] }
  const areas = [{ name: '地库', tariff: { ...careful, amountStep: 0 } }, { name: '二层' }, null]
  const { text, isRight } = said(JSON.stringify({ lanes: [], tariff: versions, areas }))
  assert.equal(isRight, false)
  assert.match(text, /\/tariff\/versions\/0\/tariff\/choose /)
  assert.match(text, /\/areas\/0\/tariff\/amountStep /)
  assert.ok(said(JSON.stringify({ tariff: careful, areas: [{ name: '地库', tariff: careful }] })).isRight)
})

test('a field that stands there twice is a mistake, though JSON takes it', () => {
  const text = JSON.stringify(careful).replace('"timeZone"', '"amountStep":1,"amountStep":100,"timeZone"')
  assert.match(said(text).text, /\/amountStep {2}\[twice\]/)
})

test('what is not JSON and what is not there is told in one line', () => {
  assert.throws(
    () => said('{ "choose": ['),
    (error) => error instanceof Told && /is not JSON/.test(error.message),
  )
  assert.throws(
    () => readList('/nowhere/list.json', 'zh-CN'),
    (error) => error instanceof Told && /读不到文件/.test(error.message),
  )
})

test('notes come with the line of what they are about, or of what it would be part of', () => {
  const { visits: _, ...again } = careful
  const { text, isRight } = checked(listOf(again), 'en')
  assert.ok(isRight)
  assert.deepEqual(body(text), [
    '1 things to be aware of',
    '  line 1  /visits/resumeWithinMinutes  [leaving-pays]',
    `      ${trapTexts['leaving-pays'].en}`,
  ])
})

test('a list inside the plan of an agent, and versions of a list, are checked where they stand', () => {
  const broken = { ...careful, choose: [{ plan: 'q' }] }
  const inPlan = checked(listOf({ number: 1, tariff: broken }), 'en')
  assert.match(inPlan.text, /\/tariff\/choose\/0\/plan {2}\[no-such-plan\]/)
  const versions = [
    { from: '2026-01-01T00:00:00+08:00', tariff: careful },
    { from: '2026-02-01T00:00:00+08:00', tariff: broken },
  ]
  assert.match(checked(listOf({ versions }), 'en').text, /\/versions\/1\/tariff\/choose\/0\/plan {2}\[no-such-plan\]/)
  assert.throws(() => tariffOrTell(listOf({ versions }), 'en'), Told)
})

test('of several versions the one in force at the entry is taken, the last where nobody says when', () => {
  const versions = [
    { from: '2026-01-01T00:00:00+08:00', tariff: careful },
    { from: '2026-02-01T00:00:00+08:00', tariff: hoursAt(400) },
  ]
  const hourFen = (entry?: string): number | undefined => {
    const enteredAt = entry === undefined ? undefined : (Date.parse(entry) as never)
    return tariffOrTell(listOf({ versions }), 'en', enteredAt).document.plans.p?.bands[0]?.steps?.[1]?.fen
  }
  assert.deepEqual([hourFen('2026-01-31T23:59+08:00'), hourFen('2026-02-01T00:00+08:00'), hourFen()], [300, 400, 400])
})

/** The lower of a plan with a fee and no free time, and one with free time and none: twelve minutes are free, five are not. */
const falling = {
  timeZone: 'Asia/Shanghai',
  choose: [{ lowestOf: ['ten', 'free'], addFen: 100 }],
  plans: {
    ten: {
      bands: [
        {
          steps: [
            { to: 10, every: null, fen: 0 },
            { to: null, every: null, fen: 500 },
          ],
        },
      ],
    },
    free: { free: { minutes: 15 }, bands: [{ steps: [{ to: null, every: null, fen: 300 }] }] },
  },
}

test('a list by which staying longer costs less says so (tariffs.md 7, no. 3)', () => {
  assert.deepEqual(fallsIn(tariffOf(falling), 'en'), ['small, workday, 00:00: 10 min ¥1.00 > 15 min ¥0.00'])
  assert.match(checked(listOf(falling), 'en').text, /\[falls\]\n {6}Staying longer costs less: small, workday/)
  assert.deepEqual(fallsIn(tariffOf(careful), 'en'), [])
})

test('a fall is the first step below the one before it; what has no price is no fall', () => {
  const steps = (...prices: (number | null)[]) => prices.map((fen, index) => ({ toS: index * 60, fen }))
  assert.equal(firstFall(steps(0, 100, 200, null)), null)
  assert.deepEqual(firstFall(steps(0, 300, 200, 100)), { before: { toS: 60, fen: 300 }, after: { toS: 120, fen: 200 } })
})

test('places: escapes, nesting and what is missing', () => {
  const text = '{\n "a\\"b": [1,\n  {"c/d": -1.5e3},\n  "x,]}"],\n "e": {},\n "f": []\n}'
  JSON.parse(text)
  const places = placesIn(text)
  const line = (pointer: string): number => lineOf(text, places, pointer)
  assert.deepEqual(
    ['', '/a"b', '/a"b/0', '/a"b/1', '/a"b/1/c~1d', '/a"b/2', '/e', '/e/missing', '/f'].map(line),
    [1, 2, 2, 3, 3, 4, 5, 5, 6],
  )
})

const asked: readonly (readonly [lang: string | undefined, env: object, language: string | null])[] = [
  [undefined, {}, 'zh-CN'],
  [undefined, { LANG: 'en_US.UTF-8' }, 'en'],
  [undefined, { LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
  [undefined, { LANG: 'C.UTF-8' }, 'zh-CN'],
  [undefined, { LC_ALL: 'en_GB', LANG: 'zh_CN' }, 'en'],
  ['zh-CN', { LANG: 'en_US.UTF-8' }, 'zh-CN'],
  ['zh', { LANG: 'en_US.UTF-8' }, 'zh-CN'],
  ['en', {}, 'en'],
  ['fr', {}, null],
  ['', {}, null],
]
for (const [lang, env, language] of asked)
  test(`--lang ${lang ?? 'not given'} with ${JSON.stringify(env)}: ${language}`, () =>
    assert.equal(languageOf(lang, env as NodeJS.ProcessEnv), language))

test('everything is said in Chinese and in English', () => {
  for (const [name, text] of [...Object.entries(ruleTexts), ...Object.entries(trapTexts)]) {
    assert.match(text['zh-CN'], /[\u4e00-\u9fff]{4}/, name)
    assert.match(text.en, /^[A-Za-z][^\u4e00-\u9fff]{10,}$/, name)
  }
})
