export const texts = {
  zh: {
    title: '班次与现金',
    lead: '谁在岗亭、收了多少现金、交班时点了多少、长短款。点一个班次看它的每一笔现金。自带收费软件的车场，班次和现金按软件所报，不进我们的账。',
    none: '这段时间没有班次',
    noneHow: '值守人员在车场的页面上开班、交班，或车场软件上传班次；之后出现在这里。',
    cash: '全部现金流水',
  },
  en: {
    title: 'Shifts and cash',
    lead: 'Who sat in a booth, what cash was taken and counted at the hand-over, and what was over or short. Open one for its cash. Of a lot with charging software of its own, shifts and cash are as the software says, and in no book of ours.',
    none: 'No shifts in this period',
    noneHow:
      'Attendants open and hand over their shifts on the page at the lot, or its software tells of its own; then they stand here.',
    cash: 'All cash',
  },
}
