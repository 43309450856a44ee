import QRCode from 'qrcode'

/** What a code is for: to pay, in whichever wallet, or to take cash change, which only WeChat can give. In Chinese and in English. */
const words = {
  fee: {
    wallets: ['请用微信或支付宝扫码缴费', 'Please scan with WeChat or Alipay to pay for parking'],
    code: ['停车码', 'Parking code'],
    open: ['打开微信或支付宝，点“扫一扫”', 'Open WeChat or Alipay and tap “Scan”'],
    scan: ['扫描现场的停车码，或用另一部手机扫上面的码', 'Scan the code on site, or the code above with another phone'],
  },
  change: {
    wallets: ['请用微信扫码领取找零', 'Please scan with WeChat to take your change'],
    code: ['找零码', 'Code for your change'],
    open: ['打开微信，点“扫一扫”', 'Open WeChat and tap “Scan”'],
    scan: [
      '扫描机器上的码，或用另一部手机扫上面的码',
      'Scan the code on the machine, or the code above with another phone',
    ],
  },
} as const

/**
 * The page of a code for a browser that is no wallet: which apps work, and the same code to scan again. Chinese and
 * English together, without any script. `takes`: the code is no car park's but of cash change.
 */
export function otherBrowserPage(about: {
  readonly lotName: string
  readonly url: string
  readonly takes?: 'change'
}): string {
  const { lotName, url, takes } = about
  const { wallets, code, open, scan } = words[takes ?? 'fee']
  const alipay = `alipays://platformapi/startapp?saId=10000007&qrcode=${encodeURIComponent(url)}`
  const inAlipay = `<p><a href="${escapeHtml(alipay)}">在支付宝中打开 <span lang="en">Open in Alipay</span></a></p>\n`
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${wallets[0]}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<p class="lot">${escapeHtml(lotName)}</p>
<h1>${wallets[0]}</h1>
<p lang="en">${wallets[1]}</p>
<figure>${codePicture(url, code)}<figcaption>${code[0]} <span lang="en">${code[1]}</span></figcaption></figure>
<ol>
<li>${open[0]}<span lang="en">${open[1]}</span></li>
<li>${scan[0]}<span lang="en">${scan[1]}</span></li>
</ol>
${takes ? '' : inAlipay}<p class="soft">不用注册，不用关注，不用下载。<span lang="en">No registration, nothing to follow, nothing to install.</span></p>
</main>
</body>
</html>
`
}

/** The code as one path of unit squares: sharp at every size, and smaller than a picture. */
function codePicture(url: string, name: readonly [string, string]): string {
  const { modules } = QRCode.create(url, { errorCorrectionLevel: 'M' })
  const { size } = modules
  let path = ''
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      if (!modules.get(y, x)) continue
      let run = 1
      while (x + run < size && modules.get(y, x + run)) run++
      path += `M${x} ${y}h${run}v1h-${run}z`
      x += run - 1
    }
  const whole = size + 8 // the quiet zone is part of the code
  return (
    `<svg role="img" aria-label="${name.join(' ')}" viewBox="-4 -4 ${whole} ${whole}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M-4-4h${whole}v${whole}h-${whole}z"/><path d="${path}"/></svg>`
  )
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!)

const style = `
:root{--ground:#eef1f4;--card:#fff;--ink:#111a23;--soft:#45525f;--link:#0b4a8f}
@media (prefers-color-scheme:dark){:root{--ground:#10181f;--card:#1a252f;--ink:#f4f7f9;--soft:#bac6d1;--link:#9fcbff}}
*{box-sizing:border-box;margin:0}
body{background:var(--ground);color:var(--ink);font:1rem/1.5 -apple-system,"PingFang SC","Noto Sans SC","Microsoft YaHei",system-ui,sans-serif}
main{max-width:26rem;margin:0 auto;padding:0 16px 24px;display:grid;gap:14px}
.lot{margin:0 -16px;padding:14px 16px 30px;color:#fff;font-weight:650;overflow-wrap:anywhere;
background:#17222d repeating-linear-gradient(90deg,#ffc21a 0 30px,transparent 30px 52px) 0 calc(100% - 12px)/100% 4px no-repeat}
h1{font-size:1.5rem;line-height:1.3}
span[lang=en],p[lang=en],.soft{color:var(--soft)}
li span,.soft span{display:block}
figure{padding:12px;border-radius:16px;background:var(--card);text-align:center}
svg{display:block;width:min(100%,15rem);margin:0 auto 8px;border-radius:8px}
ol{display:grid;gap:10px;padding-left:1.5rem}
a{display:block;padding:12px;min-height:48px;border:1px solid currentColor;border-radius:12px;color:var(--link);font-weight:600;text-align:center}
a span{color:inherit!important}`
