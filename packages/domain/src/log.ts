/** One logger for every part: a stable event name and facts about it. Never a key, a token, a full plate with a person. */
export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  event: string,
  facts?: Readonly<Record<string, unknown>>,
) => void

export const silentLog: Log = () => {}
