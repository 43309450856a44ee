import { ask, byId, say, tell, timeText, worthText } from '/shop/words.js'

const code = location.hash.slice(1)
const said = byId('said')
const look = await ask('POST', '/api/coupon/look', { code })
if (look.ok) {
  const { shopName, lotName, kind, worth } = look.json
  byId('offer').textContent = `${shopName} · ${lotName}: ${kind} ${worthText(worth)}`
  byId('take').hidden = false
  byId('plate').focus()
} else tell(said, look.text, 'wrong')

byId('take').addEventListener('submit', async (event) => {
  event.preventDefault()
  const button = byId('take').querySelector('button')
  button.disabled = true
  const done = await ask('POST', '/api/coupon/take', { code, plate: byId('plate').value })
  button.disabled = false
  if (!done.ok) return tell(said, done.text, 'wrong')
  const { plate, validUntil } = done.json
  byId('take').hidden = true
  tell(
    said,
    say(
      `${plate} 已领取，${timeText(validUntil)} 前离场缴费时自动抵扣。`,
      `Taken for ${plate}: it lowers the fee by itself until ${timeText(validUntil)}.`,
    ),
    'right',
  )
})
