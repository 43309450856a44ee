import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isJpeg } from './jpeg.ts'

for (const [hex, expected, why] of [
  ['ffd8ffd9', true, 'begun and ended'],
  ['ffd8ff', false, 'too short to end'],
  ['ff', false, 'one byte'],
  ['', false, 'nothing'],
  ['89504e47', false, 'PNG'],
  ['d8ffffd9', false, 'the wrong way round'],
] as const)
  test(`${why}: ${expected ? 'a JPEG' : 'none'}`, () => assert.equal(isJpeg(Buffer.from(hex, 'hex')), expected))
