import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { aPhotograph } from './picture.testing.ts'
import { mostBytes, takePicture } from './picture.ts'

/** The colour of a square of 10 pixels. */
const colourAt = async (jpeg: Buffer, left: number, top: number) =>
  (await sharp(await sharp(jpeg).extract({ left, top, width: 10, height: 10 }).png().toBuffer()).stats()).dominant
const taken = async (bytes: Uint8Array) => {
  const result = await takePicture(bytes)
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}

describe('a photograph of a paper', () => {
  for (const form of ['jpeg', 'png', 'webp'] as const)
    test(`${form} is taken by its content, and kept as JPEG`, async () => {
      const { jpeg, width, height } = await taken(await aPhotograph({ form }))
      assert.deepEqual([(await sharp(jpeg).metadata()).format, width, height], ['jpeg', 1200, 800])
    })
  test('nothing of what the telephone has written into it is kept', async () => {
    const sent = await aPhotograph()
    assert.ok((await sharp(sent).metadata()).exif, 'it was there')
    const { exif, icc, xmp, iptc } = await sharp((await taken(sent)).jpeg).metadata()
    assert.deepEqual([exif, icc, xmp, iptc], [undefined, undefined, undefined, undefined])
    assert.equal((await taken(sent)).jpeg.includes('A telephone'), false)
  })
  test('it stands upright: held on its side it is turned, and no longer says so', async () => {
    const { jpeg, width, height } = await taken(await aPhotograph({ orientation: 6 }))
    assert.deepEqual([width, height], [800, 1200])
    assert.equal((await sharp(jpeg).metadata()).orientation, undefined)
    // The red corner was at the upper left: turned by a quarter it is at the upper right.
    assert.ok((await colourAt(jpeg, 650, 100)).g < 100)
    assert.ok((await colourAt(jpeg, 100, 100)).g > 150)
  })
  test('a large one is made smaller than 2400 and than 2 MB', async () => {
    const noise = await sharp({
      create: {
        width: 4000,
        height: 3000,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .jpeg({ quality: 80 })
      .toBuffer()
    const { jpeg, width, height } = await taken(noise)
    assert.deepEqual([width, height], [2400, 1800])
    assert.ok(jpeg.length < 2 * 1024 * 1024, String(jpeg.length))
  })
  test('what can be seen through is on white', async () => {
    const clear = await sharp({
      create: { width: 800, height: 600, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .composite([{ input: await aPhotograph({ width: 640, height: 400, form: 'png' }), left: 0, top: 0 }])
      .png()
      .toBuffer()
    const { jpeg } = await taken(clear)
    assert.ok((await colourAt(jpeg, 700, 500)).r > 240)
  })
})

/** A PNG that says it is huge: what is in it is small. */
function aBomb(side: number): Buffer {
  const crcOf = (bytes: Uint8Array) => {
    let crc = 0xffffffff
    for (const byte of bytes) {
      crc ^= byte
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
    }
    return (crc ^ 0xffffffff) >>> 0
  }
  const chunk = (name: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    crc.writeUInt32BE(crcOf(body))
    return Buffer.concat([length, body, crc])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  head.set([1, 0, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc(1024 * 1024))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The first box of a file of ISO/IEC 14496-12, and something behind it. */
function aBox(brand: string, ...more: string[]): Buffer {
  const box = Buffer.from(`....ftyp${brand}\0\0\0\0${more.join('')}`, 'latin1')
  box.writeUInt32BE(box.length)
  return Buffer.concat([box, Buffer.alloc(5000, 0x55)])
}

describe('what is refused, and why', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><script>1</script></svg>'
  const cases: [string, () => Buffer | Promise<Buffer>, string][] = [
    ["an iPhone's photograph, whatever it is called", () => aBox('heic', 'mif1', 'MiHE', 'heic'), 'heic-picture'],
    ['several of its photographs in a row', () => aBox('msf1', 'hevc'), 'heic-picture'],
    ['one that says so only among its other brands', () => aBox('mif1', 'miaf', 'heic'), 'heic-picture'],
    ['a video in a box of the same kind', () => aBox('isom', 'mp42'), 'not-a-picture'],
    [
      'an AVIF, which no telephone writes',
      () =>
        sharp({ create: { width: 64, height: 64, channels: 3, background: '#123' } })
          .avif()
          .toBuffer(),
      'not-a-picture',
    ],
    ['the first bytes of a box', () => Buffer.from('\0\0\0\x18ftyp', 'latin1'), 'not-a-picture'],
    ['an SVG, which may hold scripts', () => Buffer.from(svg), 'not-a-picture'],
    [
      'a GIF',
      () =>
        sharp({ create: { width: 800, height: 600, channels: 3, background: '#123' } })
          .gif()
          .toBuffer(),
      'not-a-picture',
    ],
    ['nothing', () => Buffer.alloc(0), 'not-a-picture'],
    [
      'a page of HTML behind the beginning of a JPEG',
      () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from('<html>')]),
      'unreadable',
    ],
    ['a JPEG that was cut off', async () => (await aPhotograph()).subarray(0, 9_000), 'unreadable'],
    ['a WebP that was cut off', async () => (await aPhotograph({ form: 'webp' })).subarray(0, 1_500), 'unreadable'],
    ['a stamp-sized one', () => aPhotograph({ width: 400, height: 300 }), 'too-small'],
    ['a strip', () => aPhotograph({ width: 2000, height: 200 }), 'too-small'],
    [
      'a white wall',
      () =>
        sharp({ create: { width: 800, height: 600, channels: 3, background: '#eee' } })
          .jpeg()
          .toBuffer(),
      'blank',
    ],
    [
      'more bytes than are taken',
      () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(mostBytes)]),
      'too-large',
    ],
    ['a small file that unpacks to gigabytes', () => aBomb(60_000), 'unreadable'],
    ['one that unpacks to more pixels than are taken', () => aBomb(9_000), 'unreadable'],
  ]
  for (const [what, made, expected] of cases)
    test(`${what}: ${expected}`, async () => {
      const result = await takePicture(await made())
      assert.equal(result.ok ? 'taken' : result.error, expected)
    })
})
