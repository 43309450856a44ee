import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { usual } from '../settings.ts'
import { mayNotify } from './money.ts'

describe('where a call may have its result sent', () => {
  const callUrl = 'https://cloud.vendor.example/calls'
  const park = { callUrl, settings: { ...usual, notifyHosts: ['other.vendor.example:8443'] } }
  const wanted: readonly (readonly [url: string | undefined, may: boolean, why: string])[] = [
    [undefined, true, 'it says nothing: where it hears of everything'],
    ['', true, 'the same'],
    ['https://cloud.vendor.example/refunds', true, 'its own host'],
    ['https://other.vendor.example:8443/x', true, 'a host of the plan'],
    ['https://other.vendor.example/x', false, 'another port is another host'],
    ['http://cloud.vendor.example/refunds', false, 'in the clear, where its calls are not'],
    ['https://cloud.vendor.example.evil.example/x', false, 'a host that begins like it'],
    ['https://cloud.vendor.example@evil.example/x', false, 'a name before the host'],
    ['https://169.254.169.254/latest/meta-data', false, 'what only we can reach'],
    ['https://cloud.vendor.example/x?y=1', false, 'it carries no query string'],
    ['file:///etc/passwd', false, 'no address of the web'],
    ['cloud.vendor.example', false, 'no address'],
  ]
  for (const [url, may, why] of wanted) test(`${url}: ${may}, ${why}`, () => assert.equal(mayNotify(url, park), may))

  test('a lot whose vendor is not called has nowhere else either', () =>
    assert.equal(mayNotify(callUrl, { ...park, callUrl: null }), false))
})
