export const texts = {
  zh: {
    title: '设置密码',
    rule: '至少 10 个字符，不要用常见密码、账号、姓名或手机号。',
    set: '设置',
    done: (account: string) => `密码已设置，账号：${account}。`,
    signIn: '去登录',
  },
  en: {
    title: 'Set your password',
    rule: '10 characters or more; not a common one, your account, name or telephone number.',
    set: 'Set',
    done: (account: string) => `Your password is set, for the account ${account}.`,
    signIn: 'Sign in',
  },
}
