import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyText } from './body-text.ts'

/** In GBK, which Node only reads. */
const inGbk = Buffer.from('{"plate":"\xd4\xc1B12345","msg":"\xb3\xc9\xb9\xa6"}', 'latin1')

test('Chinese is read in UTF-8 and in GBK, whether or not it is said which', () => {
  const text = '{"plate":"粤B12345","msg":"成功"}'
  assert.equal(bodyText(Buffer.from(text), undefined), text)
  assert.equal(bodyText(Buffer.from(text), 'application/json;charset=utf-8'), text)
  assert.equal(bodyText(inGbk, 'application/json'), text)
  assert.equal(bodyText(inGbk, 'application/json; charset=GB2312'), text)
})

test('bytes that could be either are what they are called', () => {
  assert.equal(bodyText(Buffer.from([0xc1, 0xaa, 0xcd, 0xa8]), 'text/plain;charset=gbk'), '联通')
})

test('a form of parts is in UTF-8, whatever stands in its pictures', () => {
  const bytes = Buffer.concat([Buffer.from('--b\r\nplate=粤B12345\r\n'), Buffer.from([0xff, 0xd8, 0xff])])
  assert.match(bodyText(bytes, 'multipart/form-data; boundary=b'), /粤B12345/)
})

test('the mark that some put before UTF-8 is no part of the text', () => {
  assert.equal(bodyText(Buffer.from('\ufeff{}'), undefined), '{}')
})
