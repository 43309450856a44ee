// The rules of the house that no other tool knows: arrows between rooms point one way, no hook of a pure test
// reaches other files, and the lock file names no host.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const complaints = []

/** What the sources of a room may import from other rooms. Tests may also use what is in `tests`. */
const everything = ['packages/', 'services/', 'simulators/', 'apps/', 'conformance/', 'e2e/', 'bench/']
const arrows = [
  { room: 'packages/domain/', may: [] },
  { room: 'packages/database/', may: ['packages/domain/'] },
  { room: 'packages/ledger/', may: ['packages/domain/', 'packages/database/'] },
  { room: 'packages/channels/', may: ['packages/domain/'], tests: ['simulators/'] },
  { room: 'packages/print/', may: ['packages/domain/'] },
  { room: 'packages/devices/', may: ['packages/domain/'] },
  { room: 'packages/lot-link/', may: ['packages/domain/'] },
  { room: 'packages/lot-systems/', may: ['packages/domain/', 'packages/lot-link/'], tests: ['packages/lot-client/'] },
  { room: 'packages/lot-client/', may: [] }, // handed to software houses as it is
  { room: 'services/cloud/', may: ['packages/'], tests: ['simulators/', 'services/cloud/'] },
  {
    room: 'services/lot-agent/',
    may: ['packages/'],
    tests: ['simulators/camera/', 'simulators/kiosk/', 'simulators/wire/'],
  },
  { room: 'services/lanepay/', may: everything }, // where everything is put together
  { room: 'simulators/street/', may: ['packages/domain/', 'simulators/wire/'], tests: ['e2e/'] },
  // The other side shares words with us (settings, messages), never our protocol code.
  {
    room: 'simulators/',
    may: [
      'packages/domain/',
      'simulators/wire/',
      'packages/channels/src/wechatpay/settings.ts',
      'packages/channels/src/alipay/settings.ts',
      'packages/channels/src/channel.ts',
      'packages/channels/src/http.ts',
    ],
    tests: ['packages/'],
  },
  // What a feature says over HTTP is in its api.ts, types and words; a page knows nothing else of the cloud.
  {
    room: 'apps/',
    may: ['packages/domain/', 'apps/build-once.ts', /^services\/cloud\/src\/(?:[a-z-]+\/)+api\.ts$/],
    tests: ['e2e/', 'services/cloud/', 'packages/'],
  },
  { room: 'conformance/', may: ['packages/'] },
  { room: 'e2e/', may: everything },
  { room: 'bench/', may: everything },
  { room: 'scripts/', may: ['packages/'] },
]
/** Rooms within a package that must not know each other: each is one vendor. */
const strangers = ['packages/channels/src/', 'packages/devices/src/']

/** Rules without a clock, a timer or chance: the domain, and the turns of a lot. */
const deciding =
  /^packages\/domain\/src\/(?!clock\.ts)|^services\/lot-agent\/src\/(?:lane|stay|gate|rules|person|coupon|shift)\/|^services\/lot-agent\/src\/kiosk\/(?!door\.ts)|\/decide\.ts$/

const workspaces = new Map(
  globSync('{packages,services,simulators,apps}/*/package.json', { cwd: root }).map((file) => [
    JSON.parse(readFileSync(join(root, file), 'utf8')).name,
    dirname(file).replaceAll('\\', '/'),
  ]),
)
/** The file of this project that an import leads to, or null for a dependency. */
function target(from, specifier) {
  if (specifier.startsWith('.')) return relative(root, join(root, dirname(from), specifier)).replaceAll('\\', '/')
  for (const [name, folder] of workspaces)
    if (specifier.startsWith(`${name}/`)) return `${folder}/src/${specifier.slice(name.length + 1)}`
  return null
}

const files = globSync('{packages,services,simulators,apps,conformance,e2e,bench,scripts}/**/*.{ts,tsx,mjs}', {
  cwd: root,
  exclude: (path) => path.includes('node_modules') || path.includes('dist'),
}).map((file) => file.replaceAll('\\', '/'))
for (const file of files) {
  const rule = arrows.find(({ room }) => file.startsWith(room))
  if (!rule) continue
  const isTest = /\.test\.tsx?$|\/test\/|fixtures\.ts$|testing\.ts$/.test(file)
  const source = readFileSync(join(root, file), 'utf8')
  // What decides is given the time, and has no other way to the world (docs/decisions/014).
  if (deciding.test(file) && !isTest) {
    const worldly = /\b(?:Date\.now|performance\.now|Math\.random|setTimeout|setInterval|fetch)\(/.exec(source)
    if (worldly)
      complaints.push(`${file} calls ${worldly[0]}): what decides is given the time, and touches nothing else`)
  }
  // Pure tests share one process, where a hook outside of `describe` would run around every test of every file.
  if (/(?<!\.live)\.test\.ts$/.test(file) && /^(?:before|after)(?:Each)?\(/m.test(source))
    complaints.push(`${file} has a hook outside of describe: it would hold for all tests of the house`)
  for (const [, specifier] of source.matchAll(/(?<![\w.])(?:from|import)\s*\(?\s*'([^'\n]+)'/g)) {
    const to = target(file, specifier)
    if (to === null) {
      if (rule.room === 'packages/domain/' && !isTest && specifier !== 'typebox' && !specifier.startsWith('typebox/'))
        complaints.push(`${file} imports ${specifier}: domain depends on nothing`)
      continue
    }
    // A room is a folder of two names (packages/domain) or of one (e2e).
    const depth = /^(packages|services|simulators|apps)\//.test(file) ? 2 : 1
    const own = to.startsWith(`${file.split('/').slice(0, depth).join('/')}/`)
    const allowed =
      own ||
      rule.may.some((may) => (typeof may === 'string' ? to.startsWith(may) : may.test(to))) ||
      (isTest && (rule.tests ?? []).some((may) => to.startsWith(may)))
    if (!allowed) complaints.push(`${file} imports ${to}: that arrow points the wrong way`)
    for (const rooms of strangers) {
      const [a, b] = [file, to].map((path) => (path.startsWith(rooms) ? path.slice(rooms.length).split('/') : []))
      if (!isTest && a.length > 1 && b.length > 1 && a[0] !== b[0] && !(rooms.includes('devices') && b[0] === 'jinjie'))
        complaints.push(`${file} imports ${to}: one vendor's adapter does not know another's`)
    }
  }
}

const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
const host = /"resolved":\s*"(https?:[^"]*)"/.exec(lock)
if (host) complaints.push(`package-lock.json names a host: ${host[1]}`)

for (const complaint of complaints) console.error(complaint)
console.log(`${files.length} files, ${complaints.length} complaints about the house`)
process.exit(complaints.length === 0 ? 0 : 1)
