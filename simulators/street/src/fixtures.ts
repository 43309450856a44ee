import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LaneHandle, LaneState } from './lane-handle.ts'

/* Stand-ins for the parts round the street: lanes that do as they are told, a small cloud, a small wallet. */

/** A lane that keeps what it was told and moves its arm at once. */
export class StandInLane implements LaneHandle {
  readonly told: string[] = []
  readonly #listeners = new Set<() => void>()
  #state: LaneState = {
    arm: 'down',
    display: ['欢迎光临'],
    loops: { front: false, underArm: false },
    flashes: 0,
    said: null,
  }
  /** What the lot does when a vehicle stands there. */
  whenArrived: (plate: string | null) => void = () => {}

  vehicleArrives({ plateText }: { plateText: string | null }): void {
    this.told.push(`arrives ${plateText}`)
    this.set({ loops: { front: true, underArm: false }, flashes: this.#state.flashes + 1 })
    this.whenArrived(plateText)
  }
  vehicleTurnsBack(): void {
    this.told.push('turns back')
    this.set({ loops: { front: false, underArm: false }, display: ['欢迎光临'] })
  }
  vehicleDrivesThrough(): void {
    this.told.push('drives through')
    this.set({ loops: { front: false, underArm: false }, arm: 'down', display: ['一路平安'] })
  }
  state(): LaneState {
    return this.#state
  }
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
  set(changed: Partial<LaneState>): void {
    this.#state = { ...this.#state, ...changed }
    for (const listener of this.#listeners) listener()
  }
}

export type StandIn = { readonly url: string; close(): Promise<void> }
type Answering = (request: http.IncomingMessage, response: http.ServerResponse, url: URL, body: string) => void

export async function listenTo(answer: Answering): Promise<StandIn> {
  const server = http.createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    answer(request, response, new URL(request.url ?? '/', 'http://stand-in'), body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** A wallet: says whose phone it is, takes money, keeps faults that were asked for. Its bridge is one function. */
export async function standInWallet({
  onPaid = () => {},
}: {
  onPaid?: (user: string) => void
} = {}): Promise<StandIn & { readonly paidBy: string[]; faults: { kind: string }[]; asked: number; codes: number }> {
  const wallet = { paidBy: [] as string[], faults: [] as { kind: string }[], asked: 0, codes: 0 }
  const server = await listenTo((request, response, { pathname, searchParams }, body) => {
    const json = (value: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (pathname === '/authorize') {
      wallet.asked += 1
      const back = new URL(searchParams.get('redirect_uri')!)
      back.searchParams.set('code', `code-of-${request.headers['x-wallet-user']}`)
      return void response.writeHead(302, { location: back.href }).end()
    }
    if (pathname === '/wallet/pay') {
      const { user } = JSON.parse(body) as { user: string }
      wallet.paidBy.push(user)
      onPaid(user)
      return void json({ result: 'ok' })
    }
    if (pathname === '/wallet/pay-code') {
      wallet.codes += 1
      return void json({ code: `28${String(wallet.codes).padStart(16, '0')}`, goodForMs: 60_000 })
    }
    if (pathname === '/control/faults') {
      if (request.method === 'DELETE') wallet.faults = []
      else wallet.faults.push(JSON.parse(body) as { kind: string })
      return void json({ faults: wallet.faults })
    }
    if (pathname === '/control') return void json({ faults: wallet.faults })
    response.writeHead(404).end()
  })
  return Object.assign(wallet, server)
}

/** `window.wallet.pay()` shows a sheet with one button and tells how it ended. */
export const standInBridge = ({ walletUrl, user }: { walletUrl: string; user: string }): string =>
  `window.wallet = { pay: () => new Promise((tell) => {
    const sheet = document.createElement('div')
    sheet.style.cssText = 'position:fixed;inset:0;background:#fff;z-index:9'
    const button = document.createElement('button')
    button.dataset.testid = 'wallet-pay'
    button.textContent = 'Confirm'
    button.onclick = async () => {
      const answer = await fetch(${JSON.stringify(walletUrl)} + '/wallet/pay', { method: 'POST', body: JSON.stringify({ user: ${JSON.stringify(user)} }) })
      button.dataset.testid = 'wallet-done'
      button.onclick = () => sheet.remove()
      tell((await answer.json()).result)
    }
    sheet.append(button)
    document.documentElement.append(sheet)
  }) }`

const page = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>停车缴费</title></head>
<body><main><h1 id="plate">…</h1><p id="who"></p><p id="agent"></p><button id="pay">支付 ¥8.00</button><p id="said"></p></main>
<script src="/driver/app.js"></script></body></html>`
const script = `
  const show = (id, text) => { document.getElementById(id).textContent = text }
  show('agent', navigator.userAgent)
  fetch('/api/driver/codes' + location.pathname.slice(2) + '/quote', { method: 'POST', body: '{}' })
    .then((answer) => answer.json()).then(({ plate, driver }) => { show('plate', plate); show('who', driver) })
  document.getElementById('pay').onclick = async () => {
    await fetch('/api/driver/codes' + location.pathname.slice(2) + '/pay', { method: 'POST', body: '{}' })
    show('said', await window.wallet.pay())
  }`

/**
 * A cloud as strict as the real one about frames and cookies: whoever is not known goes to the wallet and comes back; the
 * page forbids frames, and scripts of others.
 */
export async function standInCloud(about: {
  readonly walletUrl: () => string
  readonly publicUrl: () => string
  /** Who stands at the exit. */
  readonly plate: () => string
}): Promise<StandIn & { readonly agents: Set<string> }> {
  const agents = new Set<string>()
  const server = await listenTo((request, response, { pathname, searchParams }) => {
    agents.add(request.headers['user-agent'] ?? '')
    const driver = /known=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
    const code = pathname.split('/')[2]
    if (pathname === '/driver/app.js')
      return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
    if (pathname.startsWith('/p/back')) {
      const known = `known=${searchParams.get('code')}; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=3600`
      return void response.writeHead(302, { 'set-cookie': known, location: `/p/${searchParams.get('at')}` }).end()
    }
    if (pathname.startsWith('/p/')) {
      if (driver === undefined) {
        const back = `${about.publicUrl()}/p/back?at=${code}`
        const location = `${about.walletUrl()}/authorize?redirect_uri=${encodeURIComponent(back)}`
        return void response.writeHead(302, { location }).end()
      }
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'x-frame-options': 'DENY',
        'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'",
      })
      return void response.end(page)
    }
    if (pathname.startsWith('/api/')) {
      response.writeHead(200, { 'content-type': 'application/json' })
      return void response.end(JSON.stringify({ state: 'owed', plate: about.plate(), driver, owedFen: 800 }))
    }
    response.writeHead(404, { 'content-type': 'application/json' }).end('{}')
  })
  return { agents, ...server }
}
