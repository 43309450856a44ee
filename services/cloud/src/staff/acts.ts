/*
 * Who may do what, and how far (domain.md 8): the one table. Routes name an act of it, screens read it (`GET /api/me`), commands ask it.
 */

/** Of the integrator who runs the platform. */
export const platformRoles = ['platform-admin', 'reviewer', 'support', 'platform-finance'] as const
/** Of one operator. */
export const operatorRoles = ['owner', 'manager', 'finance', 'attendant', 'read-only'] as const
export const roles = [...platformRoles, ...operatorRoles, 'partner'] as const
export type Role = (typeof roles)[number]

/**
 * What an act is done to. `platform`: everything; `operator`: the lots of one operator that the person may see; `lot`, `lane`: one of
 * them; `partner`: what belongs to one partner; `me`: the person's own account.
 */
export const scopes = ['platform', 'operator', 'lot', 'lane', 'partner', 'me'] as const
export type Scope = (typeof scopes)[number]
/** How far an act of a role reaches: to that and to what lies within it. */
export type Reach = 'platform' | 'operator' | 'lot' | 'lane' | 'partner' | 'me'

type Act = {
  /** Whose it is, and how far it reaches; a role that is not named may not. */
  readonly roles: Readonly<Partial<Record<Role, Reach>>>
  /** Changes nothing and takes nothing away: may be done by whoever only looks at an operator's view. */
  readonly reads?: true
  /** `always`: only shortly after the second factor was shown; `over-limit`: the act itself says from which amount on. */
  readonly secondFactor?: 'always' | 'over-limit'
}

const everybody = Object.fromEntries(roles.map((role) => [role, 'me'])) as Record<Role, 'me'>

