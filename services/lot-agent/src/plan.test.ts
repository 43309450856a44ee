import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { mistakesIn } from './equipment/schema-words.ts'
import { openPassword } from './page/password.ts'
import { LotAgentPlan, parseLotAgentPlan, planFileSchema, readLotAgentPlan, usualPlan } from './plan.ts'

const noInputs = { loop: null, underArm: null, armOpen: null }
const inputs = { loop: 1, underArm: 2, armOpen: 3 }
const pushed = { protocol: 'vzlpr-http', serial: 'a-camera', board: 'fk' }
const tcp = { protocol: 'vzlpr-tcp', serial: 'b-camera', host: '192.168.1.65' }
const mqtt = { protocol: 'vzlpr-mqtt', serial: 'c-camera', broker: { url: 'mqtt://192.168.1.10' } }
const huaxia = { protocol: 'huaxia', serial: '100200041313', heartbeatsTakeOrders: true }
const login = { user: 'admin', password: 'secret' }
const hikvision = { protocol: 'hikvision', serial: '08:CC:81:77:93:8a', url: 'http://192.168.1.64', ...login }
const dahua = { protocol: 'dahua', serial: '6J0A1B2PAZ00001', url: 'http://192.168.1.66', ...login }
const openalpr = { protocol: 'openalpr', serial: 'entry-1' }
const platerecognizer = { protocol: 'platerecognizer', serial: 'camera-1' }
const http = { by: 'http', method: 'GET', url: 'http://192.168.1.70/relay/0?turn=on' }
const display = { by: 'tcp-serial', host: '192.168.1.80', port: 4196, board: 'jinjie' }

const lane = (over: object = {}) => ({ id: 1, direction: 'exit', camera: pushed, inputs, ...over })
const planWith = (...lanes: object[]) => ({
  bucket: 1,
  number: 2,
  brokerUrl: 'mqtt://127.0.0.1:7883',
  agentSecret: 'the secret of the agent',
  cameraHost: '0.0.0.0',
  cameraPort: 7090,
  cameraKey: 'the key of the cameras',
  lanes,
  tariff: {},
})
const told = (plan: unknown): string[] => {
  const parsed = parseLotAgentPlan(plan)
  return parsed.ok ? [] : parsed.error.map(({ field, rule }) => `${field} ${rule}`)
}

describe('lanes that work', () => {
  const lanes: [string, object][] = [
    ['as plans have always been', {}],
    [
      'a gate on another output, and the second serial port',
      { camera: { ...pushed, boardPort: 2 }, gate: { by: 'camera', output: 4 } },
    ],
    ['no board: the camera speaks', { camera: { protocol: 'vzlpr-http', serial: 'a', board: null, voice: 'camera' } }],
    ['a display with a line of its own', { camera: { ...pushed, board: null }, display }],
    [
      'a relay that is called by HTTP',
      { gate: { ...http, headers: { 'x-key': 'k' }, login: { kind: 'digest', ...login } } },
    ],
    ['TCP', { camera: tcp, inputs: { loop: null, underArm: null, armOpen: 2 } }],
    ['a broker', { camera: mqtt }],
    ['Huaxia', { camera: huaxia, inputs: noInputs }],
    ['Hikvision', { camera: hikvision, inputs: noInputs }],
    ['Hikvision that posts', { camera: { ...hikvision, way: 'push', channel: 2 }, inputs: noInputs, display: null }],
    ['Dahua', { camera: { ...dahua, encoding: 'gbk' }, inputs: noInputs }],
    ['Dahua that posts', { camera: { ...dahua, way: 'push' }, inputs: noInputs, display }],
    ['OpenALPR beside a relay', { camera: openalpr, gate: http, inputs: noInputs }],
    ['PlateRecognizer beside a relay', { camera: platerecognizer, gate: http, inputs: noInputs, display }],
    ['a barrier beside another camera', { gate: { by: 'hikvision', url: 'http://192.168.1.64', ...login } }],
  ]
  for (const [what, over] of lanes) test(what, () => assert.deepEqual(told(planWith(lane(over))), []))
})

