let server = 0
let here = 0

/** Sets the page's clock by an answer of the server. The phone's own clock may say what it likes. */
export function setClock(now: number): void {
  server = now
  here = performance.now()
}

/** What time it is on the server, in ms since 1970 UTC. */
export const serverNow = (): number => server + performance.now() - here
