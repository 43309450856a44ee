import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What Prometheus reads at `/metrics`; no label ever names a person, a plate or a number. */
export function makeMetrics() {
  const registry = new Registry()
  const registers = [registry]
  return {
    registry,
    notifications: new Counter({
      name: 'lanepay_notifications_total',
      help: 'Notifications from payment channels, by what became of them',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    payments: new Counter({
      name: 'lanepay_payments_total',
      help: 'Taps on pay, by what was answered',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    quotes: new Counter({
      name: 'lanepay_quotes_total',
      help: 'Quotes asked, by what was answered',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    lotsOnline: new Gauge({ name: 'lanepay_lots_online', help: 'Lots heard of lately by this process', registers }),
    requestSeconds: new Histogram({
      name: 'lanepay_http_request_seconds',
      help: 'Time to answer a request',
      labelNames: ['route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
  }
}
export type Metrics = ReturnType<typeof makeMetrics>
