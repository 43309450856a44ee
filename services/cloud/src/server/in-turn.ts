/** Does this with each, one after another: one that fails stands in no other's way, and is told when the rest is done. */
export async function inTurn<T>(all: Iterable<T>, act: (one: T) => Promise<unknown>): Promise<void> {
  const failed: unknown[] = []
  for (const one of all) await act(one).catch((error) => failed.push(error))
  if (failed.length > 0) throw failed[0]
}
