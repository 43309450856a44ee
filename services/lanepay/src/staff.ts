import { mkdirSync } from 'node:fs'
import { everyPage } from '@lanepay/cloud/report/table-file.ts'
import { type Role, roles } from '@lanepay/cloud/staff/acts.ts'
import { staffRefusals } from '@lanepay/cloud/staff/errors.ts'
import { type GivenLots, type ManageRefusal, managing, type OfferedLink } from '@lanepay/cloud/staff/manage.ts'
import { type AccountRow, selectAccount } from '@lanepay/cloud/staff/manage-store.ts'
import type { Who } from '@lanepay/cloud/staff/route.ts'
import { linkUrl } from '@lanepay/cloud/staff/routes.ts'
import { type StaffDeps, tidyAccount } from '@lanepay/cloud/staff/sign-in.ts'
import { proveTrail } from '@lanepay/cloud/staff/trail-read.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Result } from '@lanepay/domain/result.ts'
import { readOrTell } from './config.ts'
import { keptSecrets, Told } from './keep.ts'
import { keptClock } from './kept-clock.ts'
import { openLiveData } from './live-data.ts'
import type { Settings } from './settings.ts'
import { typed } from './typed.ts'

const usage = `lanepay staff put ACCOUNT --role ROLE --name NAME --phone PHONE [--operator ID] [--partner NUMBER] [--lots LOTS] --by WHO
  opens an account and prints the link by which its person sets a password; of one that is there, gives another role or lots
  ROLE: ${roles.join(', ')}
  LOTS: all (when left out), or like 12,13 or 12:1+2, of an attendant who sits at lanes 1 and 2 of lot 12
lanepay staff link ACCOUNT --reason TEXT --by WHO            a new link, for whoever forgot the password
lanepay staff drop-factor ACCOUNT --reason TEXT --by WHO     for whoever lost authenticator and recovery codes
lanepay staff end ACCOUNT --reason TEXT --by WHO             for good
lanepay staff show [--operator ID]                           everybody of the platform, or of one operator
lanepay staff check                                          proves the trail: no line was changed or taken away`
/** Apart from the cloud processes, which count from 0, and from other commands. */
const nodeNumber = 1018

const text = { type: 'string' } as const
const options = {
  ...{ role: text, name: text, phone: text, operator: text, partner: text, lots: text, by: text, reason: text },
}
type Values = { readonly [K in keyof typeof options]?: string }
type Task = {
  readonly takesAccount: boolean
  readonly needs: readonly (keyof Values)[]
  readonly may: readonly (keyof Values)[]
  readonly act: (deps: Deps, account: string, values: Values) => Promise<string>
}
type Deps = StaffDeps & { readonly publicUrl: string }

/** `lanepay staff`: the first person of a platform, and what helps a person who cannot help itself. Each leaves a line in the trail. */
export async function runStaff([name = '', ...args]: readonly string[]): Promise<void> {
  const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined
  if (!task) throw new Told(usage)
  const parsed = typed(args, options, usage)
  const { positionals, values } = parsed
  const named = Object.keys(values) as (keyof Values)[]
  const missing = task.needs.find((option) => !values[option]?.trim())
  const strange = named.find((option) => !task.needs.includes(option) && !task.may.includes(option))
  if (missing) throw new Told(`--${missing}: is needed\n${usage}`)
  if (strange || positionals.length !== (task.takesAccount ? 1 : 0)) throw new Told(usage)
  if (values.operator !== undefined && !/^[1-9]\d{0,17}$/.test(values.operator))
    throw new Told(`--operator: "${values.operator}" is no number of an operator`)
  const settings = readOrTell()
  mkdirSync(settings.home, { recursive: true }) // the first person may be there before the first start
  const houseKey = houseKeyOf(settings)
  const data = await openLiveData(settings)
  try {
    const clock = keptClock(settings.home)
    const newId = idMaker(() => clock.now(), nodeNumber)
    const deps = { database: data.database, clock, newId, houseKey }
    const publicUrl = settings.publicUrl ?? `http://localhost:${settings.httpPort}`
    console.log(await task.act({ ...deps, publicUrl }, positionals[0] ?? '', values))
  } finally {
    await data.close()
  }
}

/** The same key as the cloud processes have, or they would not know what is sealed with it. */
export const houseKeyOf = (settings: Pick<Settings, 'houseKey' | 'home'>): Buffer =>
  Buffer.from(settings.houseKey ?? keptSecrets(settings.home).houseKey)

