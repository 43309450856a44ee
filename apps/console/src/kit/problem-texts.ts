import type { Both, Language } from './language.ts'
import { Problem } from './problem.ts'

/*
 * What a person reads in place of a code: what happened, and what to do. A page that knows better gives texts of its own. A code without a
 * text is shown with the server's own words, so nothing is ever only "an error".
 */

export type ProblemTexts = Readonly<Record<string, Both<string>>>
const both = (texts: Readonly<Record<string, readonly [zh: string, en: string]>>): ProblemTexts =>
  Object.fromEntries(Object.entries(texts).map(([code, [zh, en]]) => [code, { zh, en }]))

export const problemTexts = both({
  offline: [
    '没有连上服务器，什么也没有发出。请检查网络后再试。',
    'The server was not reached and may not have heard it. Check the network, look whether it was done, then try again.',
  ],
  unclear: [
    '服务器的回答看不懂。请先看看是否已生效，再重试。',
    'The answer made no sense. Look whether it was done, then try again.',
  ],
  internal: [
    '服务器出错了，没有做到一半。请稍后再试。',
    'Something went wrong on the server; nothing was half done. Try again later.',
  ],
  'bad-request': ['有一项填写不正确。', 'Something that was filled in is not right.'],
  'body-too-large': ['内容太大。', 'This is too large.'],
  'too-many-rows': ['超过 20 万行：请先缩小范围，再导出。', 'Over 200,000 rows: narrow the list, then export it.'],
  busy: ['正在生成其他文件，请几秒后再试。', 'Other files are being made: ask again in a few seconds.'],
  'too-many': ['尝试太多，请稍后再试。', 'Too many tries; wait a little.'],

  'not-signed-in': ['登录已结束，请重新登录。', 'You are signed out: sign in again.'],
  'foreign-page': [
    '这个请求不是从本页发出的。请刷新后再试。',
    'This was not sent by a page of ours. Reload and try again.',
  ],
  'not-allowed': ['您的角色不能这样做，请找主管。', 'Your role may not do this: ask whoever gives out rights.'],
  'look-needed': ['先写明原因，开始查看该运营方。', 'Begin a look with a reason first.'],
  'look-only-reads': ['查看期间不能更改或导出。', 'Whoever looks changes nothing and takes nothing away.'],
  'second-factor-needed': [
    '没有再次出示动态口令，没有执行。',
    'The code of the authenticator was not shown: nothing was done.',
  ],
  'second-factor-not-set-up': ['请先在“我的账号”设置身份验证器。', 'Set up an authenticator under “My account” first.'],
  'look-unknown': ['这次查看已结束。', 'This look has ended.'],
  'sign-in-wrong': ['账号或密码不对。', 'Account or password is wrong.'],
  'code-needed': ['还需要身份验证器的口令。', 'The code of the authenticator is needed too.'],
  'code-wrong': [
    '口令不对：请看最新的一个，并检查手机时间。',
    'This is not the code of now: look again, and at the clock of the phone.',
  ],
  'code-used': ['这个口令已用过，请等下一个。', 'This code was used: wait for the next one.'],
  'password-wrong': ['密码不对。', 'The password is wrong.'],
  'no-second-factor': ['没有设置身份验证器。', 'No authenticator is set up.'],
  'authenticator-not-begun': ['请先开始设置身份验证器。', 'Begin setting up an authenticator first.'],
  'sign-in-unknown': ['这次登录已经结束。', 'This sign-in has ended already.'],
  'link-unknown': ['链接无效，或已被新的链接代替。', 'This link does not work, or a newer one has replaced it.'],
  'link-used': ['链接已用过：它只能用一次。', 'This link was used: it works once.'],
  'link-expired': ['链接已过期，请让管理员重新发送。', 'This link is too old: ask for another.'],
  'too-short': ['密码太短：至少 10 个字符。', 'Too short: 10 characters or more.'],
  'too-long': ['密码太长：最多 128 个字符。', 'Too long: 128 characters at most.'],
  common: ['这个密码太常见，请换一个。', 'Too many people use this one: take another.'],
  'about-you': ['不要用账号、姓名或手机号作密码。', 'Not your account, name or telephone number.'],

  'account-malformed': [
    '账号为 3 到 32 位小写字母、数字、点、横线、下划线，以字母开头。',
    '3 to 32 of a to z, 0 to 9, dot, dash and underscore, a letter first.',
  ],
  'account-taken': ['这个账号名已有人用，或曾有人用过。', 'There is, or was, an account of this name: take another.'],
  'person-unknown': ['没有这个人，或已被移除。', 'There is no such person here.'],
  'operator-unknown': ['没有这个运营方。', 'There is no such operator.'],
  'own-account': ['不能对自己的账号这样做，请另一位来做。', 'Nobody does this to its own account: ask another.'],
  'role-not-here': ['这个角色不能在这里使用。', 'This role is not given here.'],
  'party-needed': ['请填写分润方编号。', "A partner's number is needed."],
  'party-not-here': ['只有分润方才有编号。', 'Only partners have a number.'],
  'all-lots-needed': ['这个角色必须能看全部车场。', 'This role sees all lots.'],
  'lots-needed': ['请至少选一个车场。', 'Choose one lot at least.'],
  'lanes-not-here': ['只有值守人员才指定通道。', 'Lanes are named for attendants only.'],
  'lot-unknown': ['没有这个车场，或不是该运营方的。', 'There is no such lot of this operator.'],
})

/** A problem in words: those of the page first, then the kit's, then the server's. With how long to wait, where that is known. */
export function problemText(error: unknown, language: Language, own: ProblemTexts = {}): string {
  if (!(error instanceof Problem)) return problemTexts.unclear![language]
  const known = own[error.code] ?? (error.code === 'bad-request' ? undefined : problemTexts[error.code])
  const text = known?.[language] ?? inWordsOf(error, language)
  if (error.waitSeconds === undefined) return text
  const wait =
    error.waitSeconds > 90
      ? `${Math.ceil(error.waitSeconds / 60)} ${language === 'zh' ? '分钟' : 'minutes'}`
      : `${error.waitSeconds} ${language === 'zh' ? '秒' : 'seconds'}`
  return language === 'zh' ? `${text}（${wait}后）` : `${text} (in ${wait})`
}

/** A path that nobody has made is answered like what belongs to others. */
function inWordsOf(problem: Problem, language: Language): string {
  if (problem.code === 'bad-request' && problem.status === 404)
    return language === 'zh' ? '这里没有这个内容，或不属于您。' : 'There is nothing of yours here.'
  const start = problemTexts[problem.code]?.[language]
  return [start, `${problem.message} (${problem.code})`].filter((part) => part !== undefined).join(' ')
}
