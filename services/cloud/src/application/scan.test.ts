import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import PDFDocument from 'pdfkit'
import { aPhotograph } from './picture.testing.ts'
import { takePicture } from './picture.ts'
import { pictureOfScan } from './scan.ts'

type Drawn = InstanceType<typeof PDFDocument>
/** A PDF as another program writes it. */
function aPdf(draw: (page: Drawn) => void, options: ConstructorParameters<typeof PDFDocument>[0] = {}) {
  const page = new PDFDocument({ size: 'A4', margin: 0, ...options })
  const parts: Buffer[] = []
  page.on('data', (part: Buffer) => parts.push(part))
  return new Promise<Buffer>((resolve) => {
    page.on('end', () => resolve(Buffer.concat(parts)))
    draw(page)
    page.end()
  })
}

type Stream = readonly [dict: string, bytes: Uint8Array]
/** A PDF object by object, as scanners write it: number, and what it is. */
const written = (...objects: readonly (readonly [number, string | Stream])[]): Buffer =>
  Buffer.concat([
    Buffer.from('%PDF-1.5\n'),
    ...objects.flatMap(([number, one]) =>
      typeof one === 'string'
        ? [Buffer.from(`${number} 0 obj\n${one}\nendobj\n`)]
        : [
            Buffer.from(`${number} 0 obj\n<< ${one[0]} /Length ${one[1].length} >>\nstream\n`),
            one[1],
            Buffer.from('\nendstream\nendobj\n'),
          ],
    ),
    Buffer.from('trailer << /Root 1 0 R >>\n%%EOF'),
  ])
