import { type Check, type Checks, notBuilt } from '../check.ts'

/** One check per `direction` of `vectors/bolink.json`, and `derived` for the signatures computed beside them. */
const byName: Readonly<Record<string, readonly string[]>> = {
  'Bolink lot protocol': ['up', 'up-data', 'up-reply', 'down', 'down-reply'],
  'Bolink signatures': ['signed-string', 'derived'],
  'Bolink platform mode': ['platform-req', 'platform-reply', 'platform-cb', 'platform-cb-reply'],
  'Bolink car owners': ['owner-req', 'owner-cb', 'owner-cb-reply'],
  'Bolink wallet': ['wallet-req', 'wallet-cb'],
  'Bolink cloud API': ['cloudapi'],
  'Bolink SDK': ['local'],
  'Daoer cloud': ['vendor-req'],
}

export const bolinkChecks: Checks = Object.fromEntries(
  Object.entries(byName).flatMap(([name, directions]) =>
    directions.map((direction): [string, Check] => [direction, notBuilt(name)]),
  ),
)