describe('an area inside the lot', () => {
  const lanes = (...areas: (string | undefined)[]) =>
    areas.map((area, index) =>
      lane({
        id: index + 1,
        direction: index % 2 === 0 ? 'entry' : 'exit',
        camera: { ...pushed, serial: `camera-${index}` },
        ...(area === undefined ? {} : { area }),
      }),
    )
  const withAreas = (areas: readonly object[], ...leads: (string | undefined)[]) => ({
    ...planWith(...lanes(...leads)),
    areas: areas.map((area) => ({ tariff: {}, ...area })),
  })
  const vault = { name: '地库' }
  test('works with a lane into it and one out of it', () => {
    const full = { ...vault, capacity: 40, collects: true, listsHold: false }
    assert.deepEqual(told(withAreas([full], undefined, undefined, '地库', '地库')), [])
  })
  for (const [what, plan, expected] of [
    [
      'no lane into it',
      withAreas([vault], undefined, undefined, undefined, '地库'),
      '/areas/0/name no lane leads into',
    ],
    ['no lane out of it', withAreas([vault], undefined, undefined, '地库'), '/areas/0/name no lane leads out of'],
    ['twice', withAreas([vault, vault], undefined, undefined, '地库', '地库'), '/areas/1/name 地库 is there twice'],
    ['a lane to nowhere', withAreas([], undefined, undefined, '二层'), '/lanes/2/area is an area of this plan'],
    ['no way from the street', withAreas([vault], '地库', '地库'), '/lanes has an entry and an exit without'],
    [
      'beside mistakes of another sort',
      { ...withAreas([vault], undefined, undefined, undefined, '地库'), bucket: 999 },
      '/areas/0/name no lane leads into',
    ],
    ['no name', withAreas([{ name: ' ' }], undefined, undefined), '/areas/0/name '],
    ['a word that is none', withAreas([{ ...vault, price: 5 }], undefined, undefined, '地库', '地库'), '/areas/0'],
  ] as const)
    test(`is told: ${what}`, () => {
      const all = told(plan)
      assert.ok(
        all.some((one) => one.startsWith(expected)),
        all.join('\n'),
      )
    })
})

