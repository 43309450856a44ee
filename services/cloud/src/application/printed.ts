import { fieldsFor, papersFor } from '@lanepay/domain/applicant/check.ts'
import { cityOf } from '@lanepay/domain/applicant/cities.ts'
import type { Draft, FormField, PaperKind } from '@lanepay/domain/applicant/form.ts'
import {
  fieldLabels,
  type Label,
  laneLabels,
  longTerm,
  paperLabels,
  valueLabels,
} from '@lanepay/domain/applicant/labels.ts'
import { type Box, type Document, openDocument } from '@lanepay/print/document.ts'
import { dayInChina } from './working-days.ts'

export type PrintLanguage = 'zh' | 'en'

/** A4, and what is left blank around. */
const [pageWidth, pageHeight, margin] = [210, 297, 15]
const inner = pageWidth - 2 * margin
const [rowHeight, labelWidth] = [8, 42]

const words = {
  title: { zh: '停车场收费服务进件申请表', en: 'Application for a parking lot' },
  number: { zh: '申请编号', en: 'Application' },
  printed: { zh: '打印日期', en: 'Printed' },
  page: { zh: '第 {} 页', en: 'Page {}' },
  lanes: { zh: '通道', en: 'Lanes' },
  papers: { zh: '随附材料', en: 'Papers' },
  there: { zh: '已上传', en: 'uploaded' },
  missing: { zh: '未上传', en: 'not uploaded' },
  sign: { zh: '申请人签字:', en: 'Signature:' },
  stamp: { zh: '(加盖公章)', en: '(stamp of the business)' },
  promise: {
    zh: '本人承诺以上内容及所附材料真实、有效。盖章后请拍照上传。',
    en: 'I declare that what is said above and the papers are true and valid. Stamp it, take a photograph, and upload that.',
  },
} as const satisfies Record<string, Label>

/**
 * The finished form as it is printed, stamped and uploaded again: whole, so only for whoever may see it whole (routes.ts). A character that
 * our fonts do not have stands there as its number, never as a blank.
 * @param at when it is printed, ms since 1970 UTC
 */
export async function printApplication(
  form: Draft,
  told: {
    readonly id: string
    readonly papers: readonly PaperKind[]
    readonly at: number
    readonly language: PrintLanguage
  },
): Promise<Buffer> {
  const { language, papers } = told
  const say = (label: Label) => label[language]
  const document = await openDocument({
    ...{ title: say(words.title), at: told.at, language: language === 'zh' ? 'zh-CN' : 'en' },
  })
  const page = pages(
    document,
    `${say(words.number)} ${told.id}   ${say(words.printed)} ${dayInChina(told.at)}`,
    (number) => say(words.page).replace('{}', String(number)),
  )
  page.title(say(words.title))
  const optional: readonly FormField[] = form.lotNumber === undefined ? [] : ['lotNumber']
  for (const field of [...fieldsFor(form), ...optional].filter((one) => one !== 'lanes'))
    page.row(say(fieldLabels[field]), saidOf(form, field, say))
  if (form.kind !== 'partner') {
    page.heading(say(words.lanes))
    for (const lane of form.lanes ?? [])
      page.row(
        `${say(laneLabels.number)} ${lane.number}`,
        `${lane.name} · ${say(valueLabels.direction[lane.direction])}`,
      )
  }
  page.heading(say(words.papers))
  const listed = [...new Set([...papersFor(form), ...papers])].filter((kind) => kind !== 'stamped-form')
  for (const kind of listed) page.row(say(paperLabels[kind]), say(papers.includes(kind) ? words.there : words.missing))
  page.signature(say(words.promise), say(words.sign), say(words.stamp))
  return document.finish()
}

function saidOf(form: Draft, field: FormField, say: (label: Label) => string): string {
  const value = form[field]
  if (value === undefined || value === '') return ''
  if (value === 'long-term') return say(longTerm)
  switch (field) {
    case 'kind':
      return say(valueLabels.kind[form.kind!])
    case 'accountKind':
      return say(valueLabels.accountKind[form.accountKind!])
    case 'applicantRole':
      return say(valueLabels.applicantRole[form.applicantRole!])
    case 'bankCity':
    case 'lotCity': {
      const city = cityOf(String(value))
      return city === null ? String(value) : city.province === city.name ? city.name : `${city.province}${city.name}`
    }
    default:
      return String(value)
  }
}

/** Rows from the top to the bottom of as many sheets as they take. */
function pages(document: Document, foot: string, numbered: (page: number) => string) {
  let [y, count] = [Infinity, 0]
  const room = (height: number) => {
    if (y + height <= pageHeight - margin - 8) return
    document.sheet({ widthMm: pageWidth, heightMm: pageHeight })
    count++
    const line: Box = { x: margin, y: pageHeight - margin, width: inner, height: 5 }
    document.text(foot, line, { size: 8 })
    document.text(numbered(count), line, { size: 8, align: 'right' })
    y = margin
  }
  const take = (height: number): number => {
    room(height)
    y += height
    return y - height
  }
  const cell = (text: string, box: Box, weight: 'regular' | 'bold') => {
    document.frame(box, 'black', 0.15)
    document.text(
      text,
      { x: box.x + 2, y: box.y + 0.5, width: box.width - 4, height: box.height - 1 },
      { size: 10, weight, stands: 'middle' },
    )
  }
  return {
    title(text: string) {
      document.text(
        text,
        { x: margin, y: take(14), width: inner, height: 12 },
        { size: 18, weight: 'bold', align: 'center' },
      )
    },
    heading(text: string) {
      room(12 + rowHeight)
      document.text(text, { x: margin, y: take(10) + 3, width: inner, height: 6 }, { size: 11, weight: 'bold' })
    },
    row(name: string, value: string) {
      const top = take(rowHeight)
      cell(name, { x: margin, y: top, width: labelWidth, height: rowHeight }, 'bold')
      cell(value, { x: margin + labelWidth, y: top, width: inner - labelWidth, height: rowHeight }, 'regular')
    },
    signature(promise: string, sign: string, stamp: string) {
      const top = take(50)
      document.text(promise, { x: margin, y: top + 4, width: inner, height: 10 }, { size: 10 })
      document.text(sign, { x: margin, y: top + 20, width: inner / 2, height: 8 }, { size: 11 })
      document.text(
        stamp,
        { x: margin + inner / 2, y: top + 20, width: inner / 2, height: 8 },
        { size: 11, align: 'center' },
      )
    },
  }
}