const catalogue = [1, '<< /Type /Catalog /Pages 2 0 R >>'] as const
const pages = [2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>'] as const
const page = (more = '') =>
  [3, `<< /Type /Page /Parent 2 0 R /Resources << /XObject << /Im0 5 0 R >> >> /Contents 4 0 R ${more} >>`] as const
const contents = (text: string) => [4, ['', Buffer.from(text)]] as const
const picture = (jpeg: Uint8Array, more = '') =>
  [5, [`/Type /XObject /Subtype /Image /Width 1200 /Height 800 /Filter /DCTDecode ${more}`, jpeg]] as const
const placed = 'q 595 0 0 397 0 0 cm /Im0 Do Q'

const jpeg = await aPhotograph()

describe('the picture of a scanned page', () => {
  const scans: [string, () => Buffer | Promise<Buffer>, number][] = [
    ['one page that is one JPEG', () => aPdf((one) => one.image(jpeg, 0, 0, { width: 595 })), 0],
    ['as a scanner writes it', () => written(catalogue, pages, page(), contents(placed), picture(jpeg)), 0],
    ['its page turned', () => written(catalogue, pages, page('/Rotate 90'), contents(placed), picture(jpeg)), 90],
    [
      'its picture turned on the page',
      () => written(catalogue, pages, page(), contents('q 0 -595 842 0 0 595 cm /Im0 Do Q'), picture(jpeg)),
      90,
    ],
    [
      'both turned, so that it is upright again',
      () => written(catalogue, pages, page('/Rotate -90'), contents('0 -5 8 0 0 5 cm /Im0 Do'), picture(jpeg)),
      0,
    ],
    [
      'with a white ground beneath, and recognised text that nobody sees',
      () =>
        written(
          ...[catalogue, pages, page()],
          contents(`1 g 0 0 595 842 re f ${placed} BT 3 Tr /F1 12 Tf 10 10 Td (licence) Tj ET`),
          picture(jpeg),
        ),
      0,
    ],
    [
      'its small parts packed into one stream',
      () => {
        const small = [catalogue[1], pages[1], page()[1]]
        const offsets = small.map((_, at) => small.slice(0, at).join(' ').length + (at === 0 ? 0 : 1))
        const head = offsets.map((offset, at) => `${at + 1} ${offset}`).join(' ')
        const packed = deflateSync(Buffer.from(`${head} ${small.join(' ')}`))
        const list = [9, [`/Type /ObjStm /N 3 /First ${head.length + 1} /Filter /FlateDecode`, packed]] as const
        return written(list, contents(placed), picture(jpeg))
      },
      0,
    ],
    [
      'changed later: the last of several of one number counts',
      () => written(catalogue, pages, page('/Rotate 180'), contents(placed), picture(jpeg), page()),
      0,
    ],
  ]
  for (const [what, made, turned] of scans)
    test(what, async () => {
      const scan = pictureOfScan(await made())
      assert.equal(scan?.turned, turned)
      assert.deepEqual(Buffer.from(scan!.jpeg), jpeg, 'byte by byte, as the scanner has made it')
    })
  test('is kept as any photograph is: upright as its page shows it, whatever the JPEG says of itself', async () => {
    const lying = await aPhotograph({ orientation: 6 })
    const sizeOf = async (pdf: Buffer) => {
      const taken = await takePicture(pdf)
      assert.ok(taken.ok, JSON.stringify(taken))
      return [taken.value.width, taken.value.height]
    }
    assert.deepEqual(await sizeOf(written(catalogue, pages, page(), contents(placed), picture(lying))), [1200, 800])
    const turned = written(catalogue, pages, page('/Rotate 270'), contents(placed), picture(lying))
    assert.deepEqual(await sizeOf(turned), [800, 1200])
  })
})

describe('a PDF that is anything else is refused by a code of its own', () => {
  const one = (text: string, more = '') => written(catalogue, pages, page(), contents(text), picture(jpeg, more))
  const others: [string, () => Buffer | Promise<Buffer>][] = [
    [
      'two pages',
      () =>
        aPdf((pdf) => {
          pdf.image(jpeg, 0, 0, { width: 595 })
          pdf.addPage().image(jpeg, 0, 0, { width: 595 })
        }),
    ],
    ['two pictures', () => aPdf((pdf) => pdf.image(jpeg, 0, 0, { width: 300 }).image(jpeg, 0, 300, { width: 200 }))],
    ['text beside the picture', () => aPdf((pdf) => pdf.image(jpeg, 0, 0, { width: 595 }).text('void', 10, 10))],
    ['a line drawn across it', () => aPdf((pdf) => pdf.image(jpeg, 0, 0).moveTo(0, 0).lineTo(500, 500).stroke())],
    ['no picture at all', () => aPdf((pdf) => pdf.text('a licence', 10, 10))],
    [
      'a picture that is no JPEG',
      async () => {
        const png = await aPhotograph({ form: 'png' })
        return aPdf((pdf) => pdf.image(png, 0, 0, { width: 595 }))
      },
    ],
    ['a locked one', () => aPdf((pdf) => pdf.image(jpeg, 0, 0, { width: 595 }), { userPassword: 'secret' })],
    ['a picture covered in part', () => one(`${placed} 0 g 0 0 300 300 re f`)],
    ['a mirrored picture', () => one('q -595 0 0 397 595 0 cm /Im0 Do Q')],
    ['a picture with a mask', () => one(placed, '/SMask 7 0 R')],
    [
      'something laid over the page',
      () => written(catalogue, pages, page('/Annots [7 0 R]'), contents(placed), picture(jpeg)),
    ],
    ['only the beginning of one', () => Buffer.from('%PDF-1.7\n')],
    ['one that was cut off', () => one(placed).subarray(0, 4000)],
    ['pages that are their own parents', () => written(catalogue, [2, '<< /Kids [2 0 R 2 0 R] >>'])],
    ['a name that leads to itself', () => written(catalogue, [2, '2 0 R'])],
    [
      'a page that unpacks to a gigabyte',
      () => {
        const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024))
        return written(catalogue, pages, page(), [4, ['/Filter /FlateDecode', bomb]], picture(jpeg))
      },
    ],
    ['brackets in brackets', () => Buffer.from(`%PDF-1.4\n1 0 obj ${'['.repeat(1_000_000)}`)],
    ['a million beginnings', () => Buffer.from(`%PDF-1.4\n${'1 0 obj ('.repeat(1_000_000)}`)],
  ]
  for (const [what, made] of others)
    test(what, async () => {
      const taken = await takePicture(await made())
      assert.equal(taken.ok ? 'taken' : taken.error, 'pdf-not-one-picture')
    })
  test('one whose JPEG is none: unreadable, as a photograph would be', async () => {
    const taken = await takePicture(
      written(catalogue, pages, page(), contents(placed), picture(Buffer.from('no picture'))),
    )
    assert.equal(taken.ok ? 'taken' : taken.error, 'unreadable')
  })
})
