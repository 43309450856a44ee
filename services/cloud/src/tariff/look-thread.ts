import { parentPort } from 'node:worker_threads'
import { type Looking, look, type Simulating, simulate } from './look.ts'

/* The other side of thread.ts: one question after the other. */

parentPort!.on('message', ({ n, asked }: { readonly n: number; readonly asked: Looking | Simulating }) => {
  parentPort!.postMessage({ n, view: asked.kind === 'look' ? look(asked) : simulate(asked) })
})
