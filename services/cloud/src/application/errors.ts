import type { FastifyReply } from 'fastify'
import type { ErrorView } from '../driver/api.ts'
import type { ActRefusal } from './decide.ts'
import type { PictureRefusal } from './picture.ts'

export type ApplicationRefusal =
  | ActRefusal
  | PictureRefusal
  | 'foreign-page'
  | 'link-unknown'
  | 'application-unknown'
  | 'too-many'
  | 'busy'
  | 'changed-elsewhere'
  | 'form-mistakes'
  | 'checks-missing'
  | 'lot-number-taken'
  | 'not-the-applicant'
  | 'not-opened'
  | 'account-in-use'
  | 'holidays-wrong'
  | 'holidays-empty'
  | 'source-missing'

type Told = { readonly status: number; readonly message: string; readonly field?: string; readonly rule?: string }
/** Every refusal of an application; leave one out and this stops compiling. */
export const applicationRefusals = {
  'foreign-page': { status: 403, message: 'this was not sent by a page of ours' },
  'link-unknown': { status: 404, message: 'this link does not work, or a newer one has replaced it' },
  'application-unknown': { status: 404, message: 'no such application here' },
  'too-many': { status: 429, message: 'too many requests; wait ten minutes' },
  busy: { status: 503, message: 'too many pictures at once; send it again' },
  'changed-elsewhere': { status: 409, message: 'this was changed in another window: read it again' },
  'not-in-this-state': { status: 409, message: 'this is not done with an application in this state' },
  'on-another-desk': { status: 409, message: "it is on somebody else's desk: take it first" },
  'form-mistakes': { status: 409, message: 'the form is not complete: the list of mistakes says what' },
  'checks-missing': { status: 409, message: 'look at everything on the list first', field: 'body/checks' },
  'lot-number-taken': { status: 409, message: 'there is a lot of this number', field: 'lotNumber' },
  'not-the-applicant': { status: 403, message: "these are not the last characters of the applicant's identity card" },
  'not-opened': { status: 409, message: 'nothing is opened for it yet' },
  'account-in-use': { status: 409, message: 'the password of this account was set: sign in' },
  'holidays-wrong': { status: 400, message: 'a line of it is wrong: nothing was kept', field: 'body/text' },
  'holidays-empty': { status: 400, message: 'it has no day off', field: 'body/text', rule: 'one day off or more' },
  'source-missing': { status: 400, message: 'say which announcement this is', field: 'body/source', rule: 'not empty' },
  'too-large': { status: 413, message: 'the picture is over 10 MB, or over 60 million pixels', rule: '10 MB' },
  'not-a-picture': {
    status: 400,
    message: 'this is no JPEG, PNG, WebP or scanned PDF, whatever its name says',
    rule: 'a picture',
  },
  'heic-picture': { status: 400, message: 'this is a HEIC photograph: send it as JPEG', rule: 'JPEG, PNG or WebP' },
  'pdf-not-one-picture': {
    ...{ status: 400, message: 'only a PDF of one page with one scanned picture is taken: send a picture of it' },
    rule: 'one page that is one JPEG',
  },
  unreadable: { status: 400, message: 'the picture is damaged or was cut off: take it again', rule: 'a whole file' },
  'too-small': { status: 400, message: 'letters cannot be read on so small a picture', rule: '640 by 480 or more' },
  blank: { status: 400, message: 'there is nothing on this picture', rule: 'a paper' },
} as const satisfies Record<ApplicationRefusal, Told>

/** Refuses in the one shape that errors have. */
export function refuseApplication(
  reply: FastifyReply,
  code: ApplicationRefusal,
  about: { field?: string; rule?: string } = {},
): FastifyReply {
  const { status, ...told }: Told = applicationRefusals[code]
  const view: ErrorView = { error: { code, ...told, ...about } }
  return reply.code(status).send(view)
}
