export const texts = {
  zh: {
    title: '欠费离场',
    lead: '没有付清就离开的车：跟车或冲杆逃费的，和值守人员欠费放行的。点一条看它的全部经过和图片。',
    none: '这段时间没有车欠费离场',
    noneHow: '有车没付清就离开时会出现在这里。换一段时间再看。',
  },
  en: {
    title: 'Left owing',
    lead: 'Vehicles that left without paying all: gone out under an arm that was not opened for them, or let out by a person. Open one for all that happened, with pictures.',
    none: 'Nobody left owing in this period',
    noneHow: 'When a vehicle leaves without paying all, it stands here. Try another period.',
  },
}
