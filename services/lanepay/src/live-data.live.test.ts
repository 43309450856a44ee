import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { lanepayOnce } from '../../../e2e/kit/process.ts'
import { claimHome } from './keep.ts'

/* Commands on a folder in which nothing runs: each starts the database of the folder for itself, and none takes it from another. */

let dir: string
let home: string
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'lanepay-commands-'))
  chmodSync(dir, 0o755) // under root the database runs as another user, who must get through
  home = join(dir, 'home')
})
after(() => rmSync(dir, { recursive: true, force: true }))
const run = (...args: string[]) => lanepayOnce(args, { LANEPAY_HOME: home })
const claim = () => join(home, 'running.json')

describe('commands where nothing runs', () => {
  test('several at once go one after another, and each says what it waits for', async () => {
    const lot = ['lot', 'docs/examples/lot-own.json']
    const all = await Promise.all([run(...lot), run('kept', 'asked'), run(...lot), run('audit'), run('enrol', '4')])
    for (const { status, output } of all.slice(0, 4)) assert.equal(status, 0, output)
    // Its turn may come before the lot is open: then that is what it says.
    assert.match(all[4]!.output, /works once|^LOTNUMBER: a lot that is open here/m)
    assert.ok(all.some(({ output }) => /Waiting for another command in this folder \(process \d+\)/.test(output)))
    assert.equal(existsSync(claim()), false)
  })

  test('what a crash left behind keeps nobody waiting', async () => {
    mkdirSync(home, { recursive: true })
    writeFileSync(claim(), JSON.stringify({ pid: 2 ** 22 + 1, isCommand: true }))
    const { status, output } = await run('kept', 'asked')
    assert.equal(status, 0, output)
  })

  test('a command that comes while an installation starts waits until it can be asked, or is gone', async () => {
    const release = claimHome(home)
    const commands = [run('kept', 'asked'), run('audit')]
    let isOver = false
    void Promise.race(commands).then(() => (isOver = true))
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    assert.equal(isOver, false)
    release()
    for (const { status, output } of await Promise.all(commands)) {
      assert.equal(status, 0, output)
      assert.match(output, /Waiting for the installation in this folder \(process \d+\) to start/)
    }
  })

  test('an installation is not started, nor the folder emptied, under a command that is at work', async () => {
    const command = run('kept', 'asked')
    while (!existsSync(claim())) await new Promise((resolve) => setTimeout(resolve, 5))
    assert.throws(() => claimHome(home), /A command is at work in this folder \(process \d+\)/)
    assert.equal((await command).status, 0)
    claimHome(home)()
    assert.equal(existsSync(claim()), false)
  })
})
