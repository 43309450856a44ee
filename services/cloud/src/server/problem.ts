import type { Log } from '@lanepay/domain/log.ts'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type DriverErrorCode, driverErrorCodes, type ErrorView } from '../driver/api.ts'

/** Answers with a stable code, its HTTP status, and for bad input the field and the rule it breaks. */
export function problem(
  reply: FastifyReply,
  code: DriverErrorCode,
  message: string,
  about: Pick<ErrorView['error'], 'field' | 'rule' | 'where' | 'again' | 'said' | 'similar'> = {},
  status: number = driverErrorCodes[code],
): FastifyReply {
  const view: ErrorView = { error: { code, message, ...about } }
  return reply.code(status).send(view)
}

/** For a page that begins nowhere. */
export const wrongAfter = (reply: FastifyReply): FastifyReply => {
  const rule = 'what the page before said is next'
  return problem(reply, 'bad-request', `after: ${rule}`, { field: 'querystring/after', rule })
}
export const pathTooLong = (reply: FastifyReply): FastifyReply =>
  problem(reply, 'bad-request', 'the path is too long', { field: 'path', rule: 'parts of at most 100 characters' })

/** The one place where what was thrown becomes an answer: ours as they are, a stranger's as `internal` without a word of it. */
export const answerErrors =
  (log: Log) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [first] = error.validation ?? []
    if (first) {
      const inside = `${error.validationContext ?? 'body'}${first.instancePath ?? ''}`
      const [missing] = (first.params?.requiredProperties ?? []) as readonly string[]
      if (missing !== undefined)
        return problem(reply, 'bad-request', `${inside}/${missing} is missing`, {
          field: `${inside}/${missing}`,
          rule: 'required',
        })
      return problem(reply, 'bad-request', `${inside} ${first.message ?? 'is not right'}`, {
        field: inside,
        ...(first.message ? { rule: first.message } : {}),
      })
    }
    switch (error.code) {
      case 'FST_ERR_CTP_BODY_TOO_LARGE':
        return problem(reply, 'body-too-large', 'the body is over the limit')
      case 'FST_ERR_CTP_EMPTY_JSON_BODY':
        return problem(reply, 'bad-request', 'the body is empty', { field: 'body', rule: 'JSON object' })
      case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
        return problem(reply, 'bad-request', 'the body is not JSON', {
          field: 'content-type',
          rule: 'application/json',
        })
      case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
        return problem(reply, 'bad-request', 'the length is wrong', {
          field: 'content-length',
          rule: 'the length of the body',
        })
      case 'FST_ERR_BAD_URL':
        return problem(reply, 'bad-request', 'the path cannot be read', {
          field: 'path',
          rule: 'percent-encoded UTF-8',
        })
      case 'FST_ERR_MAX_PARAM_LENGTH':
        return pathTooLong(reply)
    }
    if (error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY')
      return problem(reply, 'bad-request', 'the body is not JSON', { field: 'body', rule: 'JSON' })
    if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
      return problem(reply, 'bad-request', error.message, {}, error.statusCode)
    const { message, stack } = error
    log('error', 'request-failed', {
      request: request.id,
      route: request.routeOptions.url,
      code: error.code,
      message,
      stack,
    })
    return problem(reply, 'internal', 'something went wrong on our side; nothing was half done')
  }
