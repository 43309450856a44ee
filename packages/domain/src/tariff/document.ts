import Type, { type Static } from 'typebox'
import type { PlateKind } from '../plate.ts'
import { plateColours } from '../types.ts'

/*
 * The declarative tariff (tariffs.md 5), as it is stored, sent and posted: plain JSON. Money is whole fen (hundredths of
 * the currency), durations are whole minutes, local times are "HH:MM" in the tariff's zone, dates "YYYY-MM-DD".
 *
 * unit         the smallest piece of time that is sold
 * step         a stretch of elapsed time with its own unit and price
 * ladder       the steps one after the other
 * band         a stretch of the wall clock with its own ladder; an occurrence is one contiguous stretch of it
 * cycle        what a cap and a restart refer to; its pieces are blocks
 * cap          the most a stretch of time may cost
 * window       a stretch of time with a cap of its own, beside the cycle
 *
 * The schema says what a document looks like; `rules.ts` says what else must hold between its parts.
 */
const strict = { additionalProperties: false } as const
/** A misspelt field would silently change prices, so no object here takes a field it does not know. */
const object = <P extends Type.TProperties>(properties: P, description = '') =>
  Type.Object(properties, description ? { ...strict, description } : strict)
const oneOf = <T extends string[]>(...names: T): Type.TEnum<T> => Type.Enum([...names]) as Type.TEnum<T>
const optional = Type.Optional

/** Ten years: longer is a slip of the keyboard. */
const longestMinutes = 5_270_400
const Fen = Type.Integer({ minimum: 0, maximum: 100_000_000 })
const Minutes = Type.Integer({ minimum: 0, maximum: longestMinutes })
const SomeMinutes = Type.Integer({ minimum: 1, maximum: longestMinutes })
const Name = Type.String({ minLength: 1, maxLength: 64 })
const timeOfDayPattern = '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$'
const TimeOfDay = Type.String({ pattern: timeOfDayPattern })
const LocalDate = Type.String({ pattern: '^2[01]\\d{2}-\\d{2}-\\d{2}$' })
const Days = Type.Array(Name, { minItems: 1, maxItems: 20 })
const Percent = Type.Integer({ minimum: 0, maximum: 100 })
const Count = Type.Integer({ minimum: 1, maximum: 100_000 })

const Step = object({
  to: Type.Union([SomeMinutes, Type.Null()], { description: 'elapsed minutes at which the step ends; null: never' }),
  every: Type.Union([SomeMinutes, Type.Null()], {
    description: "length of a unit; null: one unit to the end of the step, the band's occurrence or the stay",
  }),
  fen: Fen,
  round: optional(
    Type.Union([oneOf('up', 'down'), object({ drop: Minutes })], {
      description:
        'a unit is charged once started (up), once complete (down), or once more than `drop` minutes are used',
    }),
  ),
})

const Band = object(
  {
    name: optional(Name),
    days: optional(Days),
    from: optional(TimeOfDay),
    to: optional(TimeOfDay),
    cap: optional(Fen),
    steps: optional(Type.Array(Step, { maxItems: 500 })),
  },
  'without steps: free time. `cap` is the most one occurrence costs inside a block',
)

const Free = object({
  minutes: Minutes,
  edge: optional(oneOf('inclusive', 'exclusive')),
  // biome-ignore lint/suspicious/noThenProperty: the model's own word (tariffs.md 5.2)
  then: optional(oneOf('count', 'deduct')),
  again: optional(Type.Boolean({ description: 'once more in every block of a cycle that restarts' })),
})

const Cycle = Type.Union([
  object({ from: Type.Literal('entry'), minutes: SomeMinutes, restart: optional(Type.Boolean()) }),
  object({ from: Type.Literal('clock'), at: optional(TimeOfDay), restart: optional(Type.Boolean()) }),
])

const Over = object(
  {
    minutes: SomeMinutes,
    until: optional(Type.String({ pattern: timeOfDayPattern, description: 'local time at which a window ends early' })),
  },
  'windows of so many minutes, one after the other from the entry, or from the block of a cycle that restarts',
)

const Cap = object(
  {
    per: optional(oneOf('cycle', 'stay')),
    over: optional(Over),
    fen: Fen,
    cycles: optional(
      Type.Tuple([Count, Type.Union([Count, Type.Null()])], {
        description: 'first and last block or window it limits, from 1; null: all later ones',
      }),
    ),
  },
  'of a cycle, of a stay, or of windows of its own; the smallest windows first, each on the result of the smaller ones',
)

export const Plan = object({
  free: optional(Free),
  cycle: optional(Type.Union([Cycle, Type.Null()])),
  ladderFrom: optional(oneOf('cycle', 'band')),
  edge: optional(oneOf('cut', 'carry')),
  bands: Type.Array(Band, { minItems: 1, maxItems: 100, description: 'the first that matches is in force' }),
  caps: optional(Type.Array(Cap, { maxItems: 100 })),
})

