import { downKinds, upKinds } from './messages.ts'

/** What each kind is for, and what it is answered by. */
const about: Readonly<Record<keyof typeof upKinds | keyof typeof downKinds, string>> = {
  hello: 'First after every connect',
  heartbeat: 'Every ten seconds: the lot is there, and what time it has',
  events: 'A piece of its log, in order; kept and repeated until an ack says that the cloud has it',
  answer: 'To a request, within its deadline',
  result: 'What became of a command; of a repeated one the same again',
  ask: 'A driver’s pay code, scanned at the lot; repeated under the same id until there is a reply',
  welcome: 'To hello: how far the cloud has the log',
  ack: 'To events: how far the cloud has the log',
  request: 'A question; nothing is promised by it',
  command: 'To be done once, however often it comes; repeated until its result',
  reply: 'To ask: what became of the scan',
}

/** The lot link as AsyncAPI 3.0, seen from a lot's device, made of the very schemas by which both ends judge what they hear. */
export const lotLinkAsyncApi = () => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Lanepay lot link',
    version: '1',
    description:
      'MQTT 3.1.1, QoS 0 or 1, clean session. The user name is the client id, lot<lot>-<device>. The broker may lose anything.',
  },
  defaultContentType: 'application/json',
  channels: Object.fromEntries([
    ...Object.entries(upKinds).map(([kind, payload]) => channelOf('up', kind, payload)),
    ...Object.entries(downKinds).map(([kind, payload]) => channelOf('down', kind, payload)),
  ]),
  operations: Object.fromEntries([
    ...Object.keys(upKinds).map((kind) => operationOf('up', 'send', kind)),
    ...Object.keys(downKinds).map((kind) => operationOf('down', 'receive', kind)),
  ]),
})

type Way = 'up' | 'down'
const channelOf = (way: Way, kind: string, payload: object) =>
  [
    `${way}-${kind}`,
    {
      address: `lot/{bucket}/{lot}/{device}/${way}/${kind}`,
      parameters: { bucket: {}, lot: {}, device: {} },
      messages: { [kind]: { name: kind, summary: about[kind as keyof typeof about], payload } },
    },
  ] as const
const operationOf = (way: Way, action: 'send' | 'receive', kind: string) =>
  [`${way}-${kind}`, { action, channel: { $ref: `#/channels/${way}-${kind}` } }] as const
