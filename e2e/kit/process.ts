import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

const main = fileURLToPath(new URL('../../services/lanepay/src/main.ts', import.meta.url))

export type LanepayProcess = {
  readonly output: () => string
  /** The power goes: SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>
  /** As a person ends it. Resolves with its exit status. */
  end(): Promise<number | null>
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
    output: () => output,
    kill: async () => {
      child.kill('SIGKILL')
      await gone
    },
    end: () => {
      child.kill('SIGTERM')
      return gone
    },
  }
}

/** A port that was free a moment ago: for parts that must come back under the same address. */
export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
