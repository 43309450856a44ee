import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { actNames, actOf, operatorRoles, platformRoles, type Role, reaches, roles, scopes } from './acts.ts'
import { decideAccess, type Place, type Rights, secondFactorLastsMs } from './decide.ts'

const now = 1_800_000_000_000
const somebody = (told: Partial<Rights> = {}): Rights => ({
  ...{ role: 'owner', operatorId: '1', lots: 'all', hasFactor: true, factorAt: now, look: null },
  ...told,
})
const somewhere = (told: Partial<Place> = {}): Place => ({
  ...{ act: 'reports.read', scope: 'operator', side: 'operator', operatorId: '1', lotId: null, lane: null },
  ...told,
})
const ofPlatform = (role: Role, told: Partial<Rights> = {}) => somebody({ role, operatorId: null, ...told })
const someLots: Rights['lots'] = new Map([[7, 'all']])
const oneBooth: Rights['lots'] = new Map([[7, [2, 3]]])
const lot = (lotId: number, told: Partial<Place> = {}) => somewhere({ scope: 'lot', lotId, ...told })
const lane = (lotId: number, laneId: number, told: Partial<Place> = {}) =>
  somewhere({ scope: 'lane', lotId, lane: laneId, ...told })

const table: [string, Rights, Place, ReturnType<typeof decideAccess>][] = [
  ['an owner reads its reports', somebody(), somewhere(), 'granted'],
  ["an owner's lot", somebody(), lot(7), 'granted'],
  ["another operator's lot does not exist", somebody(), lot(8, { operatorId: '2' }), 'not-found'],
  ['nor does a lot that is nowhere', somebody(), lot(9, { operatorId: null }), 'not-found'],
  [
    "nor, for a role that may not, does another's",
    somebody({ role: 'attendant' }),
    lot(8, { operatorId: '2' }),
    'not-found',
  ],
  ['a manager of some lots', somebody({ role: 'manager', lots: someLots }), lot(7), 'granted'],
  ['not of others of the same operator', somebody({ role: 'manager', lots: someLots }), lot(8), 'not-found'],
  [
    'an attendant at its lane',
    somebody({ role: 'attendant', lots: oneBooth }),
    lane(7, 2, { act: 'gate.open' }),
    'granted',
  ],
  [
    'not at the next booth',
    somebody({ role: 'attendant', lots: oneBooth }),
    lane(7, 4, { act: 'gate.open' }),
    'not-found',
  ],
  [
    'not the whole lot',
    somebody({ role: 'attendant', lots: oneBooth }),
    lot(7, { act: 'traffic.read' }),
    'not-allowed',
  ],
  ['an attendant sees no money', somebody({ role: 'attendant' }), somewhere(), 'not-allowed'],
  ['who reads opens no gate', somebody({ role: 'read-only' }), lane(7, 2, { act: 'gate.open' }), 'not-allowed'],
  [
    "the platform's routes do not exist for operators",
    somebody(),
    somewhere({ side: 'platform', act: 'reports.read', scope: 'platform' }),
    'not-found',
  ],
  [
    "a partner's neither",
    somebody(),
    somewhere({ side: 'partner', act: 'shares.read', scope: 'partner' }),
    'not-found',
  ],
  ["an operator's not for partners", somebody({ role: 'partner', operatorId: null }), somewhere(), 'not-found'],
  [
    'a partner reads its shares',
    somebody({ role: 'partner', operatorId: null }),
    somewhere({ side: 'partner', act: 'shares.read', scope: 'partner', operatorId: null }),
    'granted',
  ],
  [
    'finance of the platform reads everything',
    ofPlatform('platform-finance'),
    somewhere({ side: 'platform', scope: 'platform', operatorId: null }),
    'granted',
  ],
  ['and one operator', ofPlatform('platform-finance'), somewhere({ side: 'platform', operatorId: '2' }), 'granted'],
  [
    'but none that is nowhere',
    ofPlatform('platform-finance'),
    somewhere({ side: 'platform', operatorId: null }),
    'not-found',
  ],
  [
    'a reviewer reads no money',
    ofPlatform('reviewer'),
    somewhere({ side: 'platform', scope: 'platform' }),
    'not-allowed',
  ],
  ["support sees no operator's view without a reason", ofPlatform('support'), somewhere(), 'look-needed'],
  ['with one it reads', ofPlatform('support', { look: { operatorId: '1' } }), somewhere(), 'granted'],
  [
    "only that operator's",
    ofPlatform('support', { look: { operatorId: '1' } }),
    lot(8, { operatorId: '2' }),
    'not-found',
  ],
  [
    'and changes nothing',
    ofPlatform('support', { look: { operatorId: '1' } }),
    lane(7, 2, { act: 'gate.open' }),
    'look-only-reads',
  ],
  [
    'and takes nothing away',
    ofPlatform('support', { look: { operatorId: '1' } }),
    somewhere({ act: 'export' }),
    'look-only-reads',
  ],
  ['a reviewer does not look', ofPlatform('reviewer', { look: { operatorId: '1' } }), somewhere(), 'not-allowed'],
  [
    'money out, just after the second factor',
    somebody({ factorAt: now - secondFactorLastsMs + 1 }),
    somewhere({ act: 'withdrawals.ask' }),
    'granted',
  ],
  [
    'too long after it',
    somebody({ factorAt: now - secondFactorLastsMs }),
    somewhere({ act: 'withdrawals.ask' }),
    'second-factor-needed',
  ],
  ['never shown', somebody({ factorAt: null }), somewhere({ act: 'withdrawals.ask' }), 'second-factor-needed'],
  ['none set up', somebody({ hasFactor: false }), somewhere({ act: 'withdrawals.ask' }), 'second-factor-not-set-up'],
  [
    'who may not is not asked for it',
    somebody({ role: 'manager', hasFactor: false }),
    somewhere({ act: 'withdrawals.ask' }),
    'not-allowed',
  ],
  [
    'everybody has an account of its own',
    somebody({ role: 'attendant' }),
    somewhere({ side: 'me', act: 'me', scope: 'me', operatorId: null }),
    'granted',
  ],
]
const looker = ofPlatform('support', { look: { operatorId: '1' } })
describe('whoever looks', () => {
  for (const [what, takes, answer] of [
    ['sees a list', false, 'granted'],
    ['takes no file of it away', true, 'look-only-reads'],
  ] as const)
    test(`${what}: ${answer}`, () =>
      assert.equal(decideAccess(looker, somewhere({ act: 'devices.read', takes }), now), answer))
  test('whose list it is takes it away', () =>
    assert.equal(decideAccess(somebody(), somewhere({ act: 'devices.read', takes: true }), now), 'granted'))
})
describe('who may do what, and where', () => {
  for (const [what, rights, place, answer] of table)
    test(`${what}: ${answer}`, () => assert.equal(decideAccess(rights, place, now), answer))
})

