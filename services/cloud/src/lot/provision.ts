import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { sealedKey } from '../bolink/park.ts'
import { BolinkSettings, checkSettings } from '../bolink/settings.ts'
import { CalledPlan, checkCalled, keepCalled } from '../called/settings.ts'
import { keepKeys } from '../connect/keys.ts'
import { checkWallet, keepWallet, WalletPlan } from '../partner-wallet/wallets.ts'
import { PlanRefused, takenBy } from './belongs.ts'
import {
  keepLotNumber,
  upsertAccount,
  upsertBolinkPark,
  upsertDevice,
  upsertLane,
  upsertLot,
  upsertOperator,
} from './store.ts'

const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000_000_000 }))

/** A lot as an integrator writes it down: `lanepay lot FILE` opens it, or changes what may change. */
export const LotPlan = Type.Object(
  {
    bucket: Type.Integer({ minimum: 0, maximum: 255 }),
    number: Type.Integer({ minimum: 1, maximum: 9_999_999 }),
    name: Type.String({ minLength: 1, maxLength: 60 }),
    helpPhone: Type.Optional(Type.String({ pattern: '^[0-9+ -]{5,20}$' })),
    /** Where it is, in degrees as the maps of the wallets have them; left out: as it was. */
    place: Type.Optional(
      Type.Object(
        {
          lng: Type.Number({ minimum: -180, maximum: 180 }),
          lat: Type.Number({ minimum: -90, maximum: 90 }),
          address: Type.String({ minLength: 1, maxLength: 120 }),
        },
        { additionalProperties: false },
      ),
    ),
    platformFeeBasisPoints: Type.Integer({ minimum: 0, maximum: 3000 }),
    operator: Type.Object(
      {
        id: Type.String({ pattern: '^[1-9]\\d{0,17}$' }),
        name: Type.String({ minLength: 1, maxLength: 60 }),
        /** Limits of its instant withdrawals, in fen, where they are not the installation's; left out: as they were. */
        withdrawals: Type.Optional(
          Type.Object({ floorFen: limit, mostAtOnceFen: limit, mostPerDayFen: limit }, { additionalProperties: false }),
        ),
      },
      { additionalProperties: false },
    ),
    accounts: Type.Array(
      Type.Object(
        {
          id: Type.Integer({ minimum: 1, maximum: 2_000_000_000 }),
          channel: Type.Union([Type.Literal('wechatpay'), Type.Literal('alipay'), Type.Literal('zldpay')]),
          channelFeeBasisPoints: Type.Integer({ minimum: 0, maximum: 1000 }),
          /**
           * `mirrored`: the channel pays its balance out by itself; `channel`: when we ask it to; `bank`: a simulated bank does, for
           * demonstrations. Left out: as it was, at first `mirrored`.
           */
          payout: Type.Optional(Type.Union([Type.Literal('mirrored'), Type.Literal('channel'), Type.Literal('bank')])),
          merchant: Type.Object(
            {
              subMchid: Type.Optional(Type.String({ pattern: '^\\d{6,32}$' })),
              subAppid: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
              appAuthToken: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
              sellerId: Type.Optional(Type.String({ pattern: '^2088\\d{12}$' })),
              walletUnionId: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,14}$' })),
            },
            { additionalProperties: false },
          ),
        },
        { additionalProperties: false },
      ),
    ),
    lanes: Type.Array(
      Type.Object(
        {
          id: Type.Integer({ minimum: 1, maximum: 999 }),
          name: Type.String({ minLength: 1, maxLength: 40 }),
          direction: Type.Union([Type.Literal('entry'), Type.Literal('exit'), Type.Literal('both')]),
          /** As the lot's own charging software calls the lane (bolink-protocol.md 1, `channel_id`). */
          channel: Type.Optional(Type.String({ minLength: 1, maxLength: 24 })),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 200 },
    ),
    /** The secret of the lot's agent on the link; left out where an agent is enrolled by a code (enrol/). */
    agentSecret: Type.Optional(Type.String({ minLength: 16, maxLength: 128 })),
    /** A lot with charging software of its own that speaks the Bolink protocol: the vendor's account, its number of the lot, its key. */
    bolink: Type.Optional(
      Type.Object(
        {
          unionId: Type.String({ minLength: 1, maxLength: 15 }),
          parkId: Type.String({ minLength: 1, maxLength: 24 }),
          key: Type.String({ minLength: 8, maxLength: 64 }),
          settings: Type.Optional(BolinkSettings),
          /** Platform mode: where the vendor's cloud takes our calls; left out: the lot's own software polls. */
          callUrl: Type.Optional(Type.String({ pattern: '^https?://[^?#\\s]+$', maxLength: 300 })),
        },
        { additionalProperties: false },
      ),
    ),
    /** The partner whose wallet receives money for the operator; the same for all its lots (docs/partner-wallets.md). */
    wallet: Type.Optional(WalletPlan),
    /** A lot with charging software of its own that we call (docs/lot-systems.md). */
    called: Type.Optional(CalledPlan),
    /** A lot with charging software of its own that speaks our protocol (docs/connect.md): what it signs with. */
    own: Type.Optional(
      Type.Object(
        {
          /** Two while one takes over from the other; one that is no longer here opens nothing. */
          keys: Type.Array(
            Type.Object(
              {
                name: Type.String({ pattern: '^[a-z0-9]{1,20}$' }),
                secret: Type.String({ pattern: '^[!-~]{32,128}$' }),
              },
              { additionalProperties: false },
            ),
            { minItems: 1, maxItems: 2 },
          ),
          /** What of the protocol its software cannot: it does not know who stands at an exit. */
          cannot: Type.Optional(Type.Array(Type.Literal('quotes-by-lane'), { maxItems: 1 })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type LotPlan = Static<typeof LotPlan>
export type PlanMistake = { readonly field: string; readonly rule: string }

const plan = Compile(LotPlan)

/** Checks a plan and answers with every mistake at once. */
export function parseLotPlan(unchecked: unknown): Result<LotPlan, PlanMistake[]> {
  if (!plan.Check(unchecked)) {
    return err(
      [...plan.Errors(unchecked)].map((mistake) => ({ field: mistake.instancePath || '/', rule: mistake.message })),
    )
  }
  const twice = (what: string, values: readonly (string | number)[]): PlanMistake[] =>
    values.flatMap((value, index) =>
      values.indexOf(value) < index ? [{ field: `/${what}/${index}`, rule: `${value} is there twice` }] : [],
    )
  const mistakes = [
    ...twice(
      'lanes',
      unchecked.lanes.map((lane) => lane.id),
    ),
    ...twice(
      'accounts',
      unchecked.accounts.map((account) => account.channel),
    ),
    ...twice(
      'own/keys',
      (unchecked.own?.keys ?? []).map((key) => key.name),
    ),
    ...([unchecked.own, unchecked.bolink, unchecked.called].filter((one) => one !== undefined).length > 1
      ? [{ field: '/', rule: 'one system runs a lot: bolink, own or called' }]
      : []),
    ...(unchecked.bolink?.settings?.beside && unchecked.bolink.callUrl !== undefined
      ? [{ field: '/bolink/callUrl', rule: 'nothing is sent to a lot that another platform runs (settings/beside)' }]
      : []),
    ...checkSettings(unchecked.bolink?.settings),
    ...(unchecked.called ? checkCalled(unchecked.called) : []),
    ...checkWallet(unchecked),
  ]
  return mistakes.length > 0 ? err(mistakes) : ok(unchecked)
}

/**
 * Opens the lot, or brings it to the plan; lanes that the plan no longer names stay. Doing it twice is doing it once.
 * @throws PlanRefused where something of the plan is somebody else's here; nothing is done then.
 */
export async function provision(
  database: Database,
  lot: LotPlan,
  now: Instant,
  /** Seals the key of a lot with charging software of its own; no other lot needs it. */
  houseKey?: Uint8Array,
): Promise<void> {
  const taken = await takenBy(database, lot)
  if (taken.length > 0) throw new PlanRefused(taken)
  await database.reference.query(upsertOperator, [
    ...[lot.operator.id, lot.operator.name, instantOut(now), lot.operator.withdrawals ?? null],
  ])
  for (const account of lot.accounts) {
    await database.reference.query(upsertAccount, [
      account.id,
      lot.operator.id,
      account.channel,
      account.merchant,
      account.channelFeeBasisPoints,
      account.payout ?? null,
    ])
  }
  const { bolink, own, called, wallet } = lot
  if ((bolink || own || called || wallet) && houseKey === undefined)
    throw new Error('the key of a lot with charging software of its own, or of a wallet, is kept sealed')
  if (wallet) await keepWallet(database, houseKey!, wallet)
  if (bolink) {
    await database.reference.query(upsertBolinkPark, [
      bolink.unionId,
      bolink.parkId,
      lot.bucket,
      lot.number,
      sealedKey(houseKey!, bolink.unionId, bolink.parkId, bolink.key),
      bolink.settings ?? null,
      bolink.callUrl ?? null,
    ])
  }
  const secretHash = lot.agentSecret === undefined ? null : await hashSecret(lot.agentSecret)
  await database.of(lot.bucket).transaction(async (tx) => {
    // A number is one lot in the whole house; its key alone would let another bucket have it as well.
    const [home] = await tx.query<{ bucket: number }>(keepLotNumber, [lot.number, lot.bucket])
    if (home!.bucket !== lot.bucket) throw new Error(`lot ${lot.number} lives in bucket ${home!.bucket}`)
    await tx.query(upsertLot, [
      lot.bucket,
      lot.number,
      lot.operator.id,
      lot.name,
      lot.helpPhone ?? null,
      lot.platformFeeBasisPoints,
      instantOut(now),
      called ? called.system : own ? 'own' : bolink && !bolink.settings?.beside ? 'bolink' : 'agent',
      lot.place?.address ?? null,
      lot.place ? Math.round(lot.place.lng * 1e6) : null,
      lot.place ? Math.round(lot.place.lat * 1e6) : null,
      own?.cannot ?? null,
    ])
    for (const lane of lot.lanes)
      await tx.query(upsertLane, [lot.bucket, lot.number, lane.id, lane.name, lane.direction, lane.channel ?? null])
    if (called) await keepCalled(tx, houseKey!, { bucket: lot.bucket, lotId: lot.number }, called)
    await keepKeys(tx, houseKey ?? Buffer.alloc(0), { bucket: lot.bucket, lotId: lot.number }, own?.keys ?? [])
    if (secretHash !== null) await tx.query(upsertDevice, [lot.bucket, lot.number, 'agent', secretHash])
  })
}

const derive = promisify(scrypt) as (secret: string, salt: Buffer, length: number) => Promise<Buffer>

/** `salt:hash`, both hex. */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(16)
  return `${salt.toString('hex')}:${(await derive(secret, salt, 32)).toString('hex')}`
}

export async function isSecret(secret: string, hashed: string): Promise<boolean> {
  const [salt = '', hash = ''] = hashed.split(':')
  const expected = Buffer.from(hash, 'hex')
  return timingSafeEqual(await derive(secret, Buffer.from(salt, 'hex'), expected.length), expected)
}
