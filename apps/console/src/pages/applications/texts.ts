export const texts = {
  zh: {
    title: '进件审核',
    lead: '先提交的排在前面。打开一份，接手后逐项核对。',
    make: '代客户新建',
    makePartner: '新建分润方申请',
    none: '没有符合条件的申请',
    noneHow: '把申请页面的地址发给客户，或代客户新建一份。',
  },
  en: {
    title: 'Applications',
    lead: 'Those that wait longest stand first. Open one, take it, and compare it with its papers.',
    make: 'Begin one for a customer',
    makePartner: 'Begin one for a partner',
    none: 'No application fits',
    noneHow: 'Give customers the address of the form, or begin one for them.',
  },
}
