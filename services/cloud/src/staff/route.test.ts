import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Needs } from './route.ts'
import { routeMistake } from './route.ts'

describe('what a route names before it can be hung', () => {
  const rows: [string, Needs | undefined, RegExp | null][] = [
    ['/api/operator/payments', { act: 'reports.read', scope: 'operator' }, null],
    ['/api/operator/lots/:lot/payments', { act: 'reports.read', scope: 'lot' }, null],
    ['/api/operator/lots/:lot/lanes/:lane/open', { act: 'gate.open', scope: 'lane' }, null],
    ['/api/platform/operators/:operator/payments', { act: 'reports.read', scope: 'operator' }, null],
    ['/api/platform/reviews', { act: 'reviews.do', scope: 'platform' }, null],
    ['/api/me', { act: 'me', scope: 'me' }, null],
    ['/healthz', undefined, null],
    ['/api/driver/codes/:code', undefined, null],
    ['/api/operators-of-old', undefined, null],
    ['/api/operator/payments', undefined, /names no act/],
    ['/api/operator', undefined, /names no act/],
    ['/api/me/anything', undefined, /names no act/],
    ['/healthz', { act: 'me', scope: 'me' }, /behind no door/],
    ['/api/operator/payments', { act: 'reports.read', scope: 'platform' }, /cannot have the scope platform/],
    ['/api/operator/payments', { act: 'constructor' as 'me', scope: 'operator' }, /is no act/],
    ['/api/operator/lots/:lotId', { act: 'reports.read', scope: 'lot' }, /no :lot$/],
    ['/api/operator/lots/:lot', { act: 'gate.open', scope: 'lane' }, /no :lane$/],
    ['/api/platform/payments', { act: 'reports.read', scope: 'operator' }, /no :operator$/],
  ]
  for (const [url, needs, mistake] of rows)
    test(`${url} as ${needs ? `${needs.act} at ${needs.scope}` : 'nothing'}: ${mistake ?? 'may be hung'}`, () => {
      const said = routeMistake(url, needs)
      if (mistake === null) assert.equal(said, null)
      else assert.match(said ?? '', mistake)
    })
})
