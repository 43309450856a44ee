// The link's secret stands behind the `#`: no server on the way has seen it, and it leaves the address as soon as it is read.
const link = location.hash.slice(1)
history.replaceState(null, '', location.pathname)

const form = document.getElementById('form')
const said = document.getElementById('said')
const [password, again] = ['password', 'again'].map((id) => document.getElementById(id))

const words = {
  'too-short': '密码太短。 Too short.',
  'too-long': '密码太长。 Too long.',
  common: '这个密码太常见。 Too many people use this one.',
  'about-you': '不要用账号、姓名或手机号。 Not your account, name or telephone number.',
  'link-unknown': '链接无效，或已被新的链接代替。 This link does not work, or a newer one has replaced it.',
  'link-used': '链接已用过。 This link was used.',
  'link-expired': '链接已过期，请让管理员重新发送。 This link is too old: ask for another.',
  'too-many': '尝试太多，请稍后再试。 Too many tries; wait a little.',
}
const unclear = '没有成功，请再试一次。 It did not work; try again.'

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  if (password.value !== again.value) {
    said.textContent = '两次输入不一致。 The two are not the same.'
    return
  }
  try {
    const response = await fetch('/api/staff/link', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-lanepay-staff': '1' },
      body: JSON.stringify({ link, password: password.value }),
    })
    const answer = await response.json()
    if (!response.ok) {
      said.textContent = words[answer.error.code] ?? unclear
      return
    }
    form.hidden = true
    said.textContent = `密码已设置，账号：${answer.account}。 Set, for the account ${answer.account}. `
    const next = document.createElement('a')
    next.href = '/staff/account'
    next.textContent = '登录 Sign in'
    said.append(next)
  } catch {
    said.textContent = unclear
  }
})
