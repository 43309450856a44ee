import { createHmac } from 'node:crypto'
import { totpCode, totpStep } from '@lanepay/domain/totp.ts'

/** A person's authenticator in tests: the secret as a file has it (RFC 6238, appendix B), and the code that it shows. */
export const typedSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
export const codeAt = (now: number): string =>
  totpCode(
    (key, message) => createHmac('sha1', key).update(message).digest(),
    Buffer.from('12345678901234567890'),
    totpStep(now),
  )
