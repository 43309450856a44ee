/* What both pages share: the language, the words, and asking the cloud. What comes from outside is only ever text. */
const chinese = !/^en/i.test(localStorage.getItem('lp-language') ?? navigator.language)
export const isChinese = chinese
document.documentElement.lang = chinese ? 'zh-CN' : 'en'
export const say = (zh, en) => (chinese ? zh : en)
export const byId = (id) => document.getElementById(id)
if (!chinese) for (const one of document.querySelectorAll('[data-en]')) one.textContent = one.dataset.en
if (!chinese) document.title = document.body.dataset.titleEn
byId('language').addEventListener('click', () => {
  localStorage.setItem('lp-language', chinese ? 'en' : 'zh')
  location.reload()
})

const problems = {
  'not-signed-in': ['请先登录。', 'Sign in first.'],
  'sign-in-wrong': ['账号或密码不对。', 'Account or password is wrong.'],
  'too-many': ['尝试太多次，请稍后再试。', 'Too many tries: wait a while.'],
  'plate-malformed': ['这不是车牌号，请检查。', 'This is no plate: look again.'],
  'kind-unknown': ['这种优惠已停发，请刷新。', 'This kind is not given any more: load the page again.'],
  'day-full': ['今天的额度已用完。', 'All coupons of today are given.'],
  'month-full': ['本月的额度已用完。', 'All coupons of this month are given.'],
  'another-coupon': ['这一张已发给另一辆车，请重新开始。', 'This one went to another car: begin again.'],
  'shop-ended': ['商户已停发优惠。', 'The shop gives no coupons any more.'],
  'link-unknown': [
    '链接无效、已用过，或已有新的链接。',
    'This link does not work, was used, or another has replaced it.',
  ],
  'link-expired': ['链接已过期，请向车场再要一个。', 'This link is too old: ask the car park for another.'],
  'code-unknown': ['这不是我们的码。', 'This is not one of our codes.'],
  'code-expired': ['码已过期，请让商户再出示一次。', 'This code is too old: ask the shop to show another.'],
  'ask-unknown': ['请重新开始。', 'Begin again.'],
  'too-short': ['密码至少 10 个字符。', 'A password has 10 characters or more.'],
  'too-long': ['密码最多 128 个字符。', 'A password has 128 characters at most.'],
  common: ['这个密码太常见。', 'Many people use this password.'],
  'about-you': ['密码不能是账号或店名。', 'A password is not the account or the name of the shop.'],
}
/** Asks the cloud; what went wrong has words in both languages. */
export async function ask(method, path, body) {
  let response
  try {
    response = await fetch(path, {
      method,
      headers: { 'x-lanepay-staff': '1', ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  } catch {
    return { ok: false, code: 'offline', text: say('网络不通，请重试。', 'No connection: try again.') }
  }
  const json = await response.json().catch(() => null)
  if (response.ok) return { ok: true, json }
  const code = json?.error?.code ?? ''
  const [zh, en] = problems[code] ?? ['出错了，请重试。', 'Something went wrong: try again.']
  return { ok: false, code, text: say(zh, en) }
}

export const worthText = (worth) => {
  if (worth.kind === 'amount') return say(`减 ¥${(worth.fen / 100).toFixed(2)}`, `¥${(worth.fen / 100).toFixed(2)} off`)
  if (worth.kind === 'minutes') return say(`免 ${worth.minutes} 分钟`, `${worth.minutes} minutes free`)
  if (worth.kind === 'percent') return say(`付 ${worth.pay}%`, `pay ${worth.pay}%`)
  return say('全免', 'all of it')
}
export const timeText = (at) =>
  new Date(at).toLocaleString(chinese ? 'zh-CN' : 'en', {
    timeZone: 'Asia/Shanghai',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
export function tell(where, text, how) {
  where.textContent = text
  where.className = `said ${how}`
  where.hidden = text === ''
}
