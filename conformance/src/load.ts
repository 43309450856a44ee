import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Checks } from './check.ts'
import { alipayChecks } from './kinds/alipay.ts'
import { bolinkChecks } from './kinds/bolink.ts'
import { deviceChecks } from './kinds/devices.ts'
import { tariffChecks } from './kinds/tariffs.ts'
import { wechatPayChecks } from './kinds/wechatpay.ts'

type Fields = Readonly<Record<string, unknown>>

/** One case to be checked, or what kept it from being one. */
export type Case = {
  /** The file it is in and its name there. */
  readonly label: string
  readonly kind: string
  readonly vector: Fields
  readonly file: Fields
  readonly folder: string
  readonly checks: Checks
}
export type Unusable = { readonly label: string; readonly because: string }

/** The form of one family of vector files: how to tell it by what is in it, and where its cases are. */
type Form = {
  readonly has: readonly string[]
  readonly checks: Checks
  cases(file: Fields): readonly { readonly name: string; readonly kind: string; readonly vector: Fields }[]
}

const listOf = (file: Fields, name: string): readonly Fields[] => file[name] as readonly Fields[]
const named = (vector: Fields, kind: string) => ({ name: String(vector.id), kind: String(vector[kind]), vector })

/** An index of samples: the captured messages lie beside it, a file each. */
const samplesForm: Form = {
  has: ['entries', 'format'],
  checks: deviceChecks,
  cases: (file) =>
    listOf(file, 'entries').map((vector) => ({ ...named(vector, 'protocol'), name: String(vector.file) })),
}

const forms: readonly Form[] = [
  {
    has: ['cases', 'keys'],
    checks: wechatPayChecks,
    cases: (file) => listOf(file, 'cases').map((vector) => named(vector, 'kind')),
  },
  {
    has: ['vectors', 'materials'],
    checks: alipayChecks,
    cases: (file) => listOf(file, 'vectors').map((vector) => named(vector, 'kind')),
  },
  { has: ['tariffs', 'mechanics'], checks: tariffChecks, cases: tariffCases },
  {
    has: ['examples', 'derived'],
    checks: bolinkChecks,
    cases: (file) => [
      ...listOf(file, 'examples').map((vector) => named(vector, 'direction')),
      ...listOf(file, 'derived').map((vector) => ({ name: String(vector.name), kind: 'derived', vector })),
    ],
  },
  samplesForm,
]

function tariffCases(file: Fields) {
  const stays = listOf(file, 'tariffs').flatMap((tariff) =>
    listOf(tariff, 'cases').map((stay, index) => ({
      name: `${String(tariff.id)} ${index + 1}`,
      kind: 'stay',
      vector: { ...stay, tariff: tariff.id },
    })),
  )
  return [
    ...stays,
    ...listOf(file, 'mechanics').map((vector) => ({ name: String(vector.id), kind: 'mechanics', vector })),
  ]
}

/** All cases under these paths. Whatever cannot be read as cases is told, so that nothing is passed over in silence. */
export function loadCases(paths: readonly string[]): (Case | Unusable)[] {
  return paths.flatMap((path) => {
    const found = filesUnder(path)
    return found.length > 0 ? found.flatMap(casesIn) : [{ label: path, because: 'no vector file here' }]
  })
}

const indexName = 'index.json'

function filesUnder(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path]
  const names = readdirSync(path).sort()
  const samples = names.includes(indexName) ? samplesOf(readJson(join(path, indexName))) : null
  // An index stands for the samples beside it; a file it does not name is looked at by itself.
  return names.filter((name) => !samples?.has(name)).flatMap((name) => filesUnder(join(path, name)))
}

function casesIn(path: string): (Case | Unusable)[] {
  const label = basename(path)
  const folder = dirname(path)
  const index = readJson(join(folder, indexName))
  const samples = samplesOf(index)
  if (index && samples && label !== indexName) {
    if (!samples.has(label)) return [{ label, because: 'not in the index beside it' }]
    return casesOf(index, indexName, folder).filter(({ vector }) => vector.file === label)
  }
  const file = readJson(path)
  if (!file) return [{ label, because: 'not a file of vectors: no JSON object, and no index beside it' }]
  const cases = casesOf(file, label, folder)
  return cases.length > 0
    ? cases
    : [{ label, because: formOf(file) ? 'no cases in it' : 'a kind of file nobody knows' }]
}

function casesOf(file: Fields, label: string, folder: string): Case[] {
  const form = formOf(file)
  if (!form) return []
  const { checks } = form
  return form
    .cases(file)
    .map(({ name, kind, vector }) => ({ label: `${label} ${name}`, kind, vector, file, folder, checks }))
}

const formOf = (file: Fields): Form | undefined =>
  forms.find(({ has }) => has.every((name) => Object.hasOwn(file, name)))

/** The files an index of samples names; null when this is no such index. */
function samplesOf(file: Fields | null): ReadonlySet<string> | null {
  return file && formOf(file) === samplesForm
    ? new Set(listOf(file, 'entries').map((entry) => String(entry.file)))
    : null
}

function readJson(path: string): Fields | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
  } catch {
    return null
  }
}
