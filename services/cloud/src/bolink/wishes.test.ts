import assert from 'node:assert/strict'
import { test } from 'node:test'
import { declinedIn } from './wishes.ts'

const logins: readonly (readonly [what: string, setParams: unknown, declines: readonly string[]])[] = [
  ['nothing said', undefined, []],
  ['all wanted', { prepay_send: '1', month_send: '1', receive_cloud: '1', prepay_query: 1 }, []],
  ['no lists', { receive_cloud: '0' }, ['cloud']],
  ['a number for a text', { receive_cloud: 0, month_send: 0 }, ['cloud', 'months']],
  ['the same as a text', '{"month_send":"0"}', ['months']],
  ['what is paid inside is the lot’s to hear, whatever it says', { prepay_query: 0, prepay_send: '0' }, []],
  ['what is no object', '[0]', []],
]
for (const [what, setParams, declines] of logins) test(what, () => assert.deepEqual(declinedIn(setParams), declines))
