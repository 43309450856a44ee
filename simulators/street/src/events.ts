import type http from 'node:http'

/** Everybody who watches, each over one stream of server-sent events. */
export type Watchers = {
  /** Takes one in; `first` is what it gets at once. */
  add(response: http.ServerResponse, first: readonly StreetEvent[]): void
  send(event: StreetEvent): void
  close(): void
}
export type StreetEvent = { readonly event: 'state' | 'wire'; readonly id?: number; readonly data: unknown }

const text = ({ event, id, data }: StreetEvent): string =>
  `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`

/** A watcher that reads this slowly is let go; its browser comes back by itself and catches up. */
const mostUnread = 8 * 1024 * 1024

export function watchers(): Watchers {
  const all = new Set<http.ServerResponse>()
  const push = (response: http.ServerResponse, chunk: string) => {
    if (response.writableLength > mostUnread) response.destroy()
    else response.write(chunk)
  }
  // Proxies and laptops that sleep give up on a silent connection.
  const heartbeat = setInterval(() => {
    for (const response of all) push(response, ': still here\n\n')
  }, 15_000)
  heartbeat.unref()
  return {
    add(response, first) {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      all.add(response)
      response.on('close', () => all.delete(response))
      push(response, `retry: 1000\n\n${first.map(text).join('')}`)
    },
    send(event) {
      const chunk = text(event)
      for (const response of all) push(response, chunk)
    },
    close() {
      clearInterval(heartbeat)
      for (const response of all) response.end()
    },
  }
}
