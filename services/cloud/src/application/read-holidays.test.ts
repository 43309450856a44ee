import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { holidayLineWrongs } from './api.ts'
import { knownHolidays } from './holidays.ts'
import { readHolidays } from './read-holidays.ts'

const year2026 = knownHolidays.find(({ year }) => year === 2026)!
const daysOf = (year: number, text: string) => {
  const { off, worked, lines } = readHolidays(year, text)
  assert.deepEqual(
    lines.filter(({ does }) => does === 'wrong'),
    [],
  )
  return { off, worked }
}

describe('the holidays of a year, as they are copied', () => {
  test('the announcement itself, from its title to the day on which it was signed', () => {
    const announcement = `国务院办公厅关于2026年部分节假日安排的通知

各省、自治区、直辖市人民政府：
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
国务院办公厅
2025年11月4日`
    assert.deepEqual(daysOf(2026, announcement), { off: year2026.off, worked: year2026.worked })
  })
  const tables: [string, string][] = [
    ['a table with commas', '第一天,最后一天,安排\n2026-02-15,2026-02-23,放假,春节\n2026-02-14,,上班'],
    ['copied out of a spreadsheet', '2026/2/15\t2026/2/23\t放假\n2026/2/14\t上班\n'],
    ['in English', '2026-02-15 to 2026-02-23 off\r\n2026-02-14 worked'],
    ['as the console shows what is kept', '2026-02-15/2026-02-23 放假\n2026-02-14 上班'],
    ['over the end of a month in full', '2月15日至2月23日放假\n2月14日，上班'],
  ]
  for (const [what, text] of tables)
    test(what, () => assert.deepEqual(daysOf(2026, text), { off: ['2026-02-15/2026-02-23'], worked: ['2026-02-14'] }))
  test('days that are worked are listed by commas as well: there is no stretch of them', () =>
    assert.deepEqual(daysOf(2026, '2026-02-14,2026-02-28,上班').worked, ['2026-02-14', '2026-02-28']))
  test('a stretch into the next month', () =>
    assert.deepEqual(daysOf(2025, '1月28日至2月4日放假调休，共8天').off, ['2025-01-28/2025-02-04']))
})

describe('a line that is wrong is named, and the others are still answered', () => {
  const wrong: [string, (typeof holidayLineWrongs)[number]][] = [
    ['10月初放假3天', 'no-day'],
    ['2026-10-01,2026-10-07', 'no-kind'],
    ['2月30日放假', 'not-a-day'],
    ['2027-01-01 放假', 'other-year'],
    ['10月7日至1日放假', 'backwards'],
    ['2026-10-01,2026-12-07,放假', 'too-long'],
    ['1月1日放假', 'twice'],
    ['10月9日上班', 'no-weekend'],
  ]
  test('every way to be wrong is here', () =>
    assert.deepEqual(wrong.map(([, why]) => why).toSorted(), [...holidayLineWrongs].sort()))
  for (const [line, why] of wrong)
    test(`${line}: ${why}`, () => {
      const { lines, off } = readHolidays(2026, `2026-01-01/2026-01-03 放假\n${line}\n2026-05-01 放假`)
      assert.deepEqual(
        lines.map((one) => [one.line, one.does, one.wrong]),
        [
          [1, 'takes', null],
          [2, 'wrong', why],
          [3, 'takes', null],
        ],
      )
      assert.deepEqual(off, ['2026-01-01/2026-01-03', '2026-05-01'])
    })
  test('a line that says nothing of days is shown as one, and taken for none', () =>
    assert.deepEqual(
      readHolidays(2026, '各省、自治区\n\n通知如下').lines.map(({ does }) => does),
      ['nothing', 'nothing', 'nothing'],
    ))
})
