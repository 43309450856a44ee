import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { boardOf } from '../boards.ts'
import { crc16 } from './crc.ts'
import { fkBoard, fkFrame, fkVoice } from './fk.ts'
import { gbk } from './gbk.ts'
import { jinjieAnswerIn, jinjieBoard, jinjieClock, jinjieFrame, readJinjieAnswer } from './jinjie.ts'
import { saifeimuBoard } from './saifeimu.ts'

test('the check value of CRC-16/MODBUS', () => assert.equal(crc16(Buffer.from('123456789')), 0x4b37))

const decoded = (bytes: Uint8Array): string => new TextDecoder('gbk', { fatal: true }).decode(bytes)

test('GBK as boards know it', () => {
  assert.equal(gbk('粤B').toString('hex'), 'd4c142')
  const onPlates = '京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新挂学警港澳使领'
  assert.equal(decoded(gbk(onPlates)), onPlates)
  assert.equal(gbk('a\nb\u0000').toString('latin1'), 'a b ')
  assert.equal(gbk('¥🚗').toString('latin1'), '??')
})

test('law: what GBK has reads back the same; the rest is a question mark; nothing else happens', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const given = [...text.normalize('NFC')]
      const back = [...decoded(gbk(text))]
      assert.equal(back.length, given.length)
      for (const [i, character] of back.entries())
        assert.ok(character === given[i] || character === '?' || (character === ' ' && /\p{Cc}/u.test(given[i]!)))
    }),
  ))

test('law: a cut text is the beginning of the whole, cut between characters', () =>
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('粤', 'B', '1', '，'), maxLength: 30 }), fc.nat(40), (text, most) => {
      const cut = gbk(text, most)
      assert.ok(cut.length <= most && text.startsWith(decoded(cut)))
    }),
  ))

test('a board that shows fewer lines than it has is blank below', () => {
  assert.equal(jinjieBoard().frames({ show: ['粤B12345'] }).length, 4)
  assert.equal(jinjieBoard({ lines: 2 }).frames({ show: ['一', '二', '三'] }).length, 2)
  const [frame] = fkBoard().frames({ show: ['一'] })
  assert.equal(frame?.subarray(8, -3).toString('hex'), '3c0102d2bb3c02003c01003c0200')
})

test('nothing to show or say, nothing to send', () => {
  for (const protocol of ['jinjie', 'fk', 'saifeimu'] as const) assert.deepEqual(boardOf({ protocol }).frames({}), [])
})

test('an FK board counts its frames from 1 to 100 and round', () => {
  const board = fkBoard()
  const sequences = Array.from({ length: 102 }, () => board.frames({ say: '请通行' })[0]?.[2])
  assert.deepEqual([sequences[0], sequences[99], sequences[100], sequences[101]], [1, 100, 1, 2])
})

const voices: readonly (readonly [words: string, hex: string])[] = [
  ['请缴费5元', '0b35d4aa'],
  ['粤b12345一路平安', 'd4c1423132333435' + '02'],
  ['请缴费，5元(含)', '0b35d4aabaac'],
  ['余额不足请充值', '2304'],
]
for (const [words, hex] of voices)
  test(`FK says ${words}: phrases as codes, signs left out`, () => assert.equal(fkVoice(words).toString('hex'), hex))

test('a Saifeimu board takes line breaks as they are, and no word can break out of its place', () => {
  const [frame] = saifeimuBoard().frames({ show: ['一"\\n', '二'] })
  assert.equal(frame?.subarray(7, -1).toString(), '{"actionName":"directTextsDisplay","pureTextsDisplay":"一  n\n二"}')
})

test("a Jinjie board's answer: accepted, refused, damaged", () => {
  const answer = (status: number) => jinjieFrame(0x62, Buffer.from([status]))
  assert.deepEqual(readJinjieAnswer(answer(0)), { command: 0x62, accepted: true })
  assert.deepEqual(readJinjieAnswer(answer(1)), { command: 0x62, accepted: false })
  const damaged = answer(0)
  damaged[6] = 1
  assert.equal(readJinjieAnswer(damaged), null)
})

test('law: an answer is found in whatever noise comes before it, and no part of one is', () =>
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 20 }),
      fc.nat(0x7f),
      fc.boolean(),
      fc.nat(8),
      (noise, command, accepted, missing) => {
        const answer = jinjieFrame(command, Buffer.from([accepted ? 0 : 1]))
        const whole = Buffer.concat([noise.map((byte) => byte & 0x7f), answer, Buffer.from([0, 0x64])])
        const found = jinjieAnswerIn(whole)
        assert.equal(found?.length, noise.length + answer.length)
        assert.equal(found.accepted, accepted)
        assert.match(found.what, accepted ? /^board accepted 0x/ : /^board refused 0x/)
        assert.equal(jinjieAnswerIn(whole.subarray(0, noise.length + missing)), null)
      },
    ),
  ))

test('a long answer is one as well: that to a connection names three versions', () => {
  const answer = jinjieFrame(0x00, Buffer.from([0, 1, 0, 0, 2, 4, 0, 1, 0, 8]))
  assert.deepEqual(jinjieAnswerIn(answer), { accepted: true, what: 'board accepted 0x00', length: 18 })
  const damaged = Buffer.from(answer)
  damaged[8] = 9
  assert.equal(jinjieAnswerIn(damaged), null)
})

test('the clock of a Jinjie board is Chinese, and the order of its year a setting', () => {
  const lastSecond = Date.parse('2026-12-31T23:59:59+08:00') as Instant
  const data = (order: 'little' | 'big') =>
    jinjieClock(lastSecond, { yearOrder: order }).subarray(6, -2).toString('hex')
  assert.equal(data('little'), 'ea07' + '0c1f04173b3b')
  assert.equal(data('big'), '07ea' + '0c1f04173b3b')
  const board = boardOf({ protocol: 'jinjie', yearOrder: 'big', address: 2 })
  assert.deepEqual(board.clock?.(lastSecond), jinjieClock(lastSecond, { yearOrder: 'big', address: 2 }))
})

test('frames refuse what they cannot hold', () => {
  assert.throws(() => jinjieFrame(0x62, Buffer.alloc(256)), RangeError)
  assert.throws(() => fkFrame(1, 0x22, Buffer.alloc(256)), RangeError)
  assert.throws(() => fkFrame(0, 0x22, Buffer.alloc(1)), RangeError)
})

test('law: whatever is to be shown and said fits into frames', () => {
  const text = fc.string({ unit: 'binary', maxLength: 400 })
  fc.assert(
    fc.property(
      fc.constantFrom('jinjie', 'fk', 'saifeimu'),
      fc.array(text, { maxLength: 6 }),
      text,
      (protocol, show, say) => {
        assert.ok(boardOf({ protocol } as { protocol: 'fk' }).frames({ show, say }).length >= 1)
      },
    ),
  )
})