export const acts = {
  me: { roles: everybody },
  'reports.read': {
    roles: {
      ...{ 'platform-admin': 'platform', 'platform-finance': 'platform' },
      ...{ owner: 'operator', manager: 'operator', finance: 'operator', 'read-only': 'operator' },
    },
    reads: true,
  },
  'traffic.read': {
    roles: {
      ...{ 'platform-admin': 'platform', support: 'platform' },
      ...{ owner: 'operator', manager: 'operator', finance: 'operator', 'read-only': 'operator', attendant: 'lane' },
    },
    reads: true,
  },
  export: {
    roles: { 'platform-finance': 'platform', owner: 'operator', manager: 'operator', finance: 'operator' },
  },
  'devices.read': {
    roles: {
      ...{ 'platform-admin': 'platform', support: 'platform' },
      ...{ owner: 'operator', manager: 'operator', 'read-only': 'operator', attendant: 'lane' },
    },
    reads: true,
  },
  'withdrawals.ask': { roles: { owner: 'operator', finance: 'operator' }, secondFactor: 'always' },
  'refunds.ask': {
    roles: { 'platform-finance': 'platform', owner: 'operator', manager: 'operator', finance: 'operator' },
    secondFactor: 'over-limit',
  },
  /** The bank card that an account is paid out to. */
  'cards.change': { roles: { owner: 'operator' }, secondFactor: 'always' },
  'shares.read': {
    roles: { 'platform-finance': 'platform', owner: 'operator', finance: 'operator', partner: 'partner' },
    reads: true,
  },
  'shares.change': { roles: { 'platform-admin': 'platform', owner: 'operator' }, secondFactor: 'always' },
  'stays.correct': { roles: { owner: 'operator', manager: 'operator', attendant: 'lane' } },
  'gate.open': { roles: { owner: 'operator', manager: 'operator', attendant: 'lane' } },
  /** Words on a lane's display. */
  'displays.show': { roles: { owner: 'operator', manager: 'operator', attendant: 'lane' } },
  /** Of vehicles, with who sits in them. */
  'pictures.read': {
    roles: { support: 'platform', owner: 'operator', manager: 'operator', attendant: 'lane' },
    reads: true,
  },
  /** What a lot and its lanes are called, and whom its drivers call. */
  'lots.change': { roles: { owner: 'operator', manager: 'operator' } },
  /** Which box is a lot's agent. */
  'agents.enrol': {
    roles: { 'platform-admin': 'platform', owner: 'operator', manager: 'operator' },
    secondFactor: 'always',
  },
  'prices.read': {
    roles: {
      ...{ 'platform-admin': 'platform', support: 'platform' },
      ...{ owner: 'operator', manager: 'operator', finance: 'operator', 'read-only': 'operator' },
    },
    reads: true,
  },
  'prices.change': { roles: { owner: 'operator', manager: 'operator' } },
  /** Month cards, free and blocked plates, guests. */
  'vehicles.read': {
    roles: { support: 'platform', owner: 'operator', manager: 'operator', 'read-only': 'operator' },
    reads: true,
  },
  'vehicles.change': { roles: { owner: 'operator', manager: 'operator' } },
  /** Shops, the coupons they gave, and what of them was used. */
  'coupons.read': {
    roles: {
      ...{ support: 'platform', 'platform-finance': 'platform' },
      ...{ owner: 'operator', manager: 'operator', finance: 'operator', 'read-only': 'operator' },
    },
    reads: true,
  },
  'coupons.change': { roles: { owner: 'operator', manager: 'operator' } },
  /** What became of a tax invoice that a vendor's cloud wants (bolink/platform/invoices.ts). */
  'invoices.end': { roles: { owner: 'operator', manager: 'operator' } },
  /** What was told in vain to a lot's software or a partner's wallet is told again (untold/routes.ts). */
  'untold.tell': { roles: { owner: 'operator', manager: 'operator' } },
  /** The codes that hang in a lot, and what is printed of them. */
  'codes.read': {
    roles: {
      ...{ 'platform-admin': 'platform', reviewer: 'platform', support: 'platform' },
      ...{ owner: 'operator', manager: 'operator', 'read-only': 'operator' },
    },
    reads: true,
  },
  'codes.change': { roles: { 'platform-admin': 'platform', owner: 'operator', manager: 'operator' } },
  /** Looks on site whether they hang. */
  'codes.patrol': {
    roles: {
      ...{ 'platform-admin': 'platform', support: 'platform' },
      ...{ owner: 'operator', manager: 'operator', attendant: 'lot' },
    },
  },
  /** The list to go round with, and what was found. */
  'patrols.read': {
    roles: {
      ...{ 'platform-admin': 'platform', reviewer: 'platform', support: 'platform' },
      ...{ owner: 'operator', manager: 'operator', 'read-only': 'operator', attendant: 'lot' },
    },
    reads: true,
  },
  /** What is printed elsewhere leads here: a name of the whole house, so no operator takes another's. */
  'codes.alias': { roles: { 'platform-admin': 'platform' } },
  'staff.manage': { roles: { 'platform-admin': 'platform', owner: 'operator' }, secondFactor: 'always' },
  'staff.read': { roles: { 'platform-admin': 'platform', owner: 'operator', manager: 'operator' }, reads: true },
  'staff.audit.read': { roles: { 'platform-admin': 'platform', owner: 'operator' } },
  /** Whose lots there are on the platform, and how their accounts with the channels are. */
  'operators.read': {
    roles: {
      ...{ 'platform-admin': 'platform', reviewer: 'platform', support: 'platform', 'platform-finance': 'platform' },
    },
    reads: true,
  },
  'lots.open': { roles: { 'platform-admin': 'platform' } },
  /** An application to be opened: for somebody, or of an owner for one more lot. */
  'applications.make': { roles: { 'platform-admin': 'platform', reviewer: 'platform', owner: 'operator' } },
  'reviews.do': { roles: { 'platform-admin': 'platform', reviewer: 'platform' } },
  /** The public holidays by which working days are counted. */
  'holidays.keep': { roles: { 'platform-admin': 'platform', reviewer: 'platform' } },
  'discrepancies.work': { roles: { 'platform-admin': 'platform', 'platform-finance': 'platform' } },
  /** Looks at an operator's view, with a reason that the operator reads. */
  'support.look': { roles: { 'platform-admin': 'platform', support: 'platform' } },
  'looks.read': { roles: { 'platform-admin': 'platform', owner: 'operator', manager: 'operator' } },
} as const satisfies Record<string, Act>
export type ActName = keyof typeof acts
export const actNames = Object.keys(acts) as readonly ActName[]

/** What the table says of an act; its names are known, so what it has not said is undefined. */
export const actOf = (name: ActName): Act => acts[name]

const within: Readonly<Record<Reach, readonly Scope[]>> = {
  platform: ['platform', 'operator', 'lot'],
  operator: ['operator', 'lot', 'lane'],
  // Each of its lots as a whole, one by one: whoever sits in a booth there walks round all of it.
  lot: ['lot'],
  lane: ['lane'],
  partner: ['partner'],
  me: ['me'],
}
/** Whether an act of a role reaches a scope. Whose operator, lot or lane it is, is another question (decide.ts). */
export function reaches(role: Role, act: ActName, scope: Scope): boolean {
  const reach = actOf(act).roles[role]
  return reach !== undefined && within[reach].includes(scope)
}

/** The acts of a role and how far each reaches: what a screen may show. */
export const actsOf = (role: Role): readonly { readonly act: ActName; readonly reach: Reach }[] =>
  actNames.flatMap((act) => {
    const reach = actOf(act).roles[role]
    return reach === undefined ? [] : [{ act, reach }]
  })

/** What whoever may look at an operator's view may do in it; of others nothing. */
export const actsInLook = (role: Role): readonly ActName[] =>
  reaches(role, 'support.look', 'platform')
    ? actNames.filter((act) => actOf(act).reads && operatorRoles.some((one) => reaches(one, act, 'operator')))
    : []
