import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Applications, NotAcceptable } from '../applications.ts'
import type { ChannelError, Merchant } from '../channel.ts'
import {
  applicationErrorOf,
  readApplication,
  readCard,
  readCardChange,
  readCardChangeState,
  readImageId,
  readTaken,
} from './application-answers.ts'
import {
  applicationQuery,
  applicationRequest,
  cardChangeQuery,
  cardChangeRequest,
  cardQuery,
  imageRequest,
} from './application-request.ts'
import type { Client, Unanswered } from './client.ts'
import { bareCode, channelErrorOf } from './errors.ts'
import type { ApiRequest } from './gateway.ts'
import type { Json } from './json.ts'
import type { ApplicationTerms } from './settings.ts'

/** Second-tier merchants of our own contract (alipay.md 13.1). */
export function applicationsOver(client: Client, terms: ApplicationTerms): Applications {
  async function tell<T>(
    request: ApiRequest,
    read: (answer: Json) => Result<T, ChannelError>,
  ): Promise<Result<T, ChannelError | NotAcceptable>> {
    const answer = await client(request)
    return answer.ok ? read(answer.value) : err(mendableOf(answer.error))
  }
  async function ask<T>(request: ApiRequest, read: (answer: Json) => Result<T, ChannelError>) {
    const answer = await client(request)
    return answer.ok ? read(answer.value) : err(errorOf(answer.error))
  }
  async function about<T, E>(
    { smid }: Merchant,
    act: (smid: string) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | ChannelError>> {
    return smid === undefined ? err(notSecondTier) : act(smid)
  }
  return {
    upload: (paper) => tell(imageRequest(paper), readImageId),
    send: (application) => tell(applicationRequest(terms, application), readTaken),
    async query(applicationNumber) {
      const answer = await client(applicationQuery(applicationNumber))
      if (answer.ok) return readApplication(applicationNumber, answer.value)
      const { error } = answer
      return error.kind === 'failure' && /NOT_EXIST/.test(bareCode(error.failure.subCode))
        ? ok({ state: 'unknown' })
        : err(errorOf(error))
    },
    changeCard: (merchant, card) => about(merchant, (smid) => tell(cardChangeRequest(smid, card), readCardChange)),
    queryCard: (merchant, changeNo) =>
      about(merchant, () => ask(cardChangeQuery(changeNo), (answer) => readCardChangeState(changeNo, answer))),
    cardIs: (merchant) => about(merchant, (smid) => ask(cardQuery(smid), readCard)),
  }
}

const notSecondTier: ChannelError = {
  kind: 'refused',
  code: 'SMID_MISSING',
  message: 'merchant.smid: settlement cards are told of second-tier merchants only',
  alarm: true,
}

const errorOf = (unanswered: Unanswered): ChannelError =>
  unanswered.kind === 'unclear' ? unanswered.error : channelErrorOf(unanswered.failure)
const mendableOf = (unanswered: Unanswered): ChannelError | NotAcceptable =>
  unanswered.kind === 'unclear' ? unanswered.error : applicationErrorOf(unanswered.failure)
