import type http from 'node:http'
import type { DigestGuard } from './digest-guard.ts'
import { bodyOf } from './plug.ts'

/** What goes wrong with those who call a device; each `next` once. */
export type CallTrouble = {
  /** The next call that acts is obeyed, and its answer is lost. */
  loseNextAnswer: boolean
  /** The next call that acts finds the device busy, and nothing is done. */
  failNext: boolean
  /** From now on; null leaves it as it was. */
  password: string | null
}

type Given = {
  readonly guard: DigestGuard
  readonly trouble: CallTrouble | undefined
  readonly refused: (broken: { readonly field: string; readonly rule: string }) => void
  readonly take: (body: string) => void
}

/** Whoever calls a device: taken with what was sent where the login is right, sent away else. */
export async function letIn(request: http.IncomingMessage, response: http.ServerResponse, given: Given): Promise<void> {
  const { guard, trouble, refused, take } = given
  if (trouble?.password != null) guard.password = trouble.password
  const guarded = guard.check(request)
  const body = await bodyOf(request)
  if (!guarded.isIn) {
    if (guarded.broken) refused(guarded.broken)
    response.writeHead(401, { 'www-authenticate': guarded.challenge, 'content-type': 'text/html' }).end()
  } else if (body === null) response.destroy()
  else take(body)
}
