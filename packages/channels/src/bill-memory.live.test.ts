import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createCipheriv, createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { zip } from '@lanepay/simulator-alipay/zip.ts'
import { gbk } from '@lanepay/simulator-wire/gbk.ts'
import { anAnswer, sellerId, someSettings as someAlipaySettings } from './alipay/fixtures.ts'
import type { BillKind } from './bills.ts'
import type { ToRead, WasRead } from './read-bill-process.ts'
import { flowRow, flowTitles, paidRow, sumTitles, titles } from './wechatpay/bill-fixtures.ts'
import { at, merchant, signedHeaders, someSettings as someWechatPaySettings } from './wechatpay/fixtures.ts'
import { encryptField } from './wechatpay/oaep.ts'

/*
 * A bill of many lots does not fit into memory: whoever reads one needs as much for 200,000 rows as for 50,000. Each is read by a
 * process of its own, from a server that hands the file out as fast as it is read.
 */

const few = 50_000
const many = 200_000
const day = '2026-06-01'
/** What garbage and compiled code may come to in any process: two that do the same differ by 10 MiB. All numbers of many rows are more. */
const garbageKib = 16 * 1024
const now = at('2026-06-02T12:00:00+08:00')

/** A row for each number, which nobody has met before: between these two. Only the number is written anew. */
const rowsOf = (rows: number, [before, after]: readonly [Buffer, Buffer]): Buffer[] =>
  Array.from({ length: rows }, (_, n) => [
    before,
    Buffer.from(`10010000007000000000${String(n).padStart(10, '0')}57`),
    after,
  ]).flat()
const split = (row: string, encode: (text: string) => Buffer): readonly [Buffer, Buffer] => {
  const [before = '', after = ''] = row.split('#')
  return [encode(before), encode(after)]
}
const utf8 = (text: string) => Buffer.from(text)
const yuan = (rows: number, fen: number) => ((rows * fen) / 100).toFixed(2)

const ticked = (cells: readonly string[]) => cells.map((cell) => `\`${cell}`).join(',')
function wechatPayFile(kind: BillKind, rows: number): Buffer {
  const [header, cells, sumHeader, sums] =
    kind === 'trade'
      ? [
          titles,
          paidRow({ 商户订单号: '#' }),
          sumTitles,
          [`${rows}`, yuan(rows, 1500), '0.00', '0.00', `${yuan(rows, 9)}000`, yuan(rows, 1500), '0.00'],
        ]
      : [
          flowTitles,
          flowRow({ 业务凭证号: '#' }),
          '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额',
          [`${rows}`, `${rows}`, yuan(rows, 1500), '0', '0.00'],
        ]
  const row = `${ticked(header.split(',').map((name) => cells[name] ?? ''))}\r\n`
  const end = `${sumHeader}\r\n${ticked(sums)}\r\n`
  return Buffer.concat([utf8(`\uFEFF${header}\r\n`), ...rowsOf(rows, split(row, utf8)), utf8(end)])
}

const words = { trade: '业务', 'fund-flow': '账务' } as const
function alipayArchive(kind: BillKind, rows: number): Buffer {
  const word = words[kind]
  const rule = (text: string) =>
    `#-----------------------------------------${text}----------------------------------------`
  const [columns, row, totals] =
    kind === 'trade'
      ? [
          '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,' +
            '商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,' +
            '卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注',
          `2026060122001400000000000001\t,#\t,交易,停车费 阳光花园 粤B·1**45,${day} 12:00:00,${day} 12:00:30,,,,,158****0000,` +
            '15.00,15.00,0.00,0.00,0.00,0.00,0.00,,0.00,0.00,,-0.09,0.00,',
          [
            `#交易合计：${rows}笔，商家实收共${yuan(rows, 1500)}元，商家优惠共0.00元`,
            '#退款合计：0笔，商家实收退款共0.00元，商家优惠退款共0.00元',
          ],
        ]
      : [
          '账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注',
          `2026060100000000000000000001\t,2026060122001400000000000001\t,#\t,停车费,${day} 12:00:30,2088102534368455\t,15.00,0.00,115.00,支付宝,在线支付,`,
          ['#支出合计：0笔，共0.00元', `#收入合计：${rows}笔，共${yuan(rows, 1500)}元`],
        ]
  const head = [
    `#支付宝${word}明细查询`,
    `#账号：[${sellerId}0156]`,
    '#起始日期：[2026年06月01日 00:00:00]   终止日期：[2026年06月01日 23:59:59]',
    rule(`${word}明细列表`),
    columns,
  ]
  const end = [rule(`${word}明细列表结束`), ...totals, '#导出时间：[2026年06月02日 12:00:00]']
  const text = (lines: readonly string[]) => gbk(lines.map((line) => `${line}\r\n`).join(''))
  const bytes = Buffer.concat([text(head), ...rowsOf(rows, split(`${row}\r\n`, gbk)), text(end)])
  const name = `${sellerId}0156_20260601_${word}明细`
  return zip([
    { name: `${name}.csv`, bytes },
    { name: `${name}(汇总).csv`, bytes: text(head) },
  ])
}

type Asked = { readonly url: string; readonly body: string; readonly host: string }
type Said = { readonly text: string; readonly signed: boolean } | { readonly file: Buffer }