const tasks: Readonly<Record<string, Task>> = {
  put: {
    takesAccount: true,
    needs: ['role', 'by'],
    may: ['name', 'phone', 'operator', 'partner', 'lots'],
    act: put,
  },
  link: {
    takesAccount: true,
    needs: ['reason', 'by'],
    may: [],
    act: async (deps, account, { by, reason }) => {
      const { realm, id } = await personOf(deps, account)
      return linkSays(deps, told(await managing(deps).offerLink(realm, whoOf(by!), id, reason!)))
    },
  },
  'drop-factor': {
    takesAccount: true,
    needs: ['reason', 'by'],
    may: [],
    act: async (deps, account, { by, reason }) => {
      const { realm, id } = await personOf(deps, account)
      told(await managing(deps).dropFactor(realm, whoOf(by!), id, reason!))
      return `${account} signs in with the password alone until it has set up another authenticator`
    },
  },
  end: {
    takesAccount: true,
    needs: ['reason', 'by'],
    may: [],
    act: async (deps, account, { by, reason }) => {
      const { realm, id } = await personOf(deps, account)
      told(await managing(deps).end(realm, whoOf(by!), id, reason!))
      return `${account} is ended for good, and signed out everywhere`
    },
  },
  show: {
    takesAccount: false,
    needs: [],
    may: ['operator'],
    act: async (deps, _, { operator }) => {
      const manage = managing(deps)
      const pages = everyPage(
        // A page that begins where the one before ended is none that was made up.
        async (after) =>
          (await manage.list({ operatorId: operator ?? null }, { ended: 'yes', limit: '200', ...after }))!,
        (page) => page.persons,
      )
      const persons = (await Array.fromAsync(pages)).flat()
      if (persons.length === 0) return 'nobody'
      return persons
        .map((one) =>
          [
            ...[one.account.padEnd(20), one.role.padEnd(16), one.name, one.phone],
            one.lots === 'all' ? 'all lots' : `lots ${one.lots.map(({ lot }) => lot).join(' ')}`,
            ...(one.endedAt === null ? [] : [`ended ${new Date(one.endedAt).toISOString()}`]),
            ...(one.endedAt === null && !one.hasPassword ? ['no password yet'] : []),
            ...(one.hasSecondFactor ? ['second factor'] : []),
          ].join('  '),
        )
        .join('\n')
    },
  },
  check: {
    takesAccount: false,
    needs: [],
    may: [],
    act: async ({ database, houseKey }) => {
      const { lines, broken } = await proveTrail(database, houseKey)
      if (broken.length === 0) return `${lines} lines, each as it was written`
      throw new Told(
        broken
          .map(({ bucket, lotId, line, what }) => `bucket ${bucket}, lot ${lotId}, line ${line}: ${what}`)
          .join('\n'),
      )
    },
  },
}

async function put(deps: Deps, account: string, values: Values): Promise<string> {
  const { role: unchecked = '', name, phone, operator, partner, lots, by } = values
  const role = roles.find((one) => one === unchecked)
  if (!role) throw new Told(`--role: one of ${roles.join(', ')}`)
  if (partner !== undefined && !/^[1-9]\d{0,17}$/.test(partner))
    throw new Told(`--partner: "${partner}" is no number of a partner`)
  const realm = { operatorId: operator ?? null }
  const given = { role: role as Role, lots: readLots(lots), ...(partner === undefined ? {} : { party: partner }) }
  const manage = managing(deps)
  const [there] = await deps.database.reference.query<AccountRow>(selectAccount, [tidyAccount(account)])
  if (there) {
    told(await manage.change(realm, whoOf(by!), there.staff_id, given))
    return `${account} is ${role} now`
  }
  if (!name?.trim()) throw new Told(`--name: is needed for a new account\n${usage}`)
  if (!/^[0-9+ -]{5,20}$/.test(phone ?? '')) throw new Told(`--phone: 5 to 20 digits, for a new account\n${usage}`)
  return linkSays(
    deps,
    told(await manage.open(realm, whoOf(by!), { account, name: name.trim(), phone: phone!, ...given })),
  )
}

async function personOf({ database }: Deps, account: string) {
  const [row] = await database.reference.query<AccountRow>(selectAccount, [tidyAccount(account)])
  if (!row) throw new Told(`ACCOUNT: there is no account "${account}" in use`)
  return { realm: { operatorId: row.operator_id }, id: row.staff_id }
}

/** In the trail whoever typed the command stands as `server`: it has the keys of the house, and the name it gives. */
const whoOf = (by: string): Who => ({ staffId: null, account: by, role: 'server', address: '', lookId: null })

function readLots(text = 'all'): GivenLots {
  if (text === 'all') return 'all'
  return text.split(',').map((one) => {
    const [, lot, lanes] = /^([1-9]\d{0,6})(?::([1-9]\d{0,2}(?:\+[1-9]\d{0,2})*))?$/.exec(one.trim()) ?? []
    if (lot === undefined) throw new Told(`--lots: "${one}" is no lot like 12, and none with lanes like 12:1+2`)
    return { lot: Number(lot), ...(lanes === undefined ? {} : { lanes: lanes.split('+').map(Number) }) }
  })
}

const linkSays = ({ publicUrl }: Deps, offered: OfferedLink): string =>
  `${linkUrl(publicUrl, offered)}\nSets the password, works once, until ${new Date(offered.expiresAt).toISOString()}: give it to its person alone.`

/** @throws Told what a person reads; nothing was done. */
function told<T>(done: Result<T, ManageRefusal>): T {
  if (done.ok) return done.value
  const { kind } = done.error
  throw new Told(`${placeOf[kind]}: ${staffRefusals[kind].message.replace(/^body\/\w+: /, '')}`)
}
const placeOf = {
  ...{ 'account-malformed': 'ACCOUNT', 'account-taken': 'ACCOUNT', 'person-unknown': 'ACCOUNT', 'own-account': '--by' },
  ...{ 'operator-unknown': '--operator', 'role-not-here': '--role', 'party-needed': '--partner' },
  ...{ 'party-not-here': '--partner', 'all-lots-needed': '--lots', 'lots-needed': '--lots' },
  ...{ 'lanes-not-here': '--lots', 'lot-unknown': '--lots' },
} as const satisfies Record<ManageRefusal['kind'], string>
