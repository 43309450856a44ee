import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type ActName,
  actNames,
  actOf,
  actsOf,
  operatorRoles,
  platformRoles,
  type Role,
  reaches,
  roles,
} from './acts.ts'

/* What the table must say whatever else it says (domain.md 8). */

const reachOf = (role: Role, act: ActName) => actOf(act).roles[role]
const whoMay = (act: ActName) => roles.filter((role) => reachOf(role, act) !== undefined)

describe('the table of acts', () => {
  for (const role of roles)
    test(`${role} reaches no further than its side`, () => {
      const may = (platformRoles as readonly Role[]).includes(role)
        ? ['platform', 'me']
        : role === 'partner'
          ? ['partner', 'me']
          : role === 'attendant'
            ? ['lot', 'lane', 'me']
            : ['operator', 'me']
      for (const { act, reach } of actsOf(role)) assert.ok(may.includes(reach), `${act}: ${reach}`)
      assert.equal(reaches(role, 'me', 'me'), true)
    })

  test('whoever only reads does only what reads', () => {
    for (const { act } of actsOf('read-only')) assert.ok(act === 'me' || actOf(act).reads === true, act)
  })
  test('what reads needs no second factor', () => {
    for (const act of actNames) assert.ok(!(actOf(act).reads && actOf(act).secondFactor), act)
  })

  // Each row is a sentence of domain.md: money out, cards and persons are few people's, with the second factor.
  const rows: [ActName, readonly Role[], 'always' | 'over-limit' | undefined][] = [
    ['withdrawals.ask', ['owner', 'finance'], 'always'],
    ['cards.change', ['owner'], 'always'],
    ['refunds.ask', ['platform-finance', 'owner', 'manager', 'finance'], 'over-limit'],
    ['staff.manage', ['platform-admin', 'owner'], 'always'],
    ['shares.change', ['platform-admin', 'owner'], 'always'],
    ['staff.audit.read', ['platform-admin', 'owner'], undefined],
    ['gate.open', ['owner', 'manager', 'attendant'], undefined],
    ['stays.correct', ['owner', 'manager', 'attendant'], undefined],
    ['displays.show', ['owner', 'manager', 'attendant'], undefined],
    ['pictures.read', ['support', 'owner', 'manager', 'attendant'], undefined],
    ['lots.change', ['owner', 'manager'], undefined],
    ['agents.enrol', ['platform-admin', 'owner', 'manager'], 'always'],
    ['prices.change', ['owner', 'manager'], undefined],
    ['vehicles.change', ['owner', 'manager'], undefined],
    ['invoices.end', ['owner', 'manager'], undefined],
    ['untold.tell', ['owner', 'manager'], undefined],
    ['codes.change', ['platform-admin', 'owner', 'manager'], undefined],
    ['codes.patrol', ['platform-admin', 'support', 'owner', 'manager', 'attendant'], undefined],
    ['codes.alias', ['platform-admin'], undefined],
    ['reviews.do', ['platform-admin', 'reviewer'], undefined],
    ['holidays.keep', ['platform-admin', 'reviewer'], undefined],
    ['applications.make', ['platform-admin', 'reviewer', 'owner'], undefined],
    ['discrepancies.work', ['platform-admin', 'platform-finance'], undefined],
    ['support.look', ['platform-admin', 'support'], undefined],
    ['export', ['platform-finance', 'owner', 'manager', 'finance'], undefined],
  ]
  for (const [act, who, factor] of rows)
    test(`${act}: ${who.join(', ')}`, () => {
      assert.deepEqual(whoMay(act), who)
      assert.equal(actOf(act).secondFactor, factor)
    })
  test('an attendant sees no money, no reports and no persons', () =>
    assert.deepEqual(
      actsOf('attendant').map(({ act }) => act),
      [
        ...['me', 'traffic.read', 'devices.read', 'stays.correct', 'gate.open', 'displays.show', 'pictures.read'],
        ...['codes.patrol', 'patrols.read'],
      ],
    ))
  test('of a lot as a whole an attendant does nothing but walk round its codes', () =>
    assert.deepEqual(
      actNames.filter((act) => reaches('attendant', act, 'lot')),
      ['codes.patrol', 'patrols.read'],
    ))
  test('an owner may whatever anybody of its operator may', () => {
    for (const act of actNames)
      if (operatorRoles.some((role) => reachOf(role, act) !== undefined && act !== 'me'))
        assert.equal(reachOf('owner', act), 'operator', act)
  })
})
