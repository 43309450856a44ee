import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attempts } from './attempts.ts'

const at = (seconds: number) => 1_000_000 + seconds * 1000

test('five wrong passwords within a minute: that client waits until the first is a minute old', () => {
  const tried = attempts()
  for (const second of [0, 10, 20, 30, 40]) assert.equal(tried.begin('10.0.0.5', at(second)), 0)
  assert.equal(tried.begin('10.0.0.5', at(41)), 19_000)
  assert.equal(tried.begin('10.0.0.5', at(59.999)), 1)
  assert.equal(tried.begin('10.0.0.5', at(60)), 0)
  assert.equal(tried.begin('10.0.0.5', at(61)), 9_000, 'the next place comes free with the second')
})
test('another client need not wait', () => {
  const tried = attempts()
  for (let i = 0; i < 5; i++) tried.begin('10.0.0.5', at(0))
  assert.equal(tried.begin('10.0.0.6', at(0)), 0)
})
test('the right one among them starts anew', () => {
  const tried = attempts()
  for (let i = 0; i < 5; i++) tried.begin('10.0.0.5', at(0))
  tried.right('10.0.0.5')
  assert.equal(tried.begin('10.0.0.5', at(1)), 0)
})
test('waiting does not make it longer', () => {
  const tried = attempts()
  for (let i = 0; i < 5; i++) tried.begin('10.0.0.5', at(0))
  for (let second = 1; second < 60; second++) tried.begin('10.0.0.5', at(second))
  assert.equal(tried.begin('10.0.0.5', at(60)), 0)
})
