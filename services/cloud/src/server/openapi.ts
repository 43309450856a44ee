import type { FastifyPluginAsync } from 'fastify'
import type { Served } from '../cloud.ts'
import { ErrorView } from '../driver/api.ts'
import { may, type Needs } from '../staff/route.ts'

/*
 * What persons with rights may ask, as OpenAPI 3.1: made of the very schemas by which the server judges what it is asked, so it cannot say
 * anything else. What a view holds says its type in the feature's `api.ts`.
 */

type Schema = { readonly properties?: Readonly<Record<string, object>>; readonly required?: readonly string[] }
type Known = Served & { readonly needs: Needs }

/** Answers all routes that there are by then at `GET /api/openapi.json`, to whoever is signed in. */
export const openApi =
  (served: readonly Served[]): FastifyPluginAsync =>
  async (server) => {
    const isForPersons = (route: Served): route is Known => route.needs !== null
    // Made when it is first asked for: by then every route hangs, and none comes after.
    let text: string | undefined
    server.get('/api/openapi.json', may('me', 'me'), async (_, reply) => {
      text ??= JSON.stringify(documentOf(served.filter(isForPersons)))
      return reply.type('application/json').send(text)
    })
  }

/** The whole document. Paths in their order, so that two of one server are the same text. */
function documentOf(known: readonly Known[]) {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of known.toSorted((a, b) => (a.url < b.url ? -1 : 1)))
    for (const method of route.methods) {
      if (method === 'HEAD') continue
      const path = route.url.replace(/:(\w+)/g, '{$1}')
      paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(route, method) }
    }
  return {
    openapi: '3.1.0',
    info: { title: 'Lanepay', version: '1', description: 'Money is whole fen, instants are ms since 1970 UTC.' },
    paths,
    components: {
      schemas: { ErrorView },
      securitySchemes: { signedIn: { type: 'apiKey', in: 'cookie', name: 'lp_staff' } },
    },
    security: [{ signedIn: [] }],
  }
}

function operationOf({ url, schema, needs }: Known, method: string): object {
  const inPath = [...url.matchAll(/:(\w+)/g)].map(([, name]) => name!)
  const known = (schema?.params ?? {}) as Schema
  const query = (schema?.querystring ?? {}) as Schema
  return {
    operationId: `${method.toLowerCase()}${url.replace(/[^A-Za-z0-9]+/g, '-')}`,
    summary: `${needs.act}, ${needs.scope}`,
    parameters: [
      ...inPath.map((name) => ({
        ...{ name, in: 'path', required: true, schema: known.properties?.[name] ?? { type: 'string' } },
      })),
      ...Object.entries(query.properties ?? {}).map(([name, one]) => ({
        ...{ name, in: 'query', required: query.required?.includes(name) ?? false, schema: one },
      })),
    ],
    ...(schema?.body ? { requestBody: { required: true, content: jsonOf(schema.body) } } : {}),
    responses: {
      200: { description: 'as asked' },
      default: { description: 'what is wrong', content: jsonOf({ $ref: '#/components/schemas/ErrorView' }) },
    },
  }
}

const jsonOf = (schema: unknown) => ({ 'application/json': { schema } })
