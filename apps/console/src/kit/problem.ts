import type { ErrorView } from '@lanepay/cloud/driver/api.ts'

export type Mistake = { readonly field: string; readonly rule: string }

/** What came of an ask that was not answered as it should be: the server's code, or `offline`, or `unclear` when the answer is none of ours. */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  /** Which of what was sent is wrong, like `body/password`, and the rule it breaks. */
  readonly field: string | undefined
  readonly rule: string | undefined
  /** So many seconds later it may be asked again. */
  readonly waitSeconds: number | undefined
  /** Everything that is wrong, where the server says it all at once. */
  readonly mistakes: readonly Mistake[]
  constructor(told: {
    readonly code: string
    readonly status: number
    readonly message?: string
    readonly field?: string | undefined
    readonly rule?: string | undefined
    readonly waitSeconds?: number | undefined
    readonly mistakes?: readonly Mistake[] | undefined
  }) {
    super(told.message ?? told.code)
    this.code = told.code
    this.status = told.status
    this.field = told.field
    this.rule = told.rule
    this.waitSeconds = told.waitSeconds
    this.mistakes = told.mistakes ?? []
  }
}

/** The problem that an answer tells. */
export async function problemOf(response: Response): Promise<Problem> {
  const { status } = response
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN)
  const waitSeconds = Number.isFinite(wait) ? wait : undefined
  const view = (await response.json().catch(() => null)) as Partial<ErrorView> | null
  if (typeof view?.error?.code !== 'string') return new Problem({ code: 'unclear', status, waitSeconds })
  const { code, message, field, rule, mistakes } = view.error as ErrorView['error'] & { mistakes?: Mistake[] }
  return new Problem({ code, status, message, field, rule, waitSeconds, mistakes })
}
