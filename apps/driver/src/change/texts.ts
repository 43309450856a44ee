import type { CashChangeErrorCode } from '@lanepay/cloud/cash-change/api.ts'
import type { SheetResult } from '../logic/stage.ts'
import type { Language } from '../texts/texts.ts'
import type { ProblemText } from '../texts/zh-cn.ts'
import type { Screen } from './logic.ts'

/** Refusals that are said beside the amount, or in place of it; the others are screens of their own. */
type Refusal = Exclude<CashChangeErrorCode, 'change-over' | 'change-anothers'> | 'not-identified' | 'unknown'

/** What only the page of cash change says; the rest it says as the page of fees does. */
export type ChangeTexts = {
  readonly title: string
  readonly yours: string
  readonly whence: string
  readonly until: (by: string) => string
  readonly take: (yuan: string) => string
  readonly taking: string
  readonly showAgain: string
  readonly noSheet: string
  readonly screens: Readonly<Record<Exclude<Screen, 'opening' | 'problem' | 'offer'>, ProblemText>>
  /** How the sheet ended, where that was not with his money. */
  readonly notes: Readonly<Record<Exclude<SheetResult, 'paid'>, string>>
  readonly problems: Readonly<Record<Refusal, ProblemText>>
}

const zhCn: ChangeTexts = {
  title: '领取找零',
  yours: '找给您的零钱',
  whence: '点一下，在微信里确认，钱就进入您的微信零钱。',
  until: (by) => `请在 ${by} 前领取。`,
  take: (yuan) => `收下 ¥${yuan}`,
  taking: '正在打开微信确认…',
  showAgain: '再打开微信确认',
  noSheet: '没有弹出窗口？查询结果',
  screens: {
    sheet: { title: '请在弹出的窗口中确认收款', todo: '确认后本页会自动更新。' },
    confirming: { title: '正在确认是否到账…', todo: '通常只要几秒，请不要关闭页面。' },
    slow: { title: '还在等微信的结果', todo: '一有结果，本页会自动更新。没有收到的话，可以再打开一次，只会到账一次。' },
    sending: { title: '微信正在处理…', todo: '请不要关闭页面，本页会自动更新。' },
    taken: { title: '已收下', todo: '钱已进入您的微信零钱，可以关闭本页。' },
    anothers: { title: '已有别人领取', todo: '另一个微信号已经领取或正在领取这笔找零。如果不是同行的人，请联系车场。' },
    over: { title: '不能在这里领取了', todo: '领取时间已过，或没有转成。钱没有转给您，请找工作人员领取。' },
  },
  notes: {
    cancelled: '您没有确认，钱还在这里，可以再点一次。',
    failed: '这次没有收成，钱还在这里，可以再点一次。',
    unclear: '还不知道您有没有收下，正在查询。没有收到的话，可以再点一次，只会到账一次。',
    'no-bridge': '微信的确认窗口没有打开。请把微信更新到最新版，再用微信扫码打开本页。',
  },
  problems: {
    'change-unknown': { title: '无法识别这个找零码', todo: '请重新扫描机器上的码。' },
    'change-not-possible': { title: '车场账户现在不能转账', todo: '钱没有转出。请稍后再试，或找工作人员领取。' },
    'not-identified': {
      title: '没有确认到您的身份',
      todo: '领取需要微信确认收款人，不会读取您的昵称、头像和手机号。',
    },
    unknown: { title: '没有办成', todo: '请过一会儿再试，只会到账一次；或联系现场工作人员。' },
  },
}
const en: ChangeTexts = {
  title: 'Your change',
  yours: 'Change for you',
  whence: 'Tap once, confirm in WeChat, and it is in your WeChat balance.',
  until: (by) => `Take it by ${by}.`,
  take: (yuan) => `Take ¥${yuan}`,
  taking: 'Opening WeChat…',
  showAgain: 'Open WeChat again',
  noSheet: 'No window? Check whether it has arrived',
  screens: {
    sheet: { title: 'Confirm in the window that opens', todo: 'This page goes on by itself afterwards.' },
    confirming: {
      title: 'Checking whether it has arrived…',
      todo: 'Usually a few seconds. Please keep this page open.',
    },
    slow: {
      title: 'Still waiting for WeChat',
      todo: 'This page goes on by itself. If you have not got it, open WeChat again: you get it once.',
    },
    sending: { title: 'WeChat is working on it…', todo: 'Please keep this page open. It goes on by itself.' },
    taken: { title: 'You have it', todo: 'It is in your WeChat balance. You can close this page.' },
    anothers: {
      title: 'Somebody else takes it',
      todo: 'Another WeChat account has taken this change, or is about to. If it is nobody you came with, call the car park.',
    },
    over: {
      title: 'It cannot be taken here any more',
      todo: 'The time is over, or it did not go through. It was not paid to you: please ask the staff for it.',
    },
  },
  notes: {
    cancelled: 'You did not confirm. It is still here: tap again.',
    failed: 'It did not go through. It is still here: you can tap again.',
    unclear: 'We do not know yet whether you took it. If you have not got it, tap again: you get it once.',
    'no-bridge': 'WeChat’s window did not open. Update WeChat to its newest version and scan again with it.',
  },
  problems: {
    'change-unknown': { title: 'This is no code for change', todo: 'Scan the code on the machine again.' },
    'change-not-possible': {
      title: 'The car park cannot pay it out now',
      todo: 'Nothing was sent. Try later, or ask the staff for it.',
    },
    'not-identified': {
      title: 'We could not tell who you are',
      todo: 'WeChat must confirm who takes it. We do not read your name, picture or phone number.',
    },
    unknown: { title: 'That did not work', todo: 'Try again in a while: you get it once. Or ask the staff on site.' },
  },
}
export const changeTexts: Readonly<Record<Language, ChangeTexts>> = { 'zh-CN': zhCn, en }
