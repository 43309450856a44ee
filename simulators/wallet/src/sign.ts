import { createHash } from 'node:crypto'

const md5 = (text: string): string => createHash('md5').update(text).digest('hex').toUpperCase()

/** Of the older book: members by name (third-party-wallets.md A.1). */
export const byName = (members: Readonly<Record<string, string>>, key: string): string =>
  md5(
    `${Object.entries(members)
      .filter(([name, value]) => name !== 'sign' && value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&')}key=${key}`,
  )

/** Of the newer book: the text of `data`. */
export const overText = (data: string, key: string): string => md5(`${data}key=${key}`)
