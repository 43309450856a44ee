import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { passed } from '../check.ts'
import { plateMatchingVerdict } from './plate-matching.ts'

type Case = { readonly entry: string; readonly exit: string; readonly match: boolean }
const text = readFileSync(new URL('../../vectors/devices/plate-matching.json', import.meta.url), 'utf8')
const { cases } = JSON.parse(text) as { readonly cases: readonly Case[] }

test('the vectors pass', () => assert.deepEqual(plateMatchingVerdict(text), passed))

for (const [index, { entry, exit, match }] of cases.entries())
  test(`the check notices when ${entry} and ${exit} are said ${match ? 'not ' : ''}to match`, () => {
    const wrong = cases.with(index, { entry, exit, match: !match })
    assert.notDeepEqual(plateMatchingVerdict(JSON.stringify({ cases: wrong })), passed)
  })