/** Answers by `say`; a file in pieces, and only as fast as they are taken. */
async function serving<T>(say: (asked: Asked) => Said, act: (url: string) => Promise<T>): Promise<T> {
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const said = say({
      url: request.url ?? '',
      body: Buffer.concat(chunks).toString(),
      host: request.headers.host ?? '',
    })
    if ('text' in said)
      return void response
        .writeHead(200, {
          'content-type': 'application/json',
          ...(said.signed ? signedHeaders(said.text, { at: now }) : {}),
        })
        .end(said.text)
    const { file } = said
    Readable.from(
      (function* () {
        for (let from = 0; from < file.length; from += 65_536) yield file.subarray(from, from + 65_536)
      })(),
    ).pipe(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const run = promisify(execFile)
/** Garbage is collected early, so that what is kept is what is measured. */
const small = ['--expose-gc', '--max-semi-space-size=1', '--max-old-space-size=48']
async function readIn(toRead: ToRead): Promise<WasRead> {
  const reading = run(process.execPath, [...small, new URL('read-bill-process.ts', import.meta.url).pathname])
  reading.child.stdin?.end(JSON.stringify(toRead))
  return JSON.parse((await reading).stdout) as WasRead
}

const sha1 = (bytes: Buffer) => createHash('sha1').update(bytes).digest('hex')
const json = (value: unknown): Said => ({ text: JSON.stringify(value), signed: true })

function readsWechatPay(kind: BillKind, rows: number): Promise<WasRead> {
  const file = wechatPayFile(kind, rows)
  const told = { hash_type: 'SHA1', hash_value: sha1(file) }
  const packed = gzipSync(file)
  const say = ({ url, host }: Asked): Said =>
    url.startsWith('/v3/bill/')
      ? json({ ...told, download_url: `http://${host}/v3/billdownload/file?token=1` })
      : { file: packed }
  return serving(say, (url) =>
    readIn({
      account: { channel: 'wechatpay', settings: someWechatPaySettings({ hosts: [url] }) },
      ...{ merchant: {}, ask: { kind, day }, now },
    }),
  )
}

/** One operator's account: sealed for us under a key of its own (wechat-pay.md 13.1). */
function readsSealed(rows: number): Promise<WasRead> {
  const [key, nonce] = ['k'.repeat(32), 'n'.repeat(12)]
  const sealedKey = encryptField(merchant.publicKey, key)
  assert.ok(sealedKey.ok)
  const plain = wechatPayFile('fund-flow', rows)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const file = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  const say = ({ url, host }: Asked): Said =>
    url.startsWith('/v3/bill/')
      ? json({
          download_bill_count: 1,
          download_bill_list: [
            {
              ...{ bill_sequence: 1, download_url: `http://${host}/v3/billdownload/file?token=1` },
              ...{
                encrypt_key: sealedKey.value,
                nonce,
                hash_type: 'SHA1',
                hash_value: sha1(plain),
              },
            },
          ],
        })
      : { file }
  return serving(say, (url) =>
    readIn({
      account: { channel: 'wechatpay', settings: someWechatPaySettings({ hosts: [url], mode: 'partner' }) },
      ...{ merchant: { subMchid: '1900000109' }, ask: { kind: 'fund-flow', day }, now },
    }),
  )
}

function readsAlipay(kind: BillKind, rows: number): Promise<WasRead> {
  const file = alipayArchive(kind, rows)
  const say = ({ url, host }: Asked): Said =>
    url.startsWith('/gateway.do')
      ? {
          text: anAnswer('alipay.data.dataservice.bill.downloadurl.query', {
            ...{ code: '10000', msg: 'Success', bill_download_url: `http://${host}/bill/download.htm?token=1` },
          }),
          signed: false,
        }
      : { file }
  return serving(say, (url) =>
    readIn({
      account: { channel: 'alipay', settings: someAlipaySettings({ gateway: `${url}/gateway.do` }) },
      ...{ merchant: {}, ask: { kind, day }, now },
    }),
  )
}

describe('the memory of reading a bill does not grow with its rows', () => {
  const bills: readonly (readonly [what: string, read: (rows: number) => Promise<WasRead>])[] = [
    ["WeChat Pay's trade", (rows) => readsWechatPay('trade', rows)],
    ["WeChat Pay's account", (rows) => readsWechatPay('fund-flow', rows)],
    ["an operator's account at WeChat Pay, sealed", readsSealed],
    ["Alipay's trade", (rows) => readsAlipay('trade', rows)],
    ["Alipay's account", (rows) => readsAlipay('fund-flow', rows)],
  ]
  for (const [what, read] of bills)
    test(what, async (t) => {
      const [ofFew, ofMany] = [await read(few), await read(many)]
      assert.deepEqual([ofFew.lines, ofMany.lines], [few, many])
      const [grewFew, grewMany] = [ofFew, ofMany].map(({ restKib, mostKib }) => mostKib - restKib) as [number, number]
      t.diagnostic(`KiB above rest: ${grewFew} for ${few} rows, ${grewMany} for ${many}`)
      assert.ok(
        grewMany <= 1.5 * Math.max(grewFew, garbageKib),
        `${grewFew} KiB above rest for ${few} rows, ${grewMany} for ${many}`,
      )
    })
})
