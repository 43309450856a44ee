import { createHash, createPrivateKey, createPublicKey, generateKeyPair, randomInt, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import { type AlipaySettings, alipayProduction, usualApplicationTerms } from '@lanepay/channels/alipay/settings.ts'
import type { Table } from '@lanepay/simulator-wire/store.ts'
import { certificateSn, type DistinguishedName, issueCertificate, rootSn, splitBundle } from './certificates.ts'

/** An operator who authorised our application to act for it (alipay.md 1, "ISV on behalf"). */
export type Operator = { readonly appId: string; readonly sellerId: string; readonly appAuthToken: string }

/** PEM text throughout. */
export type Certificates = {
  readonly root: { readonly bundle: string; readonly issuer: DistinguishedName; readonly key: string }
  readonly authority: { readonly name: DistinguishedName; readonly certificate: string; readonly key: string }
  readonly app: string
  /** Every certificate Alipay ever signed with: leaf, then the authority's. The last one signs. */
  readonly alipay: readonly { readonly certificate: string; readonly key: string }[]
}

/** What Alipay and one application agreed on: made on the first start in a folder, the same ever after. */
export type Account = {
  readonly appId: string
  readonly sellerId: string
  readonly appKey: string
  /** Signs answers and notifications in public-key mode. */
  readonly alipayKey: string
  /** Known to nobody: what a forger signs with. */
  readonly strangersKey: string
  readonly operator: Operator
  /** Seals content beneath TLS, once that was agreed on (content.ts). */
  readonly contentKey?: string
  /** Whether balances go to the bank each morning (settlements.ts). */
  readonly settlesDaily?: boolean
  /** Only once the certificate mode was used. */
  readonly certificates?: Certificates
}

export type Mode = AlipaySettings['verify']['mode']

const generate = promisify(generateKeyPair)
const asPem = {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
} as const
const rsaKey = async (): Promise<string> => (await generate('rsa', { modulusLength: 2048, ...asPem })).privateKey
const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join('')
const newPid = (): string => `2088${digits(12)}`

/** The account kept in this table, made (keys and all) where it does not exist yet. `now` dates certificates, in ms. */
export async function openAccount(table: Table<Account>, mode: Mode, now: number): Promise<Account> {
  const known = table.get('account') ?? (await newAccount())
  const account =
    mode === 'certificate' && !known.certificates ? { ...known, certificates: await certify(known, now) } : known
  if (account !== table.get('account')) table.put('account', account)
  return account
}

async function newAccount(): Promise<Account> {
  const [appKey, alipayKey, strangersKey] = await Promise.all([rsaKey(), rsaKey(), rsaKey()])
  return {
    appId: `2021${digits(12)}`,
    sellerId: newPid(),
    appKey,
    alipayKey,
    strangersKey,
    operator: { appId: `2021${digits(12)}`, sellerId: newPid(), appAuthToken: `202611BB${digits(24)}` },
  }
}

const yearMs = 365 * 86_400_000
const named = (common: string, unit: string): DistinguishedName => [
  ['C', 'CN'],
  ['O', 'Ant Financial (simulated)'],
  ['OU', unit],
  ['CN', common],
]

async function certify(account: Account, now: number): Promise<Certificates> {
  const [rootKey, otherRootKey, authorityKey, ec] = await Promise.all([
    rsaKey(),
    rsaKey(),
    rsaKey(),
    generate('ec', { namedCurve: 'P-256', ...asPem }),
  ])
  const root = named('Ant Financial Certification Authority R1', 'Certification Authority')
  const selfSigned = (subject: DistinguishedName, key: string) =>
    issue({ subject, key, issuer: subject, issuerKey: key, now, years: 20, authority: true })
  // As the real bundle: not every root is RSA, and the ones that are not do not count for the SN (alipay.md 2.7).
  const bundle =
    selfSigned(named('Ant Financial Certification Authority E1', 'Certification Authority'), ec.privateKey) +
    selfSigned(root, rootKey) +
    selfSigned(named('Simulated Trust Root', 'Other Authority'), otherRootKey)
  const name = named('Ant Financial Certification Authority Class 2 R1', 'Certification Authority')
  const certificate = issue({
    subject: name,
    key: authorityKey,
    issuer: root,
    issuerKey: rootKey,
    now,
    years: 10,
    authority: true,
  })
  const authority = { name, certificate, key: authorityKey }
  const app = issue({
    subject: named(`Lanepay-${account.appId}`, 'Lanepay'),
    key: account.appKey,
    issuer: name,
    issuerKey: authorityKey,
    now,
    years: 5,
    authority: false,
  })
  const first = { certificate: alipayLeaf(authority, account.alipayKey, now), key: account.alipayKey }
  return { root: { bundle, issuer: root, key: rootKey }, authority, app: app + certificate, alipay: [first] }
}

const issue = (ask: {
  subject: DistinguishedName
  key: string
  issuer: DistinguishedName
  issuerKey: string
  now: number
  years: number
  authority: boolean
}): string =>
  issueCertificate({
    subject: ask.subject,
    subjectKey: createPrivateKey(ask.key),
    issuer: ask.issuer,
    issuerKey: createPrivateKey(ask.issuerKey),
    notBefore: ask.now - 86_400_000,
    notAfter: ask.now + ask.years * yearMs,
    authority: ask.authority,
  })

const alipayLeaf = (authority: Certificates['authority'], key: string, now: number): string =>
  issue({
    subject: named('Alipay (China) Network Technology', 'Alipay'),
    key,
    issuer: authority.name,
    issuerKey: authority.key,
    now,
    years: 5,
    authority: false,
  }) + authority.certificate

/** The account with a fresh Alipay certificate that signs from now on; the old one can still be downloaded. */
export async function rotate(account: Account, now: number): Promise<Account> {
  const certificates = account.certificates
  if (!certificates) throw new Error('only an account in certificate mode has a certificate to rotate')
  const key = await rsaKey()
  const next = { certificate: alipayLeaf(certificates.authority, key, now), key }
  return { ...account, certificates: { ...certificates, alipay: [...certificates.alipay, next] } }
}

/** The SNs a request must name in certificate mode. */
export const requestSns = (certificates: Certificates) => ({
  app: certificateSn(certificates.app),
  root: rootSn(certificates.root.bundle),
  appValidTo: Date.parse(new X509Certificate(splitBundle(certificates.app)[0] ?? '').validTo),
})

const bare = (der: Buffer): string => der.toString('base64')

/** What the merchant gets to configure. Keys in the bare one-line forms the platform's tool hands out. */
export function settingsFor(
  account: Account,
  ask: { mode: Mode; url: string; identity: AlipaySettings['identity'] },
): AlipaySettings {
  const alipayPublic = createPublicKey(account.alipayKey).export({ type: 'spki', format: 'der' })
  const { certificates } = account
  const verify: AlipaySettings['verify'] =
    ask.mode === 'certificate' && certificates
      ? {
          mode: 'certificate',
          appCertificate: certificates.app,
          alipayCertificate: certificates.alipay.at(-1)?.certificate ?? '',
          rootCertificates: certificates.root.bundle,
        }
      : { mode: 'public-key', alipayPublicKey: bare(alipayPublic) }
  return {
    ...alipayProduction,
    appId: account.appId,
    sellerId: account.sellerId,
    appPrivateKey: bare(createPrivateKey(account.appKey).export({ type: 'pkcs1', format: 'der' })),
    verify,
    gateway: `${ask.url}/gateway.do`,
    authorizeUrl: `${ask.url}/oauth2/publicAppAuthorize.htm`,
    identity: ask.identity,
    ...(account.contentKey ? { contentKey: account.contentKey } : {}),
    applications: usualApplicationTerms,
  }
}

/** `user_id` of a driver: the same under every application, as 2088 and twelve digits. */
export function userIdOf(user: string): string {
  const hash = createHash('sha256').update(`user_id ${user}`).digest()
  return `2088${(hash.readBigUInt64BE() % 10n ** 12n).toString().padStart(12, '0')}`
}

/** `open_id` of a driver: another one under every application. */
export const openIdOf = (user: string, appId: string): string =>
  createHash('sha256').update(`open_id ${appId} ${user}`).digest('base64url')