const whenFields = {
  vehicle: optional(Type.Union([Name, Type.Array(Name, { minItems: 1, maxItems: 50 })])),
  days: optional(Days),
  entryFrom: optional(TimeOfDay),
  entryTo: optional(TimeOfDay),
  visitAtLeast: optional(Count),
  occupancyAtLeast: optional(Percent),
  occupancyBelow: optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      description: 'occupancy is that noted at the entry, in percent; where none was noted no such condition holds',
    }),
  ),
}
const When = object(whenFields, 'conditions on the entry; all of them must hold')

const Choice = object({
  when: optional(When),
  plan: optional(Name),
  lowestOf: optional(
    Type.Array(Name, {
      minItems: 1,
      maxItems: 50,
      description: 'a plan whose ladder ends before the stay is left out',
    }),
  ),
  times: optional(
    Type.Tuple([Count, Count], {
      description: "[n, d]: the plan's result times n / d; exact unless amountStep is set",
    }),
  ),
  addFen: optional(Fen),
})

const Allowance = object(
  {
    when: optional(When),
    firstMinutes: optional(SomeMinutes),
    by: optional(oneOf('value', 'shift')),
    per: optional(oneOf('day', 'visit')),
    times: optional(Count),
    percent: optional(Percent),
    stack: optional(Type.Boolean()),
  },
  'time (`firstMinutes`) or a part (`percent` to pay) of the price that certain vehicles are let off (tariffs.md 6.5)',
)

/** In the order of `PlateKind`; leave one out and this stops compiling. */
const plateKinds = Object.keys({
  police: 0,
  trainer: 0,
  trailer: 0,
  'hong-kong': 0,
  macau: 0,
  consulate: 0,
  embassy: 0,
  'armed-police': 0,
  military: 0,
  emergency: 0,
  'civil-aviation': 0,
  'new-energy-small': 0,
  'new-energy-large': 0,
  special: 0,
  ordinary: 0,
  virtual: 0,
  overseas: 0,
  unplated: 0,
} satisfies Record<PlateKind, 0>) as PlateKind[]

const VehicleClass = object(
  {
    colours: optional(Type.Array(oneOf(...plateColours), { minItems: 1, maxItems: 10 })),
    kinds: optional(Type.Array(oneOf(...plateKinds), { minItems: 1, maxItems: 30 })),
    as: Type.Array(Name, { minItems: 1, maxItems: 20 }),
  },
  'plates of these colours and kinds belong to vehicles of these classes',
)

/** The JSON Schema of a tariff; `tariffs.md` section 5 is its prose. */
export const TariffDocument = Type.Object(
  {
    id: optional(Type.String({ maxLength: 200 })),
    version: optional(Type.Integer({ minimum: 0 })),
    validFrom: optional(Type.String({ maxLength: 40 })),
    timeZone: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'IANA name; bands and natural days are found in it',
    }),
    currency: optional(Type.String({ pattern: '^[A-Z]{3}$' })),
    resolution: optional(oneOf('second', 'minuteDown', 'minuteUp')),
    calendar: optional(
      Type.Record(LocalDate, Name, { ...strict, description: 'dates that are not what their weekday says' }),
    ),
    classes: optional(
      Type.Array(VehicleClass, {
        minItems: 1,
        maxItems: 100,
        description: 'what a plate says of its vehicle, where nobody has said its class; the first that fits counts',
      }),
    ),
    choose: Type.Array(Choice, {
      minItems: 1,
      maxItems: 200,
      description: 'the first whose `when` holds prices the stay',
    }),
    visitWindow: optional(oneOf('day', '24h')),
    plans: Type.Record(Name, Plan, strict),
    visits: optional(
      object({
        window: optional(object({ minutes: SomeMinutes, anchor: Type.Literal('firstEntry') })),
        resumeWithinMinutes: optional(Minutes),
      }),
    ),
    payment: optional(
      object({
        exitMinutes: optional(Type.Integer({ minimum: 0, maximum: 1440 })),
        overstay: optional(oneOf('difference', 'newStay')),
        from: optional(oneOf('payment', 'graceEnd')),
        freeAgain: optional(Type.Boolean()),
        firstAgain: optional(Type.Boolean()),
      }),
    ),
    couponMinutes: optional(oneOf('shortenEnd', 'shiftStart', 'value')),
    allowances: optional(Type.Array(Allowance, { maxItems: 50 })),
    nested: optional(
      object({
        mode: optional(oneOf('outerClockStops', 'both', 'innerOnly', 'outerOnly')),
        transitMinutes: optional(Minutes),
        passMinutes: optional(Minutes),
      }),
    ),
    covered: optional(oneOf('clockStops', 'separate')),
    amountStep: optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    notice: optional(Type.String({ maxLength: 20_000, description: 'the price list as posted, verbatim' })),
  },
  { ...strict, $schema: 'http://json-schema.org/draft-07/schema#', $id: 'urn:lanepay:tariff', title: 'Parking tariff' },
)

export type TariffDocument = Static<typeof TariffDocument>
export type Plan = Static<typeof Plan>
export type Band = Static<typeof Band>
export type Step = Static<typeof Step>
export type Cap = Static<typeof Cap>
export type VehicleClass = Static<typeof VehicleClass>
export type Choice = Static<typeof Choice>
export type When = Static<typeof When>
export type Allowance = Static<typeof Allowance>
