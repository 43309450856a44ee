import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import { DiskFull } from './open-errors.ts'
import { type UntilKept, untilKept } from './until-kept.ts'

let until: UntilKept
let logged: string[]
let done: string[]
let isFull: boolean
describe('what waits for room on the disk', () => {
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] })
    ;[logged, done, isFull] = [[], [], false]
    until = untilKept({ log: (level, event) => logged.push(`${level} ${event}`), againMs: 1_000 })
  })
  afterEach(() => mock.timers.reset())
  const act = (name: string) => () => {
    if (isFull) throw new DiskFull('the disk took no more')
    done.push(name)
  }

  test('with room it is done at once', () => {
    until.keep(act('a'))
    assert.deepEqual([done, logged], [['a'], []])
  })

  test('on a full disk it waits, in its order, until there is room; that is told once', () => {
    isFull = true
    for (const name of ['a', 'b', 'c']) until.keep(act(name))
    mock.timers.tick(5_000)
    assert.deepEqual([done, logged], [[], ['error disk-full']])
    isFull = false
    until.keep(act('d'))
    assert.deepEqual(done, [], 'nothing goes before what waits')
    mock.timers.tick(1_000)
    assert.deepEqual(done, ['a', 'b', 'c', 'd'])
  })

  test('the next time it is full is told again', () => {
    for (const full of [true, false, true]) {
      isFull = full
      until.keep(act('a'))
      mock.timers.tick(1_000)
    }
    assert.deepEqual(logged, ['error disk-full', 'error disk-full'])
  })

  test('what one leads to is done after it, once each', () => {
    until.keep(() => {
      until.keep(act('b'))
      act('a')()
    })
    assert.deepEqual(done, ['a', 'b'])
  })

  test('any other mistake is not kept, and is thrown', () => {
    assert.throws(
      () =>
        until.keep(() => {
          throw new Error('ours')
        }),
      /ours/,
    )
    until.keep(act('a'))
    assert.deepEqual(done, ['a'])
  })

  test('after the end nothing is tried', () => {
    isFull = true
    until.keep(act('a'))
    until.close()
    isFull = false
    mock.timers.tick(10_000)
    assert.deepEqual(done, [])
  })
})
