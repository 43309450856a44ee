export const texts = {
  zh: {
    title: '新增车场',
    lead: '为新的车场提交进件申请，审核通过后自动开通在您名下。',
    make: '新建申请',
    again: '重新生成链接',
    none: '还没有申请',
    noneHow: '点“新建申请”，填写车场资料并上传证件。',
  },
  en: {
    title: 'One more lot',
    lead: 'Apply for another lot; once it is approved it is opened among yours.',
    make: 'Begin an application',
    again: 'Make a new link',
    none: 'No applications yet',
    noneHow: 'Begin one, fill in the lot, and upload the papers.',
  },
}
