export const texts = {
  zh: {
    title: '没有原因的抬杆',
    lead: '闸杆抬起，但系统没有下令：有人用遥控器或手动按钮开了闸。对照通道的图片和值守记录。',
    none: '这段时间没有',
    noneHow: '每次抬杆都有原因，见抬杆记录。',
    all: '抬杆记录',
  },
  en: {
    title: 'Openings without a reason',
    lead: 'The arm went up and nothing had ordered it: somebody used a remote control or a button. Hold it against pictures of the lane and who was there.',
    none: 'None in this period',
    noneHow: 'Every opening had a reason: see the gate openings.',
    all: 'Gate openings',
  },
}
