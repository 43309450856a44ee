import { type TSchema, Type } from 'typebox'

/*
 * What an installer writes about a lane's camera, gate and display. A description completes the sentence "... is ...": it is what
 * somebody reads whose value does not fit.
 */

const strict = { additionalProperties: false } as const

/** A secret: in the file as text, or where it is to be found. */
export type SecretOf<S extends TSchema> = (lengths: { readonly minLength: number; readonly maxLength: number }) => S

const Host = Type.String({
  pattern: '^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$',
  description: 'the address of the device in the lot, like 192.168.1.64, without http:// and without a port',
})
const Port = Type.Integer({ minimum: 1, maximum: 65_535 })
const HttpUrl = Type.String({
  pattern: '^https?://[^\\s@]+$',
  description: 'an address like http://192.168.1.64, without user and password in it',
})
const Serial = Type.String({
  pattern: '^[\\x21-\\x7e]{1,64}$',
  description: "the camera's serial number as its web page shows it, 1 to 64 characters without spaces",
})
const Board = Type.Union([Type.Literal('fk'), Type.Literal('jinjie'), Type.Literal('saifeimu')])
const User = Type.String({ minLength: 1, maxLength: 64 })
const password = { minLength: 1, maxLength: 128 }
const Channel = Type.Optional(Type.Integer({ minimum: 1, maximum: 999 }))

/** The display board on a serial line of the camera; null or left out where there is none. */
const onSerialLine = {
  board: Type.Optional(Type.Union([Board, Type.Null()])),
  /** 1: RS485 port 1. 2: RS485 port 2, or RS232. */
  boardPort: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2)])),
  boardLines: Type.Optional(Type.Integer({ minimum: 1, maximum: 4 })),
}
const voice = { voice: Type.Optional(Type.Union([Type.Literal('board'), Type.Literal('camera')])) }

/** How each camera is met (lot-devices.md 2). */
export const cameraSettings = <S extends TSchema>(secret: SecretOf<S>) =>
  Type.Union([
    /** It posts to us, and does as our answers say. */
    Type.Object({ protocol: Type.Literal('vzlpr-http'), serial: Serial, ...onSerialLine, ...voice }, strict),
    /** We connect to it. */
    Type.Object(
      {
        protocol: Type.Literal('vzlpr-tcp'),
        serial: Serial,
        host: Host,
        port: Type.Optional(Port),
        ...onSerialLine,
      },
      strict,
    ),
    /** It is met at a broker. */
    Type.Object(
      {
        protocol: Type.Literal('vzlpr-mqtt'),
        serial: Type.String({
          pattern: '^[\\w-]{1,64}$',
          description: "the camera's serial number, 1 to 64 letters, digits, - and _",
        }),
        profile: Type.Optional(Type.Union([Type.Literal('newer'), Type.Literal('older')])),
        broker: Type.Object(
          {
            url: Type.String({
              pattern: '^mqtts?://[^\\s@]+$',
              description: 'an address like mqtt://192.168.1.10:1883, without user and password in it',
            }),
            user: Type.Optional(User),
            password: Type.Optional(secret(password)),
          },
          strict,
        ),
        ...onSerialLine,
        ...voice,
      },
      strict,
    ),
    /** It posts to us, and does as our answers say. */
    Type.Object(
      {
        protocol: Type.Literal('huaxia'),
        serial: Serial,
        /** Whether it also does as the answer to its heartbeat says. */
        heartbeatsTakeOrders: Type.Optional(Type.Boolean()),
        board: Type.Optional(Type.Union([Board, Type.Null()])),
        boardLines: Type.Optional(Type.Integer({ minimum: 1, maximum: 4 })),
      },
      strict,
    ),
    /** We listen to its alert stream, or it posts to us as its listening host. */
    Type.Object(
      {
        protocol: Type.Literal('hikvision'),
        serial: Type.String({
          pattern: '^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}$',
          description: "the camera's MAC address, like 08:cc:81:77:93:8a",
        }),
        way: Type.Optional(Type.Union([Type.Literal('stream'), Type.Literal('push')])),
        url: HttpUrl,
        user: User,
        password: secret(password),
        channel: Channel,
      },
      strict,
    ),
    /** We listen to its snapshot stream, or it posts to us by ITSAPI. */
    Type.Object(
      {
        protocol: Type.Literal('dahua'),
        serial: Serial,
        way: Type.Optional(Type.Union([Type.Literal('stream'), Type.Literal('push')])),
        url: HttpUrl,
        user: User,
        password: secret(password),
        channel: Channel,
        /** How Chinese is written in its stream. */
        encoding: Type.Optional(Type.Union([Type.Literal('utf-8'), Type.Literal('gbk')])),
      },
      strict,
    ),
    /** Software that sees plates and no more: it posts to us. */
    Type.Object({ protocol: Type.Literal('openalpr'), serial: Serial }, strict),
    Type.Object({ protocol: Type.Literal('platerecognizer'), serial: Serial }, strict),
  ])

/** What opens: a relay of the lane's camera, a relay that is called by HTTP, or the barrier of a Hikvision device. */
export const gateSettings = <S extends TSchema>(secret: SecretOf<S>) =>
  Type.Union([
    Type.Object(
      {
        by: Type.Literal('camera'),
        /** As it is numbered on the camera, from 1. */
        output: Type.Optional(Type.Integer({ minimum: 1, maximum: 4 })),
        pulseMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 5_000 })),
      },
      strict,
    ),
    Type.Object(
      {
        by: Type.Literal('http'),
        method: Type.Union([Type.Literal('GET'), Type.Literal('POST'), Type.Literal('PUT')]),
        url: HttpUrl,
        headers: Type.Optional(Type.Record(Type.String(), secret({ minLength: 0, maxLength: 1_024 }))),
        body: Type.Optional(Type.String({ maxLength: 4_096 })),
        login: Type.Optional(
          Type.Object(
            {
              kind: Type.Optional(Type.Union([Type.Literal('basic'), Type.Literal('digest')])),
              user: Type.String({ pattern: '^[^:]{1,64}$', description: '1 to 64 characters without a colon' }),
              password: secret(password),
            },
            strict,
          ),
        ),
        /** Statuses that say that the contact was closed; left out every 2xx. */
        success: Type.Optional(Type.Array(Type.Integer({ minimum: 200, maximum: 599 }), { minItems: 1, maxItems: 20 })),
        /** An address that may be called to see whether the relay answers, and closes nothing. */
        probeUrl: Type.Optional(HttpUrl),
      },
      strict,
    ),
    Type.Object(
      { by: Type.Literal('hikvision'), url: HttpUrl, user: User, password: secret(password), channel: Channel },
      strict,
    ),
  ])

/** A display board with a line of its own. */
export const displaySettings = Type.Union([
  Type.Object(
    {
      by: Type.Literal('tcp-serial'),
      host: Host,
      port: Port,
      board: Board,
      boardLines: Type.Optional(Type.Integer({ minimum: 1, maximum: 4 })),
    },
    strict,
  ),
  Type.Null(),
])