describe('a mistake is told by its place and what to do', () => {
  const second = (over: object) => [lane(), lane({ id: 2, camera: { ...pushed, serial: 'another' }, ...over })]
  const cases: [string, object[], RegExp][] = [
    [
      'two lanes with one camera',
      second({ camera: pushed }),
      /^\/lanes\/1\/camera\/serial is the camera of lane 1 already/,
    ],
    ['two lanes with one number', second({ id: 1 }), /^\/lanes\/1\/id lane 1 is there twice/],
    [
      'one MAC address in two spellings',
      [
        lane({ camera: hikvision, inputs: noInputs }),
        lane({
          id: 2,
          camera: { ...hikvision, serial: '08:cc:81:77:93:8A', url: 'http://192.168.1.66' },
          inputs: noInputs,
        }),
      ],
      /^\/lanes\/1\/camera\/serial is the camera of lane 1 already/,
    ],
    [
      'one address twice',
      [
        lane({ camera: tcp, inputs: noInputs }),
        lane({ id: 2, camera: { ...tcp, serial: 'z', port: 8131 }, inputs: noInputs }),
      ],
      /^\/lanes\/1\/camera\/host is the address of a device of lane 1 already/,
    ],
    [
      'one relay for two lanes',
      [lane({ gate: http }), lane({ id: 2, camera: { ...pushed, serial: 'z' }, gate: http })],
      /^\/lanes\/1\/gate\/url is the address of a device of lane 1/,
    ],
    [
      'one display for two lanes',
      [
        lane({ camera: { ...pushed, board: null }, display }),
        lane({ id: 2, camera: { ...pushed, serial: 'z', board: null }, display }),
      ],
      /^\/lanes\/1\/display\/host is the address of a device of lane 1/,
    ],
    [
      'an output that the camera does not have',
      [lane({ camera: tcp, inputs: noInputs, gate: { by: 'camera', output: 3 } })],
      /^\/lanes\/0\/gate\/output is 1 to 2: this camera has no output 3$/,
    ],
    [
      'the one output of the older profile',
      [lane({ camera: { ...mqtt, profile: 'older' }, inputs: noInputs, gate: { by: 'camera', output: 2 } })],
      /^\/lanes\/0\/gate\/output is 1: this camera has one output$/,
    ],
    [
      'a board on a camera without a serial line',
      [lane({ camera: { ...hikvision, board: 'fk' }, inputs: noInputs })],
      /^\/lanes\/0\/camera\/board has no place on this camera.*"tcp-serial"/,
    ],
    [
      'a recogniser that is to open',
      [lane({ camera: openalpr, inputs: noInputs })],
      /^\/lanes\/0\/gate has a line of its own: this camera only recognises/,
    ],
    [
      'an input of a recogniser',
      [lane({ camera: platerecognizer, gate: http, inputs: { ...noInputs, loop: 1 } })],
      /^\/lanes\/0\/inputs\/loop is null: this camera does not tell/,
    ],
    ['two displays in one lane', [lane({ display })], /^\/lanes\/0\/display is one of two/],
    [
      'a board that is to speak and is not there',
      [lane({ camera: { ...pushed, board: null, voice: 'board' } })],
      /^\/lanes\/0\/camera\/voice is "camera"/,
    ],
    [
      'an input that nobody tells of',
      [lane({ camera: huaxia, inputs: { ...noInputs, loop: 1 } })],
      /^\/lanes\/0\/inputs\/loop is null: this camera does not tell/,
    ],
    [
      'an input too many',
      [lane({ camera: tcp, inputs: { ...noInputs, armOpen: 3 } })],
      /^\/lanes\/0\/inputs\/armOpen is 1 to 2, or null/,
    ],
    [
      'one input for two sensors',
      [lane({ inputs: { ...inputs, armOpen: 1 } })],
      /^\/lanes\/0\/inputs\/armOpen is another input than loop has/,
    ],
    [
      'an exit that cannot open for whoever has paid',
      [lane({ camera: { ...huaxia, heartbeatsTakeOrders: false }, inputs: noInputs })],
      /^\/lanes\/0\/camera\/heartbeatsTakeOrders is true at an exit/,
    ],
    [
      'a pulse that the camera does not take',
      [lane({ camera: mqtt, gate: { by: 'camera', pulseMs: 300 } })],
      /^\/lanes\/0\/gate\/pulseMs is 500 to 5000/,
    ],
    [
      'a pulse that the camera has for itself',
      [lane({ camera: hikvision, inputs: noInputs, gate: { by: 'camera', pulseMs: 500 } })],
      /^\/lanes\/0\/gate\/pulseMs is for the camera to say/,
    ],
    [
      'a login in an address',
      [lane({ gate: { ...http, url: 'http://admin:secret@relay/' } })],
      /^\/lanes\/0\/gate\/url is an address like .*without user and password/,
    ],
    ['a refusal as success', [lane({ gate: { ...http, success: [401] } })], /^\/lanes\/0\/gate\/success has no 401/],
    [
      'a protocol that nobody knows',
      [lane({ camera: { protocol: 'onvif' } })],
      /^\/lanes\/0\/camera\/protocol is "vzlpr-http" or "vzlpr-tcp" or/,
    ],
    ['no protocol', [lane({ camera: {} })], /^\/lanes\/0\/camera\/protocol is missing: it is "vzlpr-http"/],
    ['a camera that is text', [lane({ camera: 'hikvision' })], /^\/lanes\/0\/camera is an object/],
    [
      'a MAC address that is none',
      [lane({ camera: { ...hikvision, serial: 'DS-2CD' }, inputs: noInputs })],
      /^\/lanes\/0\/camera\/serial is the camera's MAC address/,
    ],
    [
      'a host with http:// before it',
      [lane({ camera: { ...tcp, host: 'http://192.168.1.65' }, inputs: noInputs })],
      /^\/lanes\/0\/camera\/host is the address of the device in the lot.*without http/,
    ],
    [
      'a word that is misspelt',
      [lane({ gatte: http })],
      /^\/lanes\/0\/gatte is no setting here; there are id, direction/,
    ],
    ['a lane without inputs', [{ id: 1, direction: 'exit', camera: pushed }], /^\/lanes\/0\/inputs is missing$/],
  ]
  for (const [what, lanes, expected] of cases)
    test(what, () => {
      const mistakes = told(planWith(...lanes))
      assert.equal(mistakes.length, 1, mistakes.join('\n'))
      assert.match(mistakes[0]!, expected)
    })

  test('all of them at once, however many', () => {
    const bad = Array.from({ length: 6 }, (_, i) =>
      lane({ id: 0, camera: { ...tcp, serial: '', port: 0 }, direction: 'in', inputs: { loop: 9 + i } }),
    )
    assert.equal(told({ ...planWith(...bad), bucket: 999, number: 0 }).length, 6 * 7 + 2)
  })
  test('what lanes may not share is told beside what is wrong elsewhere', () => {
    const mistakes = told({ ...planWith(lane(), lane({ id: 2 })), bucket: -1 })
    assert.deepEqual(
      mistakes.map((one) => one.split(' ')[0]),
      ['/bucket', '/lanes/1/camera/serial'],
    )
  })
  for (const nothing of [null, [], 7, 'plan'])
    test(`${JSON.stringify(nothing)} is no plan`, () => assert.match(told(nothing)[0]!, /^\/ is an object/))
})

