import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { passwordPattern } from './page/password.ts'

const Input = Type.Union([Type.Integer({ minimum: 1, maximum: 4 }), Type.Null()])
const strict = { additionalProperties: false } as const

/** One lot as its agent must know it: lanes, cameras, prices. A JSON file that an installer writes. */
export const LotAgentPlan = Type.Object(
  {
    bucket: Type.Integer({ minimum: 0, maximum: 255 }),
    number: Type.Integer({ minimum: 1, maximum: 9_999_999 }),
    /** Where the cloud's broker is, and this agent's secret there. */
    brokerUrl: Type.String({ pattern: '^mqtts?://' }),
    agentSecret: Type.String({ minLength: 16, maxLength: 128 }),
    /** Where cameras post to: http://HOST:PORT/camera/LANE?key=KEY */
    cameraHost: Type.String({ minLength: 1 }),
    cameraPort: Type.Integer({ minimum: 0, maximum: 65_535 }),
    cameraKey: Type.String({ minLength: 16, maxLength: 128 }),
    lanes: Type.Array(
      Type.Object(
        {
          id: Type.Integer({ minimum: 1, maximum: 999 }),
          direction: Type.Union([Type.Literal('entry'), Type.Literal('exit')]),
          camera: Type.Object(
            {
              protocol: Type.Literal('vzlpr-http'),
              serial: Type.String({ minLength: 1, maxLength: 64 }),
              /** The display board on its first serial port. */
              board: Type.Union([Type.Literal('fk'), Type.Literal('jinjie'), Type.Literal('saifeimu')]),
            },
            strict,
          ),
          /** Which input of the camera says what; null where the lane has no such sensor. */
          inputs: Type.Object({ loop: Input, underArm: Input, armOpen: Input }, strict),
        },
        strict,
      ),
      { minItems: 1, maxItems: 32 },
    ),
    /** The published price list, in the form of packages/domain/tariff. */
    tariff: Type.Unknown(),
    /** How long an answer about what is owed stands. */
    quoteMinutes: Type.Integer({ minimum: 1, maximum: 60 }),
    /** A read older than this, by the camera's own clock, opens nothing (domain.md 4). */
    freshSeconds: Type.Integer({ minimum: 1, maximum: 60 }),
    /** A camera's clock may run ahead by this before its read counts as from the future. */
    aheadSeconds: Type.Integer({ minimum: 0, maximum: 60 }),
    /** A gate that has not answered an order within this time is silent, and the order is withdrawn. */
    gateAnswerMs: Type.Integer({ minimum: 200, maximum: 10_000 }),
    /** The lot's own page, for people on its network; absent: off. */
    page: Type.Optional(
      Type.Object(
        {
          host: Type.String({ minLength: 1 }),
          port: Type.Integer({ minimum: 0, maximum: 65_535 }),
          /** Never in clear: `scrypt$...`, `file:PATH` or `env:NAME` (page/password.ts). */
          password: Type.String({ pattern: passwordPattern }),
        },
        strict,
      ),
    ),
  },
  strict,
)
export type LotAgentPlan = Static<typeof LotAgentPlan>
export type LanePlan = LotAgentPlan['lanes'][number]

/** What an installer need not think about. */
export const usualPlan = { quoteMinutes: 10, freshSeconds: 12, aheadSeconds: 3, gateAnswerMs: 6_000 } as const

const compiled = Compile(LotAgentPlan)

/** A page that names no host is for this machine alone. */
const withPageHost = ({ page }: { readonly page?: unknown }): object =>
  typeof page === 'object' && page !== null && !Array.isArray(page) ? { page: { host: '127.0.0.1', ...page } } : {}

/** Checks a plan; every mistake at once, each with its place in the file. */
export function parseLotAgentPlan(
  unchecked: unknown,
): Result<LotAgentPlan, readonly { readonly field: string; readonly rule: string }[]> {
  const whole =
    typeof unchecked === 'object' && unchecked !== null && !Array.isArray(unchecked)
      ? { ...usualPlan, ...unchecked, ...withPageHost(unchecked) }
      : unchecked
  if (!compiled.Check(whole))
    return err(
      [...compiled.Errors(whole)].map((mistake) => ({ field: mistake.instancePath || '/', rule: mistake.message })),
    )
  const mistakes = whole.lanes.flatMap((lane, index) => {
    const before = whole.lanes.slice(0, index)
    return [
      ...(before.some((other) => other.id === lane.id)
        ? [{ field: `/lanes/${index}/id`, rule: `lane ${lane.id} is there twice` }]
        : []),
      ...(before.some((other) => other.camera.serial === lane.camera.serial)
        ? [{ field: `/lanes/${index}/camera/serial`, rule: 'one camera sees one lane' }]
        : []),
    ]
  })
  return mistakes.length > 0 ? err(mistakes) : ok(whole)
}
