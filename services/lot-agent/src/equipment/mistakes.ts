import type { LanePlan } from '../plan.ts'
import { abilitiesOf, serialOf } from './abilities.ts'
import type { Mistake } from './schema-words.ts'

/*
 * Mistakes of a plan whose every setting is right by itself: what the lanes' devices cannot do, and what two of them cannot share.
 */

/** All of them, each with its place and what to do about it. */
export function lanesMistakes(lanes: readonly LanePlan[]): readonly Mistake[] {
  return lanes.flatMap((lane, index) => {
    const at = `/lanes/${index}`
    const before = lanes.slice(0, index)
    return [
      ...(before.some((other) => other.id === lane.id)
        ? [{ field: `${at}/id`, rule: `lane ${lane.id} is there twice: each lane has a number of its own` }]
        : []),
      ...shared(lane, before, at),
      ...gateMistakes(lane, at),
      ...displayMistakes(lane, at),
      ...inputMistakes(lane, at),
    ]
  })
}

/** What belongs to one lane alone: the camera's number, and each address. */
function shared(lane: LanePlan, before: readonly LanePlan[], at: string): readonly Mistake[] {
  const twin = before.find((other) => serialOf(other.camera) === serialOf(lane.camera))
  const camera = twin
    ? [
        {
          field: `${at}/camera/serial`,
          rule: `is the camera of lane ${twin.id} already: one camera sees one lane`,
        },
      ]
    : []
  const taken = new Map(before.flatMap((other) => addressesOf(other).map(({ address }) => [address, other.id])))
  const addresses = addressesOf(lane).flatMap(({ address, field }) => {
    const other = taken.get(address)
    const isTold = twin !== undefined && field.startsWith('/camera')
    return other === undefined || isTold
      ? []
      : [
          {
            field: `${at}${field}`,
            rule: `is the address of a device of lane ${other} already: two devices have two addresses`,
          },
        ]
  })
  return [...camera, ...addresses]
}

type Address = { readonly address: string; readonly field: string }

function addressesOf({ camera, gate, display }: LanePlan): readonly Address[] {
  const addresses: Address[] = []
  if (camera.protocol === 'vzlpr-tcp')
    addresses.push({ address: `tcp ${camera.host}:${camera.port ?? 8131}`, field: '/camera/host' })
  if (camera.protocol === 'hikvision' || camera.protocol === 'dahua')
    addresses.push({ address: `${urlOf(camera.url)} ${camera.channel ?? 1}`, field: '/camera/url' })
  if (gate?.by === 'http')
    addresses.push({ address: `${gate.method} ${urlOf(gate.url)} ${gate.body ?? ''}`, field: '/gate/url' })
  // A barrier may hang on the camera of its own lane: that is one address for one lane.
  if (gate?.by === 'hikvision')
    addresses.push({ address: `barrier ${urlOf(gate.url)} ${gate.channel ?? 1}`, field: '/gate/url' })
  if (display) addresses.push({ address: `tcp ${display.host}:${display.port}`, field: '/display/host' })
  return addresses
}

const urlOf = (url: string): string => URL.parse(url)?.href ?? url

function gateMistakes({ camera, gate, direction }: LanePlan, at: string): readonly Mistake[] {
  const { outputs, opensAnytime } = abilitiesOf(camera)
  if (gate && gate.by !== 'camera') return urlMistakes(gate, `${at}/gate`)
  if (outputs === 0)
    return [
      {
        field: `${at}/gate`,
        rule: 'has a line of its own: this camera only recognises and has no relay ("gate": { "by": "http", ... })',
      },
    ]
  const output = gate?.output ?? 1
  return [
    ...(output > outputs
      ? [
          {
            field: `${at}/gate/output`,
            rule: `is ${outputs === 1 ? '1: this camera has one output' : `1 to ${outputs}: this camera has no output ${output}`}`,
          },
        ]
      : []),
    ...(gate?.pulseMs !== undefined &&
    camera.protocol === 'vzlpr-mqtt' &&
    camera.profile !== 'older' &&
    gate.pulseMs < 500
      ? [{ field: `${at}/gate/pulseMs`, rule: 'is 500 to 5000 for a camera at a broker' }]
      : []),
    ...(gate?.pulseMs !== undefined && ['hikvision', 'dahua', 'huaxia'].includes(camera.protocol)
      ? [{ field: `${at}/gate/pulseMs`, rule: 'is for the camera to say: set it there, and leave it out here' }]
      : []),
    ...(direction === 'exit' && !opensAnytime
      ? [
          {
            field: `${at}/camera/heartbeatsTakeOrders`,
            rule: 'is true at an exit whose gate hangs on the camera, or whoever pays in front of it stays there: have the camera do as answers to its heartbeat say, or give the gate a line of its own ("gate": { "by": "http", ... })',
          },
        ]
      : []),
  ]
}

function urlMistakes(
  gate: { readonly url: string; readonly probeUrl?: string; readonly success?: readonly number[] },
  at: string,
) {
  const unread = (['url', 'probeUrl'] as const).filter(
    (name) => gate[name] !== undefined && !URL.canParse(gate[name] ?? ''),
  )
  return [
    ...unread.map((name) => ({ field: `${at}/${name}`, rule: 'is an address like http://192.168.1.64/relay/1' })),
    ...(gate.success?.includes(401)
      ? [{ field: `${at}/success`, rule: 'has no 401 in it: that is how a relay refuses a login' }]
      : []),
  ]
}

function displayMistakes({ camera, display }: LanePlan, at: string): readonly Mistake[] {
  const board = 'board' in camera ? (camera.board ?? null) : null
  const voice = 'voice' in camera ? camera.voice : undefined
  return [
    ...(display && board !== null
      ? [{ field: `${at}/display`, rule: 'is one of two for this lane: leave it out, or the board of the camera' }]
      : []),
    ...(voice === 'board' && board === null
      ? [{ field: `${at}/camera/voice`, rule: 'is "camera": no board hangs on this camera that could speak' }]
      : []),
  ]
}

function inputMistakes({ camera, inputs }: LanePlan, at: string): readonly Mistake[] {
  const { inputs: most } = abilitiesOf(camera)
  const named = Object.entries(inputs).filter((entry): entry is [string, number] => entry[1] !== null)
  return named.flatMap(([name, input], index) => {
    const field = `${at}/inputs/${name}`
    if (most === 0) return [{ field, rule: 'is null: this camera does not tell what its inputs do' }]
    if (input > most)
      return [{ field, rule: `is 1 to ${most}, or null: this camera has no input ${input} that it tells of` }]
    const twin = named.slice(0, index).find(([, other]) => other === input)
    return twin ? [{ field, rule: `is another input than ${twin[0]} has: one wire says one thing` }] : []
  })
}

/** A board where the camera has no line for it; told before anything else, for the schema only says that it knows no such word. */
export function boardWithoutLine(lane: unknown, at: string): readonly Mistake[] {
  const camera = (lane as { readonly camera?: { readonly protocol?: unknown } } | null)?.camera
  const without: readonly unknown[] = ['hikvision', 'dahua', 'openalpr', 'platerecognizer']
  if (!camera || !without.includes(camera.protocol) || !('board' in camera)) return []
  return [
    {
      field: `${at}/camera/board`,
      rule: 'has no place on this camera, which has no serial line for it: give the display a line of its own ("display": { "by": "tcp-serial", ... })',
    },
  ]
}