test('the words find a mistake exactly where the schema does', () => {
  const schema = Compile(LotAgentPlan)
  const odd = fc.oneof(
    fc.constantFrom(undefined, null, '', 0, -1, 5, 99_999, true, 'fk', [], {}, 'http://a', 'x'.repeat(200)),
    fc.string({ unit: 'binary-ascii', maxLength: 20 }),
  )
  const cameras = [pushed, tcp, mqtt, huaxia, hikvision, dahua, openalpr, platerecognizer]
  const gates = [undefined, http, { by: 'camera', output: 2 }, { by: 'hikvision', url: 'http://a', ...login }]
  const anyPlan = fc
    .record({
      camera: fc.constantFrom(...cameras),
      gate: fc.constantFrom(...gates),
      display: fc.constantFrom(undefined, null, display),
    })
    .map((over) => ({ ...usualPlan, ...planWith(lane(JSON.parse(JSON.stringify(over)))) }))
  /** Puts a value somewhere into a plan. */
  const bent = (value: unknown, path: readonly number[], put: unknown): unknown => {
    if (typeof value !== 'object' || value === null || path.length === 0) return put
    const keys = Object.keys(value)
    const key = keys[path[0]! % Math.max(1, keys.length)]
    if (key === undefined) return put
    const copy: unknown = Array.isArray(value) ? [...value] : { ...value }
    const into = copy as Record<string, unknown>
    const made = bent(into[key], path.slice(1), put)
    if (made === undefined && !Array.isArray(copy)) delete into[key]
    else into[key] = made === undefined ? null : made
    return copy
  }
  fc.assert(
    fc.property(anyPlan, fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }), odd, (plan, path, put) => {
      const made = bent(plan, path, put)
      assert.equal(mistakesIn(LotAgentPlan, made).length === 0, schema.Check(made), JSON.stringify(made))
    }),
    { numRuns: 2_000 },
  )
})

