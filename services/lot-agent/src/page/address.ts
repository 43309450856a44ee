import { BlockList, isIP } from 'node:net'

/** Networks whose addresses nobody on the internet has: RFC 1918, loopback, link local, and their like in IPv6. */
const near = new BlockList()
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
] as const)
  near.addSubnet(network, bits, 'ipv4')
near.addAddress('::1', 'ipv6')
near.addSubnet('fe80::', 10, 'ipv6')
near.addSubnet('fc00::', 7, 'ipv6')

/** Whether a client is on the lot's own network; an address that is none, or is not known, is not. */
export function isNear(address: string | undefined): boolean {
  if (address === undefined) return false
  const bare = address.replace(/%.*$/, '') // fe80::1%eth0: the interface says nothing about the address
  // An IPv4 client of a socket that takes both.
  const inside = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare
  const family = isIP(inside)
  return family !== 0 && near.check(inside, family === 4 ? 'ipv4' : 'ipv6')
}
