import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type { Ask } from '@lanepay/lot-link/messages.ts'
import { scanning } from './scan.ts'

const ask: Ask = { id: 'a', kind: 'pay-code', plate: '粤B12345', lane: 2, by: '张师傅', code: '134567890123456789' }

test('a scan is asked again under its id until it is answered, and given up without an answer', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  try {
    const said: Ask[] = []
    const scans = scanning({ end: () => ({ say: (_kind, message) => said.push(message as Ask) > 0 }) })
    const answered = scans.ask(ask)
    mock.timers.tick(4_000)
    assert.deepEqual(said, [ask, ask, ask])
    scans.hear({ id: 'another', state: 'paid' })
    scans.hear({ id: 'a', state: 'waiting' })
    assert.deepEqual(await answered, { id: 'a', state: 'waiting' })
    mock.timers.tick(10_000)
    assert.equal(said.length, 3)

    const both = [scans.ask(ask), scans.ask(ask)]
    scans.hear({ id: 'a', state: 'paid', paidFen: 800 })
    assert.deepEqual(await Promise.all(both), Array(2).fill({ id: 'a', state: 'paid', paidFen: 800 }))

    const unheard = scans.ask(ask)
    mock.timers.tick(8_000)
    assert.equal(await unheard, null)
    const closed = scans.ask(ask)
    scans.close()
    assert.equal(await closed, null)
  } finally {
    mock.timers.reset()
  }
})
