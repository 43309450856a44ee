export const texts = {
  zh: {
    title: '登录',
    account: '账号',
    password: '密码',
    code: '动态口令或恢复码',
    codeHint: '打开身份验证器，输入它现在显示的 6 位数字。',
    signIn: '登录',
    lost: '忘了密码或丢了手机：请找给您开账号的人，他可以发一个新链接。',
  },
  en: {
    title: 'Sign in',
    account: 'Account',
    password: 'Password',
    code: 'Code of the authenticator, or a recovery code',
    codeHint: 'Open your authenticator and type the 6 digits that it shows now.',
    signIn: 'Sign in',
    lost: 'Password forgotten, or telephone lost: ask whoever opened your account for a new link.',
  },
}
