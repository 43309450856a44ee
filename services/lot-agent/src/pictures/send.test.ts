import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { silentLog } from '@lanepay/domain/log.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import sharp from 'sharp'
import { type PictureName, pathOf } from './names.ts'
import { pictureToSend, sentAtMost } from './send.ts'

describe('a picture that goes over the line', () => {
  const dir = mkdtempSync(join(tmpdir(), 'lanepay-send-'))
  const day = Date.UTC(2026, 5, 1, 2) as Instant
  const at = (ms: number) => (day + ms) as Instant
  const put = (name: Partial<PictureName>, jpeg: Uint8Array): void => {
    const path = join(dir, ...pathOf({ lane: 1, at: day, recordId: '7', role: 'full', ...name }))
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, jpeg)
  }
  const small = Buffer.from('a small picture')
  before(async () => {
    // Noise cannot be made small by any codec: the scene of a busy street at night.
    const noise = await sharp(randomBytes(1920 * 1080 * 3), { raw: { width: 1920, height: 1080, channels: 3 } })
      .jpeg({ quality: 95 })
      .toBuffer()
    const scene = await sharp({ create: { width: 4000, height: 3000, channels: 3, background: 'grey' } })
      .jpeg({ quality: 100 })
      .toBuffer()
    put({}, small)
    put({ at: at(1), role: 'plate' }, Buffer.from('of the plate'))
    put({ at: at(1), role: 'full' }, Buffer.from('the whole scene'))
    put({ lane: 2, role: 'full' }, noise)
    put({ lane: 2, role: 'plate' }, small)
    put({ lane: 3 }, Buffer.concat([scene, Buffer.alloc(sentAtMost)]))
    put({ lane: 4, at: at(-86_400_000) }, small)
    put({ lane: 5 }, randomBytes(sentAtMost + 1))
  })
  after(() => rmSync(dir, { recursive: true, force: true }))
  const sent = async (wanted: { lane: number; at?: number }) => {
    const picture = await pictureToSend(dir, wanted, silentLog)
    return picture && { ...picture, jpeg: Buffer.from(picture.jpeg, 'base64') }
  }

  test('is that of the read that is asked for', async () =>
    assert.deepEqual((await sent({ lane: 1, at: day }))?.jpeg, small))
  test('or the last of the lane, the whole scene first', async () => {
    const { at: when, jpeg } = (await sent({ lane: 1 }))!
    assert.deepEqual([when, String(jpeg)], [at(1), 'the whole scene'])
  })
  test('of a lane that was quiet today is of the day before', async () =>
    assert.equal((await sent({ lane: 4 }))?.at, at(-86_400_000)))
  test('is made smaller where it is too large', async () => {
    const { jpeg } = (await sent({ lane: 3 }))!
    assert.ok(jpeg.length <= sentAtMost)
    assert.equal((await sharp(jpeg).metadata()).width, 1280)
  })
  test('that cannot be made small enough gives way to what was cut out of it', async () =>
    assert.deepEqual((await sent({ lane: 2 }))?.jpeg, small))
  test('that is none is not sent, nor one that is nowhere', async () => {
    assert.equal(await sent({ lane: 5 }), null)
    assert.equal(await sent({ lane: 1, at: at(2) }), null)
    assert.equal(await sent({ lane: 77 }), null)
  })
})
