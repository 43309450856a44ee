/* Signing in and the authenticator of one's own account; everything else is on the office's screens. */

const at = (id) => document.getElementById(id)
const say = (text) => {
  at('said').textContent = text
}
const words = {
  'sign-in-wrong': '账号或密码不对。 Account or password is wrong.',
  'code-needed': '还需要身份验证器的口令。 The code of the authenticator is needed too.',
  'code-wrong': '口令不对，请看最新的一个。 The code is not that of now.',
  'code-used': '这个口令已用过，请等下一个。 This code was used: wait for the next one.',
  'password-wrong': '密码不对。 The password is wrong.',
  'second-factor-needed':
    '请退出，用现在的身份验证器重新登录后再更换。 Sign out and in again with the present authenticator first.',
  'too-many': '尝试太多，请稍后再试。 Too many tries; wait a little.',
}

/** The answer, or null after saying why there is none. */
async function ask(path, body) {
  say('')
  try {
    const post = { method: 'POST', headers: { 'content-type': 'application/json', 'x-lanepay-staff': '1' } }
    const response = await fetch(path, body === undefined ? {} : { ...post, body: JSON.stringify(body) })
    const answer = await response.json()
    if (response.ok) return answer
    if (path !== '/api/me') say(words[answer.error.code] ?? '没有成功，请再试一次。 It did not work; try again.')
  } catch {
    say('没有成功，请再试一次。 It did not work; try again.')
  }
  return null
}
const onSubmit = (id, act) =>
  at(id).addEventListener('submit', (event) => {
    event.preventDefault()
    act()
  })

async function show() {
  const me = await ask('/api/me')
  at('sign-in').hidden = me !== null
  at('own').hidden = me === null
  if (me === null) return
  const factor = me.secondFactor.isSetUp
    ? `身份验证器已设置，恢复码剩 ${me.secondFactor.recoveryCodes} 个 / authenticator set up, ${me.secondFactor.recoveryCodes} recovery codes left`
    : '未设置身份验证器 / no authenticator yet'
  at('who').textContent = `${me.person.account} · ${me.role} · ${factor}`
}

onSubmit('sign-in', async () => {
  const [account, password, code] = ['account', 'password', 'code'].map((id) => at(id).value)
  const done = await ask('/api/staff/sign-in', { account, password, ...(code === '' ? {} : { code }) })
  if (done === null) return
  at('sign-in').reset()
  await show()
})
onSubmit('begin', async () => {
  const begun = await ask('/api/me/authenticator', { password: at('again').value })
  if (begun === null) return
  at('begin').hidden = true
  at('begin').reset()
  at('confirm').hidden = false
  at('secret').textContent = begun.secret
  at('qr').src = `data:image/svg+xml,${encodeURIComponent(begun.qr)}`
})
onSubmit('confirm', async () => {
  const done = await ask('/api/me/authenticator/confirm', { code: at('shown').value })
  if (done === null) return
  at('confirm').hidden = true
  at('secret').textContent = ''
  at('codes').textContent = done.recoveryCodes.join('\n')
  await show()
  say('恢复码只显示这一次，请抄下来。 These recovery codes are shown this once: write them down.')
})
onSubmit('out', async () => {
  if ((await ask('/api/me/sign-out', {})) !== null) location.reload()
})
show()
