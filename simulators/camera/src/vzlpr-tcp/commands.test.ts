import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as commands from '@lanepay/devices/vzlpr-tcp/commands.ts'
import { Frames } from '@lanepay/devices/vzlpr-tcp/frames.ts'
import fc from 'fast-check'
import { gbkBytes } from '../gbk.ts'
import { Refused } from '../refused.ts'
import { readCommand } from './commands.ts'
import { timeText } from './messages.ts'
import { commandIn, firstPacket, packet } from './wire.ts'

const refused: readonly (readonly [command: object, field: string])[] = [
  [{}, 'cmd'],
  [{ cmd: 'getsn', value: 1 }, 'getsn.value'],
  [{ cmd: 'ioctl', io: 2, value: 2, delay: 500 }, 'io'],
  [{ cmd: 'ioctl', io: 0, value: 3, delay: 500 }, 'value'],
  [{ cmd: 'ioctl', io: 0, value: 2 }, 'delay'],
  [{ cmd: 'ioctl', io: 0, value: 2, delay: 500, ms: 1 }, 'ioctl.ms'],
  [{ cmd: 'ivsresult', enable: 1, format: 'json', image: true }, 'enable'],
  [{ cmd: 'ivsresult', enable: true, format: 'xml', image: true }, 'format'],
  [{ cmd: 'ivsresult', enable: true, format: 'json', image: true, image_type: 3 }, 'image_type'],
  [{ cmd: 'get_record', id: '7', format: 'json', image: true }, 'id'],
  [{ cmd: 'get_gpio_value', gpio: 2 }, 'gpio'],
  [{ cmd: 'set_time', timestring: '2026-11-28T10:00:00' }, 'timestring'],
  [{ cmd: 'ttransmission', subcmd: 'init', data: 'rs485-3' }, 'data'],
  [{ cmd: 'ttransmission', subcmd: 'send', datalen: 2, data: 'AGT/', comm: 'rs485-1' }, 'datalen'],
  [{ cmd: 'reg_offline_check', interval: 0 }, 'interval'],
]
for (const [command, field] of refused)
  test(`refused: ${field} in ${JSON.stringify(command)}`, () =>
    assert.throws(() => readCommand(commandIn(Buffer.from(JSON.stringify(command)))), { field }))

test('a command nobody knows is told apart from one that is wrong', () =>
  assert.deepEqual(readCommand({ cmd: 'make_tea' }), { cmd: 'unknown' }))

const port = fc.constantFrom<0 | 1>(0, 1)
const bytes = fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some))

test('law: what the adapter writes, the camera obeys to the letter', () => {
  const heard = (command: commands.Command, seq: number) => {
    const taken = firstPacket(commands.commandFrame(command, seq))
    assert.ok(taken && taken.rest.length === 0 && taken.first.seq === seq)
    return readCommand(commandIn(taken.first.body))
  }
  fc.assert(
    fc.property(fc.nat(255), port, fc.integer({ min: 100, max: 600_000 }), bytes, (seq, one, ms, frame) => {
      const told = heard(commands.closeOutput(one, ms), seq)
      assert.ok(told.cmd === 'ioctl')
      assert.deepEqual(told.orders.output, { io: one, value: 'pulse', ms })
      assert.deepEqual(heard(commands.openPort(one), seq), { cmd: 'ttransmission', subcmd: 'init', port: one })
      const sent = { cmd: 'ttransmission', subcmd: 'send', port: one, bytes: frame }
      assert.deepEqual(heard(commands.toPort(one, frame), seq), sent)
    }),
  )
})

test('law: a time the adapter sets is the time the camera takes, to the second', () => {
  const instant = fc.integer({ min: 946_684_800, max: 4_102_444_800 })
  fc.assert(
    fc.property(instant, (seconds) => {
      assert.deepEqual(readCommand(commands.setTime(seconds * 1000)), { cmd: 'set_time', at: seconds * 1000 })
      assert.equal(timeText(seconds * 1000), commands.setTime(seconds * 1000).timestring)
    }),
  )
})

test('law: what the camera sends, the adapter takes out of the stream', () => {
  fc.assert(
    fc.property(fc.constantFrom(0, 2), fc.nat(255), bytes, (type, seq, body) => {
      assert.deepEqual(new Frames().push(packet(type, seq, body)), { frames: [{ type, seq, body }], fault: null })
    }),
  )
})

test('law: text comes back from GBK as it was', () => {
  const characters = fc.constantFrom(...'粤浙京沪挂学警港澳欢迎光临无牌车_ABC0129·')
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 20 }), (text) =>
      assert.equal(new TextDecoder('gbk', { fatal: true }).decode(gbkBytes(text)), text),
    ),
  )
})

test('law: no bytes break the reading otherwise than by a refusal', () => {
  fc.assert(
    fc.property(bytes, (some) => {
      try {
        const taken = firstPacket(some)
        if (taken) readCommand(commandIn(taken.first.body))
        readCommand(commandIn(some))
      } catch (error) {
        assert.ok(error instanceof Refused)
      }
    }),
  )
})