describe('texts of the lot itself', () => {
  const cases: [string, object, RegExp | null][] = [
    ['that are filled in', { owes: { show: ['{plate}', '{fee}元', '停{stay}'], say: '{fee}元' } }, null],
    ['that are still', { welcome: { show: ['您好'] } }, null],
    [
      'with a field that is misspelt',
      { owes: { show: ['{platte}'] } },
      /^\/texts\/owes\/show\/0 has no \{platte\}: there are \{plate\}, \{stay\}, \{fee\}$/,
    ],
    [
      'with one that this moment does not have',
      { full: { show: ['满'], say: '{fee}' } },
      /^\/texts\/full\/say has no \{fee\}: nothing is filled in/,
    ],
    [
      'with a brace too many',
      { welcome: { show: ['{plate'] } },
      /^\/texts\/welcome\/show\/0 has a brace that stands alone/,
    ],
    [
      'of a moment that never comes',
      { lunch: { show: ['x'] } },
      /^\/texts\/lunch is no setting here; there are idle, welcome/,
    ],
    ['with five lines', { full: { show: ['1', '2', '3', '4', '5'] } }, /^\/texts\/full\/show has 1 to 4 entries$/],
  ]
  for (const [what, texts, expected] of cases)
    test(what, () => {
      const mistakes = told({ ...planWith(lane()), texts })
      if (expected) assert.match(mistakes.join('\n'), expected)
      else assert.deepEqual(mistakes, [])
    })
})

