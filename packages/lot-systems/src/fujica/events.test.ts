import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fujicaEvent } from './events.ts'

const sample = JSON.parse(
  readFileSync(new URL('../../../../conformance/vectors/devices/pms-fujica-enter.json', import.meta.url), 'utf8'),
)
const enteredAt = Date.parse('2021-05-21T16:07:00+08:00')

describe('what Fujica pushes', () => {
  test('an entry, by its record, with the colour of its plate and not of its paint', () =>
    assert.deepEqual(fujicaEvent(sample), {
      ...{ kind: 'entered', stay: '6a50d74e-f59b-43df-95c4-80aa05987971', plate: '粤BD12345', colour: 'green' },
      ...{ lane: '52F51E6D-815C-4B23-AD68-75F6AA70832F', enteredAt },
    }))
  test('an exit says its entry too; where no record is named, both go by plate and entry', () => {
    const { ParkingId: _, ...unnamed } = sample
    const left = fujicaEvent({ ...unnamed, OutTime: '2021-05-21T18:00:00', OutLaneId: 'L2' })
    assert.deepEqual(left, {
      ...{ kind: 'left', stay: `粤BD12345@${enteredAt / 1000}`, plate: '粤BD12345', enteredAt, lane: 'L2' },
      leftAt: Date.parse('2021-05-21T18:00:00+08:00'),
    })
    assert.equal((fujicaEvent(unnamed) as { stay: string }).stay, left && 'stay' in left ? left.stay : null)
  })
  test('without a plate or an entry it is no stay', () => {
    assert.equal(fujicaEvent({ ...sample, TokenNo: ' ' }), null)
    assert.equal(fujicaEvent({ ...sample, InTime: 'yesterday' }), null)
  })
})
