import type { CashChangeSheet } from '@lanepay/cloud/cash-change/api.ts'
import { ofWeixin, through } from '../edge/sheet.ts'
import type { SheetResult } from '../logic/stage.ts'

/**
 * Brings up WeChat's question whether to take a transfer, and says how it ended. WeChat's `ok` says that the question was
 * shown, and on some phones it says so of one that was closed unanswered: `paid` is perhaps confirmed, and the cloud knows.
 */
export const bringUpTransfer = ({ params }: CashChangeSheet): Promise<SheetResult> =>
  through('WeixinJSBridge', (bridge, ended) =>
    bridge.invoke('requestMerchantTransfer', params, ({ err_msg = '' }) => ended(ofTransfer(err_msg))),
  )

function ofTransfer(message: string): SheetResult {
  // A WeChat that is too old for it has a bridge, but not to this.
  if (/function.not.exist/.test(message)) return 'no-bridge'
  return /:fail|access_denied/.test(message) ? 'failed' : ofWeixin(message)
}
