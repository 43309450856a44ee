import net from 'node:net'

/** Whether anybody listens there; nothing is said. */
export function reach(url: URL, withinMs: number): Promise<null | string> {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  return new Promise((resolve) => {
    const socket = net.connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port })
    const timer = setTimeout(() => socket.destroy(Object.assign(new Error(), { code: 'no answer in time' })), withinMs)
    const end = (because: null | string) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(because)
    }
    socket.on('connect', () => end(null))
    socket.on('error', (error: Error & { code?: string }) => end(error.code ?? error.message))
  })
}
