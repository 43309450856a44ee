/** What became of one vector. A check never throws for a wrong answer; a thrown error counts as failed with its message. */
export type Verdict =
  | { readonly passed: true }
  | { readonly passed: false; readonly expected: unknown; readonly actual: unknown }
  /** The interface this vector is about is not built yet. Listed by name, counted as failed. */
  | { readonly notBuilt: string }

/** One vector and the whole file it came from (for `keys`, `materials`, `tariffs` ...). */
export type Check = (
  vector: Readonly<Record<string, unknown>>,
  file: Readonly<Record<string, unknown>>,
) => Verdict | Promise<Verdict>
export type Checks = Readonly<Record<string, Check>>

export const passed: Verdict = { passed: true }
export const notBuilt =
  (name: string): Check =>
  () => ({ notBuilt: name })
