/*
 * Why a device is as it is comes from the lot's agent in English (lot-agent/equipment), for its log. Here it is said in Chinese, for
 * whoever looks, at the lot or from an office; what nobody translated stays as it came.
 */
const spans: readonly (readonly [RegExp, string])[] = [
  [/\ba minute\b/g, '1 分钟'],
  [/\b(\d+) minutes\b/g, '$1 分钟'],
  [/(?<=not heard for |nothing for )([\d.]+) s\b/g, '$1 秒'],
]
const sayings: readonly (readonly [RegExp, string])[] = [
  [/its clock is wrong: (\d+) h fast, which looks like .*?\(UTC\+8\)/g, '时钟快 $1 小时，像是时区设错：请设为北京时间'],
  [/its clock is wrong: (\d+) h slow, which looks like .*?\(UTC\+8\)/g, '时钟慢 $1 小时，像是时区设错：请设为北京时间'],
  [
    /its clock is wrong: (\d+) s fast; set a time server on it/g,
    '时钟快 $1 秒：请设置校时服务器，不准时它的识别不会开闸',
  ],
  [
    /its clock is wrong: (\d+) s slow; set a time server on it/g,
    '时钟慢 $1 秒：请设置校时服务器，不准时它的识别不会开闸',
  ],
  [/its clock is right/g, '时钟已准'],
  [/not heard for ([\d.]+ (?:分钟|秒))/g, '$1没有消息：请检查电源和网线'],
  [/it says: jam/g, '出币卡住：请打开机器处理'],
  [/it says: hopper-empty/g, '找零用完：请装入找零'],
  [/it says: /g, '设备报告：'],
  [/heard again/g, '已恢复'],
  [/it reads again/g, '又有识别了'],
  [/it opens again/g, '又能开闸了'],
  [
    /it is connected and has read nothing for ([\d.]+ (?:分钟|秒)) while other lanes read (\d+) vehicles: look at what it is set to detect/g,
    '已连接，但$1没有识别任何车，其他通道识别了 $2 辆：请检查它的检测设置',
  ],
  [/it is not reached: power, network cable, and its address in the plan/g, '连不上：请检查电源、网线和计划中的地址'],
  [
    /its serial server is not reached: power, network cable, and its address in the plan/g,
    '串口服务器连不上：请检查电源、网线和计划中的地址',
  ],
  [/it refuses the login: .*? on the device/g, '登录被拒绝：请核对计划或设备上的用户名和密码'],
  [/it is reached and says nothing: .*? talks to it/g, '连得上但不回答：请重启它，并看是否有别的软件占用'],
  [
    /another device answers there: address and serial number in the plan/g,
    '那个地址上是别的设备：请核对计划中的地址和序列号',
  ],
  [
    /told to open (\d+) times and it never moved: the wire from .*? the power of its controller(?:, and the limit switch on input \d)?/g,
    '已下令开闸 $1 次但没有动：请检查到 OPEN 的接线、控制器电源和限位开关',
  ],
  [
    /another camera \((.*?)\) posts to lane (\d+) and is refused: .*? on the camera/g,
    '另一台相机（$1）在向 $2 号道推送，已拒绝：请核对计划中的序列号，或相机里填的地址',
  ],
  [
    /another camera \((.*?)\) answers at the address of lane (\d+): address or serial number in the plan/g,
    '$2 号道的地址上是另一台相机（$1）：请核对计划中的地址和序列号',
  ],
  [
    /a camera posts to lane (\d+), which this lot does not have: .*? on the camera/g,
    '有相机在向 $1 号道推送，但车场没有这条通道：请核对相机里填的地址',
  ],
  [/the price list of version (\d+) cannot work, those before stay in force/g, '第 $1 版价目表有错，仍按原来的收费'],
  [/the lists of version (\d+) cannot work, those before stay in force/g, '第 $1 版名单有错，仍按原来的名单'],
  [/the price list of version (\d+) work/g, '第 $1 版价目表已生效'],
  [/the lists of version (\d+) work/g, '第 $1 版名单已生效'],
  [/its clock differs by over a minute/g, '时钟相差超过一分钟：请设置校时'],
  [/not heard over the line/g, '没有消息：请检查车场的网络和电源'],
  [/the clocks of this box and of the cloud differ by (-?\d+) s/g, '本机与云端的时钟相差 $1 秒'],
  [/the clocks agree again/g, '时钟已一致'],
  [/told to open, and no answer came: .*? by itself/g, '已下令开闸但没有回答：请看闸杆是否动作，不会自动重发'],
]

/** Why a device is as it is, in the language of whoever reads. */
export function becauseWords(because: string, language: 'zh-CN' | 'en'): string {
  if (language === 'en') return because
  return [...spans, ...sayings].reduce((text, [pattern, words]) => text.replace(pattern, words), because)
}
