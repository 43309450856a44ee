import { basePath, ErrorView, type Operation, operations } from './api.ts'
import { headersOf, idempotencyRule } from './sign.ts'

const jsonOf = (schema: object) => ({ 'application/json': { schema } })

/** The whole protocol as OpenAPI 3.1, made of the very schemas by which the cloud judges what it is sent: it cannot say anything else. */
export const connectOpenApi = () => ({
  openapi: '3.1.0',
  info: {
    title: 'Lanepay for charging software',
    version: '1',
    description:
      'Money is whole fen, instants are ms since 1970 UTC. docs/connect.md says how calls are signed and what each is for.',
  },
  paths: Object.fromEntries(
    Object.entries(operations).map(([name, one]) => [`${basePath}/${name}`, pathOf(name, one)]),
  ),
  components: {
    schemas: { ErrorView },
    securitySchemes: Object.fromEntries(
      signing.map((name) => [name, { type: 'apiKey', in: 'header', name: headersOf[name] }]),
    ),
  },
  security: [Object.fromEntries(signing.map((name) => [name, []]))],
})
const signing = ['key', 'time', 'nonce', 'signature'] as const

const pathOf = (name: string, { method, about, body, answer, keyed }: Operation) => ({
  [method.toLowerCase()]: {
    operationId: name,
    summary: about,
    ...(keyed ? { parameters: [idempotencyHeader] } : {}),
    ...(body ? { requestBody: { required: true, content: jsonOf(body) } } : {}),
    responses: {
      200: { description: 'done', content: jsonOf(answer) },
      default: { description: 'what is wrong', content: jsonOf({ $ref: '#/components/schemas/ErrorView' }) },
    },
  },
})
const idempotencyHeader = {
  name: headersOf.idempotency,
  in: 'header',
  required: true,
  schema: { type: 'string', pattern: idempotencyRule.source },
}
