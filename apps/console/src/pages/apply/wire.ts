import type { ApplicantView } from '@lanepay/cloud/application/api.ts'
import type { PaperKind } from '@lanepay/domain/applicant/form.ts'
import { Problem, problemOf } from '../../kit/problem.ts'

/* How whoever applies asks the cloud: by a secret link in place of an account. */

export const linkHeaders = (link: string) => ({ 'x-lanepay-application': link })

/**
 * Sends a picture and tells how far it is, from 0 to 1.
 * @throws Problem as `request` does
 */
export function sendPicture(
  link: string,
  kind: PaperKind,
  picture: Blob,
  onProgress: (part: number) => void,
): Promise<ApplicantView> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest()
    sending.open('PUT', `/api/apply/papers/${kind}`)
    sending.setRequestHeader('content-type', 'application/octet-stream')
    sending.setRequestHeader('x-lanepay-application', link)
    sending.timeout = 120_000
    sending.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total)
    const failed = () => reject(new Problem({ code: 'offline', status: 0 }))
    sending.onerror = failed
    sending.ontimeout = failed
    sending.onload = () => {
      const response = new Response(sending.responseText, { status: sending.status })
      if (response.ok) resolve(JSON.parse(sending.responseText) as ApplicantView)
      else void problemOf(response).then(reject, reject)
    }
    sending.send(picture)
  })
}

/**
 * What a paper may be, as the field that takes it says. JPEG stands first and HEIC is not among them: by that the browser of an iPhone makes a
 * JPEG of each photograph that is chosen or taken.
 */
export const paperTypes = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'] as const

const mostPixelsASide = 2400
const smallEnough = 1_500_000
const isTaken = ({ type }: Blob): boolean => (paperTypes as readonly string[]).includes(type)
/**
 * A photograph as it is sent: a large one is made smaller here, so that a telephone at a lot without a good line is done sooner, and one that
 * the cloud does not take (HEIC out of a file) becomes a JPEG where the browser reads it. What the browser cannot read goes out as it is: the
 * cloud says what is wrong with it.
 */
export async function ready(file: Blob): Promise<Blob> {
  if (file.size <= smallEnough && isTaken(file)) return file
  const picture = await createImageBitmap(file).catch(() => null)
  if (picture === null) return file
  const by = Math.min(1, mostPixelsASide / Math.max(picture.width, picture.height))
  const canvas = Object.assign(document.createElement('canvas'), {
    width: Math.round(picture.width * by),
    height: Math.round(picture.height * by),
  })
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return new Promise((resolve) => canvas.toBlob((made) => resolve(made ?? file), 'image/jpeg', 0.88))
}
