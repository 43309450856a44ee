export const texts = {
  zh: {
    title: '支付订单（含未支付）',
    lead: '司机点过“支付”的每一笔，不管后来付没付。按状态选“已关闭”看没有付成的；“支付中”的会自己继续查询。',
    none: '这段时间没有订单',
    noneHow: '司机扫码并点“支付”后，订单就出现在这里。',
  },
  en: {
    title: 'Orders, the unpaid too',
    lead: 'Each payment that a driver began, whatever became of it. Choose the state “closed” for those that were never paid; “pending” ones are asked about by themselves.',
    none: 'No orders in this period',
    noneHow: 'Once a driver scans a code and taps to pay, the order stands here.',
  },
}
