import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Applications, NotAcceptable } from '../applications.ts'
import type { ChannelError, Merchant } from '../channel.ts'
import { accountOf } from './account.ts'
import {
  applicationErrorOf,
  readApplication,
  readCard,
  readCardChange,
  readCardChangeState,
  readMediaId,
  readTaken,
} from './application-answers.ts'
import {
  applicationQuery,
  applicationRequest,
  businessCode,
  cardChangeQuery,
  cardChangeRequest,
  cardQuery,
} from './application-request.ts'
import type { ApiRequest, Client, Unanswered } from './client.ts'
import { channelErrorOf, saysUnknown } from './errors.ts'
import type { Json } from './json.ts'
import type { Keys } from './keys.ts'
import { mediaRequest } from './media.ts'
import type { ApplicationTerms, WechatPaySettings } from './settings.ts'

/** Sub-merchants of a service provider (wechat-pay.md 18). */
export function wechatPayApplications(
  settings: WechatPaySettings,
  terms: ApplicationTerms,
  deps: { readonly client: Client; readonly keys: Keys; readonly clock: Clock },
): Applications {
  const { client, keys, clock } = deps
  const { mchid } = settings
  const key = () => keys.encryptingKey(clock.now())

  /** A call whose refusal may be something to mend. */
  async function tell<T>(
    request: Result<ApiRequest, ChannelError | NotAcceptable>,
    read: (answer: Json) => Result<T, ChannelError>,
  ): Promise<Result<T, ChannelError | NotAcceptable>> {
    if (!request.ok) return request
    const answer = await client(request.value)
    return answer.ok ? read(answer.value) : err(mendableOf(answer.error))
  }

  async function ask<T>(request: ApiRequest, read: (answer: Json) => Result<T, ChannelError>) {
    const answer = await client(request)
    return answer.ok ? read(answer.value) : err(errorOf(answer.error))
  }

  async function about<T, E>(
    merchant: Merchant,
    act: (subMchid: string) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | ChannelError>> {
    const account = accountOf(settings, merchant)
    if (!account.ok) return account
    return account.value.mode === 'partner' ? act(account.value.subMchid) : err(notInDirectMode)
  }

  return {
    upload: (paper) => tell(ok(mediaRequest(paper)), readMediaId),
    send: (application) => tell(applicationRequest({ mchid, terms }, key(), application), readTaken),
    async query(applicationNumber) {
      const answer = await client(applicationQuery(mchid, applicationNumber))
      if (answer.ok) return readApplication(businessCode(mchid, applicationNumber), answer.value)
      const { error } = answer
      return error.kind === 'failure' && saysUnknown(error.failure) ? ok({ state: 'unknown' }) : err(errorOf(error))
    },
    changeCard: (merchant, card) =>
      about(merchant, (subMchid) => tell(cardChangeRequest(subMchid, key(), card), readCardChange)),
    queryCard: (merchant, changeNo) =>
      about(merchant, (subMchid) => ask(cardChangeQuery(subMchid, changeNo), readCardChangeState)),
    cardIs: (merchant) => about(merchant, (subMchid) => ask(cardQuery(subMchid), readCard)),
  }
}

const notInDirectMode: ChannelError = {
  kind: 'refused',
  code: 'NOT_IN_DIRECT_MODE',
  message: 'applications are for sub-merchants of a service provider',
  alarm: true,
}

const errorOf = (unanswered: Unanswered): ChannelError =>
  unanswered.kind === 'unclear' ? unanswered.error : channelErrorOf(unanswered.failure)
const mendableOf = (unanswered: Unanswered): ChannelError | NotAcceptable =>
  unanswered.kind === 'unclear' ? unanswered.error : applicationErrorOf(unanswered.failure)
