/*
 * Topics of the newer profile (lot-devices.md 2.4). They come in two spellings, depending on firmware; which one a camera has is
 * learned from what it says.
 */
export type Spelling = 'device-first' | 'serial-first'

export type Heard = {
  readonly spelling: Spelling
  readonly name: string
  /** An answer to something that was sent down. */
  readonly isReply: boolean
}

const roots = (serial: string): { readonly [spelling in Spelling]: string } => ({
  'device-first': `device/${serial}/message`,
  'serial-first': `${serial}/device/message`,
})

/** All that a camera of this number may say, in both spellings. */
export const heardTopics = (serial: string): readonly string[] =>
  Object.values(roots(serial)).flatMap((root) => [`${root}/up/+`, `${root}/down/+/reply`])

export const downTopic = (serial: string, spelling: Spelling, name: string): string =>
  `${roots(serial)[spelling]}/down/${name}`

/** Null when the topic is none of this camera's. */
export function topicRead(serial: string, topic: string): Heard | null {
  for (const [spelling, root] of Object.entries(roots(serial)) as [Spelling, string][]) {
    if (!topic.startsWith(`${root}/`)) continue
    const [way, name, reply, ...more] = topic.slice(root.length + 1).split('/')
    if (name === undefined || name === '' || more.length > 0) return null
    if (way === 'up' && reply === undefined) return { spelling, name, isReply: false }
    if (way === 'down' && reply === 'reply') return { spelling, name, isReply: true }
  }
  return null
}
