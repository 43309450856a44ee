const atOnce = 20

/** Does something for each, a few at a time: a channel answers in its own time, and one slow answer holds up only its few. */
export async function fewAtOnce<Item>(items: readonly Item[], act: (item: Item) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += atOnce) await Promise.all(items.slice(from, from + atOnce).map(act))
}
