import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lotLinkAsyncApi } from './asyncapi.ts'
import { downKinds, upKinds } from './messages.ts'
import { parseTopic } from './topics.ts'

test('the AsyncAPI document is of every kind of message and no other, by the very schemas, under its topic', () => {
  const { channels, operations } = lotLinkAsyncApi()
  const kinds = [
    ...Object.entries(upKinds).map(([kind, schema]) => ({ way: 'up', action: 'send', kind, schema })),
    ...Object.entries(downKinds).map(([kind, schema]) => ({ way: 'down', action: 'receive', kind, schema })),
  ]
  assert.deepEqual(
    Object.keys(channels),
    kinds.map(({ way, kind }) => `${way}-${kind}`),
  )
  for (const { way, action, kind, schema } of kinds) {
    const channel = channels[`${way}-${kind}`]!
    assert.equal(channel.messages[kind]!.payload, schema)
    assert.ok(channel.messages[kind]!.summary.length > 10)
    const topic = channel.address.replace('{bucket}', '7').replace('{lot}', '42').replace('{device}', 'agent')
    assert.deepEqual(parseTopic(topic), { bucket: 7, lotId: 42, device: 'agent', direction: way, kind })
    assert.deepEqual(operations[`${way}-${kind}`], { action, channel: { $ref: `#/channels/${way}-${kind}` } })
  }
})
