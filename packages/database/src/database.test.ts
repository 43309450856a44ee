import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { openDatabase } from './database.ts'

const one = { name: 'one', text: 'select 1' }

test('a server that is away is waited for until it has ended for good; then nothing is tried again', async (t) => {
  let calls = 0
  const away = createServer((socket) => {
    calls += 1
    socket.destroy()
  })
  t.after(() => away.close())
  await once(away.listen(0, '127.0.0.1'), 'listening')
  const { port } = away.address() as { port: number }
  const { promise: ended, resolve: ends } = Promise.withResolvers<void>()
  const database = openDatabase({ connection: { host: '127.0.0.1', port, user: 'nobody' }, ended })
  const waiting = assert.rejects(database.reference.query(one), /Connection terminated|ECONNRESET/)
  while (calls < 2) await once(away, 'connection')
  ends()
  await waiting
  const before = calls
  await assert.rejects(database.reference.query(one), /Connection terminated|ECONNRESET/)
  assert.equal(calls, before + 1, 'tried once')
  await database.close()
})