describe('secrets that are somewhere else', () => {
  const places = {
    env: { LOT_SECRET: 'the secret of the agent', EMPTY: '' },
    readFile: (path: string) => {
      if (path !== 'key.txt') throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
      return 'the key of the cameras\n'
    },
  }
  const pointing = {
    ...planWith(
      lane({
        camera: { ...hikvision, password: { file: 'key.txt' } },
        inputs: noInputs,
        gate: { ...http, headers: { authorization: { env: 'LOT_SECRET' } } },
      }),
    ),
    agentSecret: { env: 'LOT_SECRET' },
    cameraKey: { file: 'key.txt' },
  }
  test('are found in files and in the environment', () => {
    const read = readLotAgentPlan(pointing, places)
    assert.ok(read.ok, JSON.stringify(read))
    const { agentSecret, cameraKey, lanes } = read.value
    assert.deepEqual([agentSecret, cameraKey], ['the secret of the agent', 'the key of the cameras'])
    const [{ camera, gate } = { camera: null, gate: null }] = lanes
    assert.equal(camera?.protocol === 'hikvision' && camera.password, 'the key of the cameras')
    assert.deepEqual(gate?.by === 'http' && gate.headers, { authorization: 'the secret of the agent' })
  })
  test('that are not there are told once each, with all other mistakes', () => {
    const read = readLotAgentPlan(
      { ...pointing, agentSecret: { env: 'NOWHERE' }, cameraKey: { file: 'gone.txt' }, bucket: 256 },
      places,
    )
    assert.ok(!read.ok)
    assert.deepEqual(
      read.error.map(({ field, rule }) => `${field} ${rule}`),
      [
        '/agentSecret points to the environment variable NOWHERE, which is not set',
        '/cameraKey points to the file gone.txt, which cannot be read (ENOENT)',
        '/bucket is a whole number from 0 to 255',
      ],
    )
  })
  test('that are found and do not fit are told by their rule, and never repeated', () => {
    const read = readLotAgentPlan(
      { ...pointing, agentSecret: { env: 'SHORT' } },
      { ...places, env: { ...places.env, SHORT: 'kurz' } },
    )
    assert.ok(!read.ok)
    assert.deepEqual(read.error, [{ field: '/agentSecret', rule: 'is text of 16 to 128 characters' }])
  })
  const others: [what: string, plan: object, field: string][] = [
    ["a lot's secret", { ...pointing, agentSecret: 'file:/var/lib/lanepay/agent-secret' }, '/agentSecret'],
    [
      "a camera's password",
      planWith(lane({ camera: { ...hikvision, password: 'env:HIK' }, inputs: noInputs })),
      '/lanes/0/camera/password',
    ],
    [
      "a relay's header",
      planWith(
        lane({
          camera: hikvision,
          inputs: noInputs,
          gate: { ...http, headers: { authorization: 'env:RELAY' } },
        }),
      ),
      '/lanes/0/gate/headers/authorization',
    ],
    ["the page's", { ...pointing, page: { port: 1, password: 'file:/var/lib/lanepay/page' } }, '/page/password'],
  ]
  for (const [what, plan, field] of others)
    test(`${what} is pointed to in one way only; the other is refused, and what to write is said`, () => {
      const read = readLotAgentPlan(plan, places)
      assert.ok(!read.ok)
      assert.deepEqual(read.error, [
        {
          field,
          rule: 'is written { "file": "PATH" } or { "env": "NAME" } where it is somewhere else, not "file:PATH" or "env:NAME"',
        },
      ])
    })

  describe("the page's password", () => {
    const pageIn = (password: unknown) => readLotAgentPlan({ ...pointing, page: { port: 1, password } }, pagePlaces)
    const pagePlaces = {
      env: { ...places.env, PAGE: 'a password of the lot', SHORT: 'eleven char' },
      readFile: (path: string) => (path === 'page.txt' ? 'a password of the lot\r\n' : places.readFile(path)),
    }
    for (const reference of [{ file: 'page.txt' }, { env: 'PAGE' }])
      test(`is found by ${JSON.stringify(reference)}, and is in no plan in clear`, async () => {
        const read = pageIn(reference)
        assert.ok(read.ok, JSON.stringify(read))
        const hash = read.value.page?.password
        assert.ok(typeof hash === 'string' && !JSON.stringify(read.value).includes('a password of the lot'))
        assert.equal(await openPassword(hash).fits('a password of the lot'), true)
      })
    const missing: [reference: object, todo: RegExp][] = [
      [{ file: 'gone.txt' }, /^write the password of the page into gone\.txt, .*ENOENT/],
      [{ env: 'NOWHERE' }, /^set the environment variable NOWHERE$/],
      [{ env: 'SHORT' }, /^make the password 12 characters or more/],
    ]
    for (const [reference, todo] of missing)
      test(`that is not to be used at ${JSON.stringify(reference)} keeps no lot from working: what to do is told`, () => {
        const read = pageIn(reference)
        assert.ok(read.ok, JSON.stringify(read))
        const password = read.value.page?.password
        assert.match(typeof password === 'object' ? password.todo : '', todo)
        assert.ok(!JSON.stringify(read).includes('eleven char'))
      })
    for (const password of ['a password of the lot', 7, { todo: 'nothing' }, undefined])
      test(`may not be ${JSON.stringify(password)}`, () => {
        const read = pageIn(password)
        assert.ok(!read.ok)
        assert.deepEqual(
          read.error.map(({ field }) => field),
          ['/page/password'],
        )
        assert.match(read.error[0]!.rule, /\{ "file": "PATH" \} or \{ "env": "NAME" \}/)
      })
  })
  test('may be those of kiosks', () => {
    const kiosks = [{ id: 9, name: '东侧', secret: { file: 'kiosk-9.txt' } }]
    const readFile = (path: string) => (path === 'kiosk-9.txt' ? 'the secret of the kiosk\n' : places.readFile(path))
    const read = readLotAgentPlan({ ...pointing, kiosks, kioskPort: 7092 }, { ...places, readFile })
    assert.ok(read.ok, JSON.stringify(read))
    assert.equal(read.value.kiosks?.[0]?.secret, 'the secret of the kiosk')
  })
  test('are secrets only: nothing else is looked up', () => {
    const read = readLotAgentPlan({ ...pointing, cameraHost: { env: 'LOT_SECRET' } }, places)
    assert.ok(!read.ok)
    assert.deepEqual(
      read.error.map(({ field }) => field),
      ['/cameraHost'],
    )
  })
})

test('the published schema is the code', () => {
  const file = readFileSync(new URL('../../../docs/examples/agent.schema.json', import.meta.url), 'utf8')
  assert.deepEqual(JSON.parse(file), JSON.parse(JSON.stringify(planFileSchema())))
})

for (const name of ['agent', 'agent-mixed'])
  test(`the published example ${name} works, and is one by the published schema`, () => {
    const example = JSON.parse(readFileSync(new URL(`../../../docs/examples/${name}.json`, import.meta.url), 'utf8'))
    assert.deepEqual(mistakesIn(planFileSchema(), example), [])
    const read = readLotAgentPlan(example, { env: { HIK_PASSWORD: 'secret' }, readFile: () => 'secret' })
    assert.ok(read.ok, JSON.stringify(read))
  })
