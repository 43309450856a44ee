import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { utils, write } from '@e965/xlsx'
import fc from 'fast-check'
import { xlsxBook } from '../report/xlsx.ts'
import { zipInto } from '../report/zip.ts'
import { dayOfSerial, readSheet } from './sheet.ts'
import { unzip } from './unzip.ts'

/* Tables as people send them. What Excel writes is written here by a library of its own, which knows nothing of the reader. */

const at = Date.parse('2026-11-29T10:00:00+08:00')
const excel = (rows: readonly (readonly unknown[])[], over: object = {}): Buffer => {
  const book = utils.book_new()
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows as unknown[][]), '月卡')
  utils.book_append_sheet(book, utils.aoa_to_sheet([['不是这一张']]), '第二张')
  return write(book, { type: 'buffer', bookType: 'xlsx', compression: true, ...over }) as Buffer
}
const read = (bytes: Buffer) => {
  const sheet = readSheet(bytes)
  assert.ok(sheet.ok, JSON.stringify(sheet))
  return sheet.value
}
const csv = (text: string) => read(Buffer.from(text))

describe('a table from Excel', () => {
  test('is its first sheet, as text: telephone numbers whole, days as their number', () => {
    const rows = [
      ['卡号', '车牌', '电话', '到期'],
      ['A-101', '粤B12345', 13800138000, 46387],
      ['', '<粤B&"12346">', '', 46022.5],
    ]
    assert.deepEqual(read(excel(rows)), [
      ['卡号', '车牌', '电话', '到期'],
      ['A-101', '粤B12345', '13800138000', '46387'],
      ['', '<粤B&"12346">', '', '46022.5'],
    ])
    assert.deepEqual(
      [dayOfSerial('46387'), dayOfSerial('46022.5'), dayOfSerial('2026')],
      ['2026-12-31', '2025-12-31', null],
    )
  })
  test('with text in one place for all cells or in each cell, and rows that are left out', () => {
    const rows = [['一'], [], [null, '二', '二']]
    for (const bookSST of [true, false])
      assert.deepEqual(read(excel(rows, { bookSST })), [['一'], [], ['', '二', '二']])
  })
  test('without how a name is spoken', async () => {
    const parts: Uint8Array[] = []
    const zip = zipInto(async (bytes) => {
      parts.push(bytes)
    }, at)
    const sheet = '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="b"><v>1</v></c></row></sheetData>'
    for (const [name, xml] of [
      ['xl/workbook.xml', '<x:workbook><x:sheets><x:sheet name="a" r:id="r1"/></x:sheets></x:workbook>'],
      ['xl/_rels/workbook.xml.rels', '<Relationship Id="r1" Target="/xl/worksheets/one.xml"/>'],
      ['xl/worksheets/one.xml', sheet],
      [
        'xl/sharedStrings.xml',
        '<sst><si><r><t>张</t></r><r><t xml:space="preserve"> &#19977;</t></r><rPh sb="0"><t>z</t></rPh></si></sst>',
      ],
    ] as const) {
      const file = await zip.file(name)
      await file.write(xml)
      await file.end()
    }
    await zip.end()
    assert.deepEqual(read(Buffer.concat(parts)), [['张 三', '', '1']])
  })
  test('that this house wrote', async () => {
    const parts: Uint8Array[] = []
    const book = xlsxBook(
      async (bytes) => {
        parts.push(bytes)
      },
      { language: 'zh', at },
    )
    const table = await book.table('月卡', [{ key: 'card', title: { zh: '卡号', en: 'Card' }, kind: 'text' }])
    await table.rows([{ card: '=1+1' }, { card: ' 3-4\n5 ' }])
    await table.end()
    await book.end()
    assert.deepEqual(read(Buffer.concat(parts)), [['卡号'], ['=1+1'], [' 3-4\n5 ']])
  })
  test('law: any text comes back as it went in', () =>
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ unit: fc.constantFrom(...'粤B1<>&"\'_x0041_ \n;,') }), { maxLength: 5 }), {
          maxLength: 6,
        }),
        (rows) => {
          const bare = (all: readonly (readonly string[])[]) =>
            all.map((row) =>
              row
                .map((cell) => cell.replaceAll('_x0041_', 'A').trim())
                .join('|')
                .replace(/\|+$/, ''),
            )
          const trimmed = bare(rows).join('\n').trimEnd()
          assert.equal(
            bare(read(excel(rows)))
              .join('\n')
              .trimEnd(),
            trimmed,
          )
        },
      ),
      { numRuns: 50 },
    ))
})

