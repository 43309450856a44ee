/** Resolves when somebody asks this process to end: Ctrl-C, SIGTERM, or the terminal went away. A second time does not wait. */
export function untilToldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    let told = 0
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        told += 1
        // One Ctrl-C reaches us through the terminal and again through npm: only an impatient third one cuts off.
        if (told > 2) process.exit(130)
        resolve()
      })
    }
  })
}