describe('laws of the table', () => {
  const anyLots = fc.constantFrom<Rights['lots']>('all', someLots, oneBooth)
  const anyRights = fc.record({
    role: fc.constantFrom(...roles),
    lots: anyLots,
    hasFactor: fc.boolean(),
    factorAt: fc.constantFrom(null, now, now - secondFactorLastsMs),
    look: fc.constantFrom(null, { operatorId: '1' }, { operatorId: '2' }),
  })
  const rightsOf = (drawn: { role: Role } & Omit<Rights, 'role' | 'operatorId'>): Rights => ({
    ...drawn,
    operatorId: (operatorRoles as readonly Role[]).includes(drawn.role) ? '1' : null,
  })
  const anyPlace = fc.record<Place>({
    act: fc.constantFrom(...actNames),
    scope: fc.constantFrom(...scopes),
    side: fc.constantFrom('platform', 'operator', 'partner', 'me'),
    operatorId: fc.constantFrom(null, '1', '2'),
    lotId: fc.constantFrom(null, 7, 8),
    lane: fc.constantFrom(null, 2, 4),
  })
  test('nobody of an operator is let in to what belongs to another, or hears that it is there', () =>
    fc.assert(
      fc.property(anyRights, anyPlace, (drawn, place) => {
        const rights = rightsOf(drawn)
        fc.pre(rights.operatorId !== null && ['operator', 'lot', 'lane'].includes(place.scope) && place.side !== 'me')
        if (place.operatorId !== '1' || place.side !== 'operator')
          assert.equal(decideAccess(rights, place, now), 'not-found')
      }),
    ))
  test('whoever is let in has the act in the table, or looks and it reads', () =>
    fc.assert(
      fc.property(anyRights, anyPlace, (drawn, place) => {
        const rights = rightsOf(drawn)
        if (decideAccess(rights, place, now) !== 'granted') return
        const isOfPlatform = (platformRoles as readonly Role[]).includes(rights.role)
        const looks = place.side === 'operator' && isOfPlatform
        assert.ok(looks ? actOf(place.act).reads && rights.look !== null : reaches(rights.role, place.act, place.scope))
      }),
    ))
  test('what needs the second factor always is never done without it', () =>
    fc.assert(
      fc.property(anyRights, anyPlace, (drawn, place) => {
        fc.pre(actOf(place.act).secondFactor === 'always')
        if (decideAccess(rightsOf(drawn), place, now) === 'granted')
          assert.ok(drawn.hasFactor && drawn.factorAt === now)
      }),
    ))
})
