import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Static, type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { boardWithoutLine, lanesMistakes } from './equipment/mistakes.ts'
import { type Mistake, mistakesIn } from './equipment/schema-words.ts'
import { type SecretPlaces, withSecrets } from './equipment/secrets.ts'
import { cameraSettings, displaySettings, gateSettings, type SecretOf } from './equipment/settings.ts'
import { areasMistakes } from './lane/leads.ts'
import { Texts, textsMistakes } from './lane/templates.ts'
import { passwordPattern } from './page/password.ts'
import { boothsMistakes, kioskPortMistakes } from './shift/decide.ts'

const Input = Type.Union([Type.Integer({ minimum: 1, maximum: 4 }), Type.Null()])
const strict = { additionalProperties: false } as const
const pageWords = {
  description: 'a hash that begins with scrypt$, or { "file": "PATH" } or { "env": "NAME" } where the password is',
}

const AreaName = Type.String({
  pattern: '^[^\\s\\u0000-\\u001f](?:[^\\u0000-\\u001f]{0,18}[^\\s\\u0000-\\u001f])?$',
  description: 'the name of an area, 1 to 20 characters, as drivers read it on the bill',
})

const planOf = <S extends TSchema, P extends TSchema>(secret: SecretOf<S>, pagePassword: P) =>
  Type.Object(
    {
      bucket: Type.Integer({ minimum: 0, maximum: 255 }),
      number: Type.Integer({ minimum: 1, maximum: 9_999_999 }),
      /** Where the cloud's broker is, and this agent's secret there. */
      brokerUrl: Type.String({
        pattern: '^mqtts?://',
        description: "the cloud's broker, an address like mqtts://broker.example.com:8883",
      }),
      agentSecret: secret({ minLength: 16, maxLength: 128 }),
      /** Where cameras post to: http://HOST:PORT/camera/LANE?key=KEY */
      cameraHost: Type.String({ minLength: 1, maxLength: 253 }),
      cameraPort: Type.Integer({ minimum: 0, maximum: 65_535 }),
      cameraKey: secret({ minLength: 16, maxLength: 128 }),
      lanes: Type.Array(
        Type.Object(
          {
            id: Type.Integer({ minimum: 1, maximum: 999 }),
            direction: Type.Union([Type.Literal('entry'), Type.Literal('exit')]),
            /** The area inside the lot that it leads into or out of; left out, it leads to the street. */
            area: Type.Optional(AreaName),
            camera: cameraSettings(secret),
            /** What opens the lane; left out, output 1 of its camera. */
            gate: Type.Optional(gateSettings(secret)),
            /** A display that does not hang on the camera. */
            display: Type.Optional(displaySettings),
            /** Which input of the camera says what; null where the lane has no such sensor. */
            inputs: Type.Object({ loop: Input, underArm: Input, armOpen: Input }, strict),
          },
          strict,
        ),
        { minItems: 1, maxItems: 32 },
      ),
      /** Where people take cash; left out, one drawer is the lot's own, and there are no shifts. */
      booths: Type.Optional(
        Type.Array(
          Type.Object(
            {
              id: Type.Integer({ minimum: 1, maximum: 99 }),
              name: Type.String({ minLength: 1, maxLength: 40 }),
              /** False: cash is taken here without a shift, into the lot's own drawer. */
              shifts: Type.Boolean(),
            },
            strict,
          ),
          { minItems: 1, maxItems: 32 },
        ),
      ),
      /** Machines that take cash for a stay and give change; each has a drawer of its own, whose number no booth has. */
      kiosks: Type.Optional(
        Type.Array(
          Type.Object(
            {
              id: Type.Integer({ minimum: 1, maximum: 99 }),
              name: Type.String({ minLength: 1, maxLength: 40 }),
              secret: secret({ minLength: 16, maxLength: 128 }),
              /** What is left in it for change when it is emptied, as a rule. */
              floatFen: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000_000 })),
            },
            strict,
          ),
          { minItems: 1, maxItems: 16 },
        ),
      ),
      /** Where kiosks say what they do, at the host that cameras post to. */
      kioskPort: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
      /** The published price list, in the form of packages/domain/tariff, or its versions. */
      tariff: Type.Unknown(),
      /** Areas inside the lot with a price list of their own (tariffs.md 6.6). */
      areas: Type.Optional(
        Type.Array(
          Type.Object(
            {
              name: AreaName,
              /** Like the lot's. */
              tariff: Type.Unknown(),
              /** So many vehicles fit in; left out, nobody counts. */
              capacity: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
              /** What a stay owes so far is paid at the area's own exit; left out, at the lot's. */
              collects: Type.Optional(Type.Boolean()),
              /** Month cards and lists of the lot spare time in here too; left out, they do. */
              listsHold: Type.Optional(Type.Boolean()),
            },
            strict,
          ),
          { maxItems: 20 },
        ),
      ),
      /** How long an answer about what is owed stands. */
      quoteMinutes: Type.Integer({ minimum: 1, maximum: 60 }),
      /** A read older than this, by the camera's own clock, opens nothing (domain.md 4). */
      freshSeconds: Type.Integer({ minimum: 1, maximum: 60 }),
      /** A camera's clock may run ahead by this before its read counts as from the future. */
      aheadSeconds: Type.Integer({ minimum: 0, maximum: 60 }),
      /** A gate that has not answered an order within this time is silent, and the order is withdrawn. */
      gateAnswerMs: Type.Integer({ minimum: 200, maximum: 10_000 }),
      /** A device that refused its login is left alone for so long, the first time, the second ...; it may lock us out else. */
      loginAgainSeconds: Type.Array(Type.Integer({ minimum: 1, maximum: 86_400 }), { minItems: 1, maxItems: 10 }),
      /** What displays show and say in the lot's own words; left out, the usual ones. */
      texts: Type.Optional(Texts),
      /** Pictures of reads on the agent's disk: the oldest go when they are older than this, or take more room. */
      pictures: Type.Object(
        {
          days: Type.Integer({ minimum: 0, maximum: 3_650 }),
          megabytes: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
        },
        strict,
      ),
      /** The lot's own page, for people on its network; absent: off. */
      page: Type.Optional(
        Type.Object(
          {
            host: Type.String({ minLength: 1, maxLength: 253 }),
            port: Type.Integer({ minimum: 0, maximum: 65_535 }),
            /** Never in clear (page/password.ts). */
            password: pagePassword,
          },
          strict,
        ),
      ),
    },
    strict,
  )

