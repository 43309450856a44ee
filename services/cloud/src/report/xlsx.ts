import { type Book, type BookForm, fewAtATime, type Sink, totalWord } from './book.ts'
import { type Cell, type Column, type Kind, type Language, type Row, tally, textOf, yuanOf } from './column.ts'
import { type ZipFile, zipInto } from './zip.ts'

/*
 * Excel's file (ECMA-376, part 1), as much of it as a table needs: docs/decisions/015-excel.md says why it is written here. Text
 * stands in its cell (18.3.1.53) and is text whatever it begins with; a table longer than a sheet goes on in the next one.
 */

/** Rows of a sheet, its head among them (18.3.1.73). */
const sheetRows = 1_048_576
/** Characters of a cell. */
const cellText = 32_767
const declared = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packaged = 'http://schemas.openxmlformats.org/package/2006'
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** Of `cellXfs` below: by kind, and the same in bold for heads and totals. */
const styles: Readonly<Record<Kind, number>> = { text: 1, plate: 1, number: 1, count: 2, fen: 3, instant: 4, day: 5 }
const bold = 6
const stylesXml = `${declared}<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="12">${[0, 1].flatMap((font) => [0, 49, 1, 4, 164, 165].map((format) => `<xf numFmtId="${format}" fontId="${font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>`)).join('')}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
const widths: Readonly<Record<Kind, number>> = {
  text: 18,
  plate: 12,
  number: 36,
  count: 10,
  fen: 14,
  instant: 20,
  day: 12,
}

/** A workbook, written from its first byte to its last. Of a sheet nothing is kept but what it adds up to. */
export function xlsxBook(sink: Sink, { language, at }: BookForm): Book {
  const zip = zipInto(sink, at)
  const names: string[] = []
  const part = async (name: string, xml: string) => {
    const file = await zip.file(name)
    await file.write(declared + xml)
    await file.end()
  }
  const begin = async (wanted: string, columns: readonly Column[]): Promise<ZipFile> => {
    const name = sheetName(wanted)
    if (names.includes(name)) throw new RangeError(`a second sheet named ${name}`)
    names.push(name)
    const file = await zip.file(`xl/worksheets/sheet${names.length}.xml`)
    const sized = columns.map(
      ({ kind }, n) => `<col min="${n + 1}" max="${n + 1}" width="${widths[kind]}" customWidth="1"/>`,
    )
    const head = columns.map(({ title }) => textCell(title[language], bold + styles.text))
    await file.write(
      `${declared}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${sized.join('')}</cols><sheetData><row>${head.join('')}</row>`,
    )
    return file
  }
  const finish = async (file: ZipFile) => {
    await file.write('</sheetData></worksheet>')
    await file.end()
  }
  return {
    table: async (name, columns) => {
      const sums = tally(columns)
      let sheets = 1
      let file = await begin(name, columns)
      let free = sheetRows - 1
      const put = async (xml: readonly string[]) => {
        for (let from = 0; from < xml.length; ) {
          if (free === 0) {
            await finish(file)
            file = await begin(`${name} ${++sheets}`, columns)
            free = sheetRows - 1
          }
          const some = xml.slice(from, from + free)
          await file.write(some.join(''))
          from += some.length
          free -= some.length
        }
      }
      return {
        rows: async (rows) => {
          for (const some of fewAtATime(rows)) {
            for (const row of some) sums.add(row)
            await put(some.map((row) => rowXml(columns, row, language)))
          }
        },
        end: async () => {
          const totals: Row = sums.totals()
          if (Object.keys(totals).length > 0) await put([totalsXml(columns, totals, language)])
          await finish(file)
        },
      }
    },
    end: async () => {
      const sheets = names.map((name, n) => ({ name: escaped(name), id: n + 1 }))
      await part(
        'xl/workbook.xml',
        `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${sheets.map(({ name, id }) => `<sheet name="${name}" sheetId="${id}" r:id="rId${id}"/>`).join('')}</sheets></workbook>`,
      )
      const relations = [
        ...sheets.map(({ id }) => ({ id: `rId${id}`, type: 'worksheet', target: `worksheets/sheet${id}.xml` })),
        { id: 'styles', type: 'styles', target: 'styles.xml' },
      ]
      await part('xl/_rels/workbook.xml.rels', relationsXml(relations))
      await part('xl/styles.xml', stylesXml.slice(declared.length))
      await part('_rels/.rels', relationsXml([{ id: 'rId1', type: 'officeDocument', target: 'xl/workbook.xml' }]))
      const overrides = [
        { path: '/xl/workbook.xml', type: `${sheetType}.sheet.main+xml` },
        { path: '/xl/styles.xml', type: `${sheetType}.styles+xml` },
        ...sheets.map(({ id }) => ({ path: `/xl/worksheets/sheet${id}.xml`, type: `${sheetType}.worksheet+xml` })),
      ]
      await part(
        '[Content_Types].xml',
        `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.map(({ path, type }) => `<Override PartName="${path}" ContentType="${type}"/>`).join('')}</Types>`,
      )
      await zip.end()
    },
  }
}

const relationsXml = (relations: readonly { readonly id: string; readonly type: string; readonly target: string }[]) =>
  `<Relationships xmlns="${packaged}/relationships">${relations.map(({ id, type, target }) => `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`).join('')}</Relationships>`

const rowXml = (columns: readonly Column[], row: Row, language: Language): string =>
  `<row>${columns.map((column) => cellXml(column, row[column.key] ?? null, language, 0)).join('')}</row>`
const totalsXml = (columns: readonly Column[], totals: Row, language: Language): string =>
  `<row>${columns
    .map((column, place) =>
      totals[column.key] !== undefined
        ? cellXml(column, totals[column.key]!, language, bold)
        : place === 0
          ? textCell(totalWord[language], bold + styles.text)
          : '<c/>',
    )
    .join('')}</row>`

function cellXml(column: Column, cell: Cell, language: Language, weight: number): string {
  if (cell === null) return '<c/>'
  const style = styles[column.kind] + weight
  switch (column.kind) {
    case 'fen':
      return numberCell(yuanOf(cell), style)
    case 'count':
      return numberCell(String(cell), style)
    case 'instant':
      return numberCell(String(serialOf(Number(cell))), style)
    case 'day':
      return numberCell(String(serialOf(Date.parse(`${cell}T00:00:00+08:00`))), style)
    default:
      return textCell(textOf(column, cell, language), style)
  }
}

const numberCell = (number: string, style: number): string => `<c s="${style}"><v>${number}</v></c>`
const textCell = (text: string, style: number): string =>
  `<c s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(text.length > cellText ? `${text.slice(0, cellText - 1)}…` : text)}</t></is></c>`

/** Days since 30 December 1899 in Beijing, whose second is a part of a day (18.17.4.1). */
const serialOf = (at: number): number => Number(((at + 8 * 3_600_000) / 86_400_000 + 25_569).toFixed(8))

const meaning: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
/** For XML, with the line breaks of Excel, without what XML cannot say (2.2) and with what Excel would read as its own escape (22.9.2.19). */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\t\n\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[&<>"]/g, (sign) => meaning[sign]!)

/** What Excel takes as a sheet's name: 31 characters at most, and none of these. */
const sheetName = (wanted: string): string => wanted.replace(/[[\]:*?/\\]/g, ' ').slice(0, 31)
