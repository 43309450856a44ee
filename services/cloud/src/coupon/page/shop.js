import { ask, byId, say, tell, timeText, worthText } from '/shop/words.js'

const said = byId('said')
const states = {
  open: ['未使用', 'not used yet'],
  used: ['已使用', 'used'],
  refused: ['车场未收', 'not taken'],
  over: ['已过期', 'over'],
}
let kind = ''
/** One coupon that is about to be given: whatever becomes of an answer, sent again it is the same one. */
let intention = null
let before = null

function show(part) {
  for (const id of ['sign-in', 'link', 'desk']) byId(id).hidden = id !== part
}
const link = new URLSearchParams(location.hash.slice(1)).get('link')

async function open() {
  const me = await ask('GET', '/api/shop/self')
  if (!me.ok) {
    if (me.code !== 'not-signed-in') tell(said, me.text, 'wrong')
    show('sign-in')
    byId('account').focus()
    return
  }
  show('desk')
  const { name, lotName, kinds, leftToday, leftThisMonth, hours } = me.json
  byId('title').textContent = `${name} · ${lotName}`
  byId('left').textContent = say(
    `今天还能发 ${leftToday} 张，本月 ${leftThisMonth} 张；每张 ${hours} 小时内有效。`,
    `${leftToday} more today, ${leftThisMonth} this month; each is good for ${hours} hours.`,
  )
  const box = byId('kinds')
  for (const old of box.querySelectorAll('button')) old.remove()
  if (!kinds.some((one) => one.name === kind)) kind = kinds[0]?.name ?? ''
  for (const one of kinds) {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = `${one.name} ${worthText(one.worth)}`
    button.setAttribute('aria-pressed', String(one.name === kind))
    button.addEventListener('click', () => {
      kind = one.name
      intention = null
      for (const other of box.querySelectorAll('button')) other.setAttribute('aria-pressed', String(other === button))
    })
    box.append(button)
  }
  byId('given').replaceChildren()
  before = null
  await list()
}

async function list() {
  const page = await ask('GET', `/api/shop/coupons${before === null ? '' : `?after=${before}`}`)
  if (!page.ok) return tell(said, page.text, 'wrong')
  for (const { plate, kind: name, givenAt, state } of page.json.coupons) {
    const row = document.createElement('li')
    const [left, right] = [document.createElement('span'), document.createElement('span')]
    left.textContent = `${timeText(givenAt)} ${plate} ${name}`
    right.textContent = say(...states[state])
    row.append(left, right)
    byId('given').append(row)
  }
  before = page.json.next
  byId('more').hidden = before === null
  byId('none').hidden = byId('given').childElementCount > 0
}

/** While something is under way the button rests, so that nobody gives two. */
const during = (form, act) => async (event) => {
  event.preventDefault()
  const button = form.querySelector('button.main') ?? form
  button.disabled = true
  tell(said, '', '')
  await act()
  button.disabled = false
}
byId('sign-in').addEventListener(
  'submit',
  during(byId('sign-in'), async () => {
    const done = await ask('POST', '/api/shop/sign-in', {
      account: byId('account').value,
      password: byId('password').value,
    })
    byId('password').value = ''
    if (!done.ok) return tell(said, done.text, 'wrong')
    await open()
  }),
)
byId('link').addEventListener(
  'submit',
  during(byId('link'), async () => {
    const done = await ask('POST', '/api/shop/link', { link, password: byId('new-password').value })
    if (!done.ok) return tell(said, done.text, 'wrong')
    history.replaceState(null, '', '/shop/')
    tell(
      said,
      say(
        `密码已设置。您的账号是 ${done.json.account}。`,
        `The password is set. Your account is ${done.json.account}.`,
      ),
      'right',
    )
    await open()
  }),
)
byId('plate').addEventListener('input', () => {
  intention = null
})
byId('give').addEventListener(
  'submit',
  during(byId('give'), async () => {
    if (intention === null) {
      const begun = await ask('POST', '/api/shop/asks', {})
      if (!begun.ok) return tell(said, begun.text, 'wrong')
      intention = begun.json.ask
    }
    const done = await ask('POST', '/api/shop/coupons', { ask: intention, plate: byId('plate').value, kind })
    if (!done.ok) return tell(said, done.text, 'wrong')
    const { plate, validUntil } = done.json
    byId('plate').value = ''
    intention = null
    await open()
    tell(
      said,
      say(
        `已发给 ${plate}，${timeText(validUntil)} 前有效。`,
        `Given to ${plate}, good until ${timeText(validUntil)}.`,
      ),
      'right',
    )
  }),
)
byId('show-code').addEventListener(
  'click',
  during(byId('show-code'), async () => {
    const made = await ask('POST', '/api/shop/codes', { kind })
    if (!made.ok) return tell(said, made.text, 'wrong')
    byId('code').src = `data:image/svg+xml,${encodeURIComponent(made.json.svg)}`
    byId('code').alt = say('给车主扫的码', 'the code for the driver to scan')
    byId('code').dataset.url = made.json.url
    byId('code-until').textContent = say(
      `一位车主用一次，${timeText(made.json.until)} 前有效。`,
      `For one driver, good until ${timeText(made.json.until)}.`,
    )
    byId('code-box').hidden = false
  }),
)
byId('more').addEventListener('click', list)
byId('sign-out').addEventListener('click', async () => {
  await ask('POST', '/api/shop/sign-out', {})
  location.reload()
})

if (link) {
  show('link')
  byId('new-password').focus()
} else await open()
