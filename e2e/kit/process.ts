import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

const main = fileURLToPath(new URL('../../services/lanepay/src/main.ts', import.meta.url))

export type LanepayProcess = {
  readonly pid: number
  readonly output: () => string
  /** The power goes: SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>
  /** As a person ends it, by SIGTERM, or SIGINT for Ctrl-C. Resolves with its exit status. */
  end(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | null>
}

/** `lanepay ARGS` as its own process; resolves once it has written `ready`. */
export async function lanepay(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  ready: RegExp,
): Promise<LanepayProcess> {
  let output = ''
  const { LANEPAY_TEST_POSTGRES: _, ...inherited } = process.env
  const child: ChildProcess = spawn(process.execPath, [main, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const hear = (bytes: Buffer) => {
    output = (output + bytes.toString()).slice(-200_000)
  }
  child.stdout!.on('data', hear)
  child.stderr!.on('data', hear)
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  await until(`lanepay ${args.join(' ')} says ${ready}\n`, () => {
    if (child.exitCode !== null) throw new Error(`lanepay ${args.join(' ')} ended: ${output}`)
    return ready.test(output)
  })
  return {
    pid: child.pid!,
    output: () => output,
    kill: async () => {
      child.kill('SIGKILL')
      await gone
    },
    end: (signal = 'SIGTERM') => {
      child.kill(signal)
      return gone
    },
  }
}

/** `lanepay ARGS` until it has ended by itself: its exit status, and all it wrote. `typed` is typed when it asks. */
export async function lanepayOnce(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  typed: string | null = null,
): Promise<{ readonly status: number | null; readonly output: string }> {
  const { LANEPAY_TEST_POSTGRES: _, ...inherited } = process.env
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...inherited, ...env },
    stdio: 'pipe',
  })
  child.stdin.end(typed === null ? '' : `${typed}\n`)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString()
    })
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, output }
}