/** One lot as its agent must know it: lanes, cameras, prices. A JSON file that an installer writes, its secrets found. */
export const LotAgentPlan = planOf(
  (lengths) => Type.String(lengths),
  Type.Union(
    [
      Type.String({ pattern: passwordPattern }),
      /** It was not found, or cannot be used: the page is off until that is done. */
      Type.Object({ todo: Type.String() }, strict),
    ],
    pageWords,
  ),
)
export type LotAgentPlan = Static<typeof LotAgentPlan>
export type LanePlan = LotAgentPlan['lanes'][number]
export type CameraPlan = LanePlan['camera']
export type GatePlan = NonNullable<LanePlan['gate']>
export type AreaPlan = NonNullable<LotAgentPlan['areas']>[number]
export type DisplayPlan = NonNullable<LanePlan['display']>

/** What an installer need not think about. */
export const usualPlan = {
  quoteMinutes: 10,
  freshSeconds: 12,
  aheadSeconds: 3,
  gateAnswerMs: 6_000,
  loginAgainSeconds: [10, 60, 300, 1_800],
  pictures: { days: 30, megabytes: 2_000 },
} satisfies Partial<LotAgentPlan>

/** The schema of the file as it is written: what is usual may be left out, a secret may be somewhere else. */
export function planFileSchema(): object {
  const reference = (name: 'file' | 'env') => Type.Object({ [name]: Type.String({ minLength: 1 }) }, strict)
  const { required, ...schema } = planOf(
    (lengths) => Type.Union([Type.String(lengths), reference('file'), reference('env')]),
    Type.Union([Type.String({ pattern: passwordPattern }), reference('file'), reference('env')], pageWords),
  )
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Plan of a lot agent (lanepay agent FILE)',
    ...schema,
    required: required.filter((name) => !Object.hasOwn(usualPlan, name)),
  }
}

const compiled = Compile(LotAgentPlan)

/** A page that names no host is for this machine alone. */
const withPageHost = ({ page }: { readonly page?: unknown }): object =>
  typeof page === 'object' && page !== null && !Array.isArray(page) ? { page: { host: '127.0.0.1', ...page } } : {}

/** Checks a plan; every mistake at once, each with its place in the file and what to do about it. */
export function parseLotAgentPlan(unchecked: unknown): Result<LotAgentPlan, readonly Mistake[]> {
  const isObject = typeof unchecked === 'object' && unchecked !== null && !Array.isArray(unchecked)
  const whole = isObject ? { ...usualPlan, ...unchecked, ...withPageHost(unchecked) } : unchecked
  if (compiled.Check(whole)) {
    const mistakes = [
      ...lanesMistakes(whole.lanes),
      ...areasMistakes(whole),
      ...boothsMistakes(whole.booths, whole.kiosks),
      ...kioskPortMistakes(whole),
      ...textsMistakes(whole.texts ?? {}),
    ]
    return mistakes.length > 0 ? err(mistakes) : ok(whole)
  }
  const lanes = isObject && 'lanes' in unchecked && Array.isArray(unchecked.lanes) ? unchecked.lanes : []
  const told = lanes.flatMap((lane, index) => boardWithoutLine(lane, `/lanes/${index}`))
  const mistakes = mistakesIn(LotAgentPlan, whole).filter(({ field }) => !told.some((one) => one.field === field))
  // Whoever reads the list reads all of it: lanes that are right by themselves are held against each other already now.
  const readable = lanes.every((lane) => laneSchema.Check(lane)) ? lanesMistakes(lanes) : []
  const inner = insides.Check(unchecked) ? areasMistakes(unchecked) : []
  return err([...told, ...mistakes, ...readable, ...inner])
}
const laneSchema = Compile(LotAgentPlan.properties.lanes.items)
const insides = Compile(Type.Object({ lanes: LotAgentPlan.properties.lanes, areas: LotAgentPlan.properties.areas }))

/** As `parseLotAgentPlan`, of a file whose secrets may be somewhere else. */
export function readLotAgentPlan(unchecked: unknown, places: SecretPlaces): Result<LotAgentPlan, readonly Mistake[]> {
  const { plan, mistakes } = withSecrets(unchecked, places)
  const parsed = parseLotAgentPlan(plan)
  if (mistakes.length === 0) return parsed
  const rest = parsed.ok ? [] : parsed.error
  // What was not found is not missing as well.
  return err([...mistakes, ...rest.filter(({ field }) => !mistakes.some((one) => one.field === field))])
}
