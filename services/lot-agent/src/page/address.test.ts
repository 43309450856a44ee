import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isNear } from './address.ts'

const addresses: [string | undefined, boolean, string][] = [
  ['127.0.0.1', true, 'this machine'],
  ['127.255.255.254', true, 'all of 127 is this machine'],
  ['::1', true, 'this machine'],
  ['10.0.0.1', true, 'RFC 1918'],
  ['172.16.0.1', true, 'the first of 172.16/12'],
  ['172.31.255.255', true, 'the last of 172.16/12'],
  ['192.168.1.20', true, 'RFC 1918'],
  ['169.254.7.7', true, 'link local'],
  ['fe80::1', true, 'link local'],
  ['fe80::1%eth0', true, 'link local, with its interface'],
  ['fd12:3456::1', true, 'fc00::/7'],
  ['::ffff:192.168.1.20', true, 'an IPv4 client of a socket for both'],
  ['172.15.255.255', false, 'before 172.16/12'],
  ['172.32.0.0', false, 'after 172.16/12'],
  ['192.169.0.1', false, 'after 192.168/16'],
  ['11.0.0.1', false, 'after 10/8'],
  ['8.8.8.8', false, 'the internet'],
  ['::ffff:8.8.8.8', false, 'the internet, to a socket for both'],
  ['100.64.0.1', false, 'a carrier shares it among strangers'],
  ['2001:db8::1', false, 'the internet'],
  ['fec0::1', false, 'after fe80::/10'],
  ['fe00::1', false, 'between fc00::/7 and fe80::/10'],
  ['::', false, 'no address of anybody'],
  ['0.0.0.0', false, 'no address of anybody'],
  ['10.0.0.1.example.com', false, 'a name'],
  ['', false, 'nothing'],
  [undefined, false, 'a client that is gone already'],
]
for (const [address, near, why] of addresses)
  test(`${address} is ${near ? 'near' : 'not near'}: ${why}`, () => assert.equal(isNear(address), near))

test('an IPv4 address is judged the same however the socket writes it', () =>
  fc.assert(fc.property(fc.ipV4(), (address) => assert.equal(isNear(address), isNear(`::ffff:${address}`)))))