describe('a table as CSV', () => {
  const tables: [string, string, string[][]][] = [
    [
      'with commas',
      '卡号,车牌\r\nA,"粤B1,粤B2"\r\n',
      [
        ['卡号', '车牌'],
        ['A', '粤B1,粤B2'],
      ],
    ],
    [
      'with semicolons, as Excel elsewhere writes it',
      'a;b\n1;"2;""3"""',
      [
        ['a', 'b'],
        ['1', '2;"3"'],
      ],
    ],
    [
      'with tabs',
      'a\tb\n1\t2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['with a mark at its front, and a line in a cell', '\uFEFFa,b\n"x\ny",', [['a', 'b'], ['x\ny']]],
    ['as our own export keeps text text', "a\n'=1+1\n1380\t\n", [['a'], ['=1+1'], ['1380']]],
    ['of nothing', '', []],
  ]
  for (const [what, text, rows] of tables) test(what, () => assert.deepEqual(csv(text), rows))
  test('as Excel in Chinese writes it: GB 18030', () =>
    assert.deepEqual(read(Buffer.from([0xd4, 0xc1, 0x42, 0x2c, 0x31, 0x0a])), [['粤B', '1']]))
})

describe('what is no table, or more than one may be', () => {
  const zip = (
    claims: { readonly files?: number } = {},
    body = deflateRawSync(Buffer.alloc(20 * 1024 * 1024)),
  ): Buffer => {
    const name = Buffer.from('xl/workbook.xml')
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50)
    local.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50)
    entry.writeUInt16LE(8, 10)
    entry.writeUInt32LE(body.length, 20)
    entry.writeUInt16LE(name.length, 28)
    const start = local.length + name.length + body.length
    const end = Buffer.alloc(22)
    end.writeUInt32LE(0x06054b50)
    end.writeUInt16LE(claims.files ?? 1, 10)
    end.writeUInt32LE(start, 16)
    return Buffer.concat([local, name, body, entry, name, end])
  }
  const bad: [string, () => Buffer, string][] = [
    ['a zip of twenty megabytes of nothing in twenty kilobytes', () => zip(), 'too-large'],
    ['a zip that claims more files than it may have', () => zip({ files: 60_000 }), 'too-large'],
    ['a zip that is cut', () => excel([['a']]).subarray(0, 900), 'not-a-sheet'],
    ['a zip of something else', () => zip({}, deflateRawSync(Buffer.from('hello'))), 'not-a-sheet'],
    ['what only begins like one', () => Buffer.from('PK\u0003\u0004'), 'not-a-sheet'],
    ["Excel's file of before 2007", () => Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 'old-excel'],
    ['a picture', () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]), 'not-a-sheet'],
    ['text with a quote that nothing ends', () => Buffer.from('a,"b'), 'not-a-sheet'],
    ['more bytes than a table of ours has', () => Buffer.alloc(2 * 1024 * 1024 + 1, 'a'), 'too-large'],
    ['more rows', () => Buffer.from('a\n'.repeat(5_002)), 'too-large'],
    ['more columns', () => Buffer.from(Array(41).fill('a').join(',')), 'too-large'],
  ]
  for (const [what, bytes, fault] of bad)
    test(what, () => assert.deepEqual(readSheet(bytes()), { ok: false, error: fault }))

  test('law: whatever bytes come, there is an answer', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(3), (bytes, cut) => {
        const whole = excel([['粤B12345']])
        const broken = Buffer.from(whole)
        for (const [n, byte] of bytes.entries()) broken[(n * 97 + byte * (cut + 1)) % broken.length] = byte
        assert.ok(typeof readSheet(broken).ok === 'boolean')
        assert.ok(typeof readSheet(Buffer.from(bytes)).ok === 'boolean')
        assert.ok(typeof unzip(Buffer.from(bytes), { files: 9, bytes: 99 }).ok === 'boolean')
      }),
    ))
})
