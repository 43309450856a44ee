import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { toOwners } from '@lanepay/lot-systems/bolink/neighbours.ts'
import { parseLotPlan } from '../lot/provision.ts'
import { ourUnionId } from './hearing.ts'
import { paths } from './routes.ts'

/* What docs/partner-wallets.md promises to partners is what is built. */

const read = (path: string) => readFileSync(new URL(`../../../../docs/${path}`, import.meta.url), 'utf8')
const text = read('partner-wallets.md')

test('every call and every message is there, and no other', () => {
  const said = [...text.matchAll(/`((?:newuser|newpark|neworder|order)\/\w+|bolinkunifiedcarplat)`/g)].map(
    ([, path]) => path!,
  )
  assert.deepEqual(new Set(said), new Set<string>(paths))
  const told = [...text.matchAll(/^\| `([a-z]+-[a-z]+)` \|/gm)].map(([, kind]) => kind!)
  assert.deepEqual(told.toSorted(), Object.keys(toOwners).toSorted())
  assert.match(text, new RegExp(`\`park_union_id\` is ${ourUnionId}\\.`))
})

const example = JSON.parse(read('examples/lot-wallet.json'))
const changed = (account: object) => ({ ...example, accounts: [{ ...example.accounts[1], ...account }] })
const plans: [string, object, string | null][] = [
  ['the example', example, null],
  ['an account at a wallet that names none', changed({ merchant: {} }), '/accounts/0/merchant/walletUnionId'],
  ['another account that names one', changed({ channel: 'alipay' }), '/accounts/0/merchant/walletUnionId'],
  ['a key that is too short', { ...example, wallet: { ...example.wallet, key: 'short' } }, '/wallet/key'],
]
for (const [what, plan, field] of plans)
  test(`${what}: ${field ?? 'a lot’s plan'}`, () => {
    const parsed = parseLotPlan(plan)
    assert.deepEqual(parsed.ok ? null : parsed.error.map((mistake) => mistake.field), field === null ? null : [field])
  })
