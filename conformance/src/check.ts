/** What became of one vector. A check never throws for a wrong answer; a thrown error counts as failed with its message. */
export type Verdict =
  | { readonly passed: true }
  | { readonly passed: false; readonly expected: unknown; readonly actual: unknown }
  /** The interface this vector is about is not built yet. Listed by name, counted as failed. */
  | { readonly notBuilt: string }

/**
 * One vector, the whole file it came from (for `keys`, `materials`, `tariffs` ...) and the folder that file lies in (for
 * samples beside it; left out, the project's own copies are meant).
 */
export type Check = (
  vector: Readonly<Record<string, unknown>>,
  file: Readonly<Record<string, unknown>>,
  folder?: string,
) => Verdict | Promise<Verdict>
export type Checks = Readonly<Record<string, Check>>

export const passed: Verdict = { passed: true }
export const notBuilt =
  (name: string): Check =>
  () => ({ notBuilt: name })
