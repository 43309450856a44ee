import type { Texts } from './zh-cn.ts'

const some = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`

/** Everything the page says, in English. */
export const en: Texts = {
  lang: 'en',
  otherLanguage: '中文',
  otherLanguageLabel: '中文，切换到中文',
  title: 'Parking payment',
  lane: (name) => `Lane: ${name}`,
  opening: 'Opening…',
  leaving: 'Checking who is paying…',
  asking: 'Asking for your fee…',
  lineLost: 'No connection',
  lineLostTodo: 'Trying again by itself. It goes on when the network is back.',
  retry: 'Try again',
  lotOffline: {
    before:
      'The car park is offline. The gate may not hear of your payment, and staff may have to open it. You can wait until it is back.',
    during: 'The car park is offline, so the gate may not hear of it. Your payment is not lost: do not pay again.',
    free: 'The car park is offline: staff may have to open the gate.',
  },
  at: 'Place:',
  call: 'Call the car park',
  askStaff: 'Please ask the staff on site.',
  cards: 'Renew a month card',

  plate: {
    heading: 'Enter your plate',
    label: 'Plate number',
    hint: 'New-energy plates have 8 places',
    ask: 'Show my fee',
    clear: 'Clear',
    rubOut: 'Delete one place',
    turn: { provinces: '省份', letters: 'ABC' },
    keyboard: 'Plate keyboard',
    pass: 'Your pass (car without plate)',
    askPass: 'Show this car',
    orPlate: 'or enter a plate',
    notFound: 'The three most likely reasons',
    reasons: [
      ['One place is wrong', 'Compare with the plate, place by place. New-energy plates have an 8th place.'],
      [
        'The camera misread the plate',
        'Rain, dirt or a car too close can do that. Call the car park: they find you by the time you came in.',
      ],
      ['The car is not in this car park', 'Check the name above. If you have just come in, ask again in a minute.'],
    ],
  },

  fee: {
    heading: 'Parking fee',
    owed: 'To pay',
    overdue: 'Still to pay',
    overdueWhy: (by) => `You were free to leave until ${by}. The difference is charged by the posted rules.`,
    entered: 'In since',
    stayed: 'Parked for',
    duration: ({ days, hours, minutes }) =>
      [days > 0 ? some(days, 'day') : '', days + hours > 0 ? `${hours} h` : '', `${minutes} min`].join(' ').trim(),
    lines: 'How it adds up',
    total: 'Total to pay',
    leaveWithin: (minutes) => `After paying, leave within ${some(minutes, 'minute')}.`,
    pay: (yuan) => `Pay ¥${yuan}`,
    paying: 'Opening payment…',
    held: 'Checking your last payment…',
    changePlate: 'Another plate',
  },

  free: {
    heading: 'Nothing to pay',
    soFar: 'No fee so far. You can leave now.',
    paid: 'Paid. Nothing more to pay',
    leaveBy: (by) => `Leave by ${by}`,
    left: 'Time left',
    over: 'The time to leave is over. Ask again whether there is something to add.',
    askAgain: 'Ask again',
  },

  gate: {
    sent: 'Opening the gate…',
    sentTodo: 'Wait until the barrier is up.',
    opened: 'The gate is open',
    openedTodo: 'Drive slowly. Have a safe trip.',
    silent: 'Paid, but the gate does not answer',
    silentFree: 'Nothing to pay, but the gate does not answer',
    silentTodo: 'Do not pay again. Stay where you are; try the gate once more, or ask for help.',
    offline: 'Paid. Waiting for the car park to be back online',
    offlineTodo:
      'Do not pay again. The gate opens by itself when it is back. In a hurry? Show this page to the staff, or call.',
    changed: 'Paid. Another car is in the lane now',
    changedTodo: 'Your stay is paid; the gate is not opened for another car. Drive up to it: it opens by itself.',
    byCamera: 'The gate opens when the lot recognises your car. If it stays shut, ask the staff.',
    openAgain: 'Try the gate again',
    openingAgain: 'Opening the gate…',
  },

  help: { ask: 'Ask staff to come', asking: 'Calling…', asked: 'The staff know. Please wait.' },

  pay: {
    sheet: 'Pay in the window that opens',
    sheetTodo: 'This page goes on by itself afterwards.',
    noSheet: 'No window?',
    check: 'Check the payment',
    confirming: 'Confirming your payment…',
    confirmingTodo: 'Usually a few seconds. Please keep this page open.',
    slow: 'Still asking the payment channel',
    slowTodo: 'Do not pay again. This page goes on by itself as soon as there is an answer.',
    resumed: 'You have an unfinished payment',
    resumedTodo:
      'We are asking the payment channel. If you have not paid, go on with the same one: never charged twice.',
    resume: (yuan) => `Not paid yet: pay ¥${yuan}`,
    paid: 'Paid',
    untold:
      'The car park is offline and will hear of your payment by itself. Do not pay again: if the gate stays shut, show this page or call the staff.',
    amount: 'Paid',
    at: 'Paid at',
    number: 'Payment no.',
    refunding: 'This money is on its way back',
    refundingTodo: 'This stay was already paid or is over. Your payment is refunded by itself.',
    refunded: 'Refunded',
    refundedTodo: 'This payment went back the way it came.',
    another: 'Another car',
    lane: 'Show this lane',
  },

  entry: {
    asking: 'Asking to let you in…',
    welcome: 'Welcome',
    pass: 'Your pass (car without plate)',
    keep: 'To leave, scan with the same phone and the same app. No need to remember it.',
    opened: 'The gate is open. Drive in slowly.',
    silent: 'You are registered, but the gate does not answer',
    silentTodo: 'Stay where you are and ask the staff to open.',
    laneEmptyTodo: 'Drive up to the entry gate first, then tap “Try again”.',
    again: 'Ask to enter again',
    notSent: 'No answer from the car park. If the gate is up, drive in; if not, tap “Try again”.',
  },

  notes: {
    cancelled: 'You cancelled. Nothing was charged.',
    failed: 'The payment did not go through. Nothing was charged. You can try again.',
    'no-bridge': 'The payment window did not open. Make sure this page is open in WeChat or Alipay, then try again.',
    'no-line': 'No connection, no answer. When it is back, tap again: you are never charged twice.',
    updated: 'The fee has changed. Please check it, then pay.',
    'lot-cut':
      'The car park has just gone offline; nothing was charged. If you pay now, staff may have to open the gate. You can wait until it is back.',
    'order-closed': 'Your last order is closed, nothing was charged. Please pay the fee shown now.',
  },

  problems: {
    'bad-request': { title: 'That did not work', todo: 'Please scan the code again.' },
    'body-too-large': { title: 'That did not work', todo: 'Please scan the code again.' },
    'code-malformed': { title: 'This is no parking code', todo: 'Scan the code on site again.' },
    'code-replaced': { title: 'This code has been replaced', todo: 'Scan the new code on site.' },
    'code-revoked': { title: 'This code is not in use', todo: 'Please ask the staff on site.' },
    'code-expired': { title: 'This code has expired', todo: 'Please scan the code again.' },
    'lot-unknown': { title: 'This code is not in use', todo: 'Please ask the staff on site.' },
    'wrong-kind': {
      title: 'This code is for something else',
      todo: 'Entry codes let in cars without a plate, inside codes are for paying early, exit codes for leaving.',
    },
    'wallet-unsupported': {
      title: 'You cannot pay here with this app',
      todo: 'Scan the same code in WeChat or Alipay.',
    },
    'not-identified': {
      title: 'We could not tell who is paying',
      todo: 'WeChat or Alipay must confirm the payer. We do not read your name, picture or phone number.',
    },
    'plate-needed': { title: 'Enter your plate', todo: 'Check it place by place.' },
    'plate-malformed': { title: 'This is not a plate', todo: 'Check it place by place.' },
    'no-session': { title: 'Car not found', todo: 'No stay under this plate in this car park.' },
    'lane-empty': { title: 'No car in the lane', todo: 'Drive up to the gate. This page goes on by itself.' },
    'no-session-in-lane': {
      title: 'No entry on record',
      todo: 'Without a plate: scan with the phone and app you came in with. Otherwise ask the staff.',
    },
    'lane-wrong-direction': {
      title: 'This code belongs to another lane',
      todo: 'Scan the code of the lane you are in.',
    },
    'has-plate': {
      title: 'Your plate was read: no need to scan',
      todo: 'Drive up to the gate and wait. If it stays shut, ask the staff.',
    },
    'lot-suspended': { title: 'No payment here now', todo: 'Nothing was charged. Please ask the staff on site.' },
    'lot-full': { title: 'The car park is full', todo: 'Wait until a car leaves, then try again.' },
    'not-admitted': { title: 'The car park did not let you in', todo: 'Please ask the staff on site.' },
    'vehicle-changed': { title: 'Another car is in the lane now', todo: 'Pay only if the plate below is yours.' },
    'quote-unknown': { title: 'The fee was worked out anew', todo: 'Check it, then tap pay once more.' },
    'quote-expired': { title: 'The fee was worked out anew', todo: 'Check it, then tap pay once more.' },
    'quote-used': { title: 'The fee was worked out anew', todo: 'Check it, then tap pay once more.' },
    'payment-unknown': { title: 'This payment was not found', todo: 'Please ask again.' },
    'already-paid': { title: 'This stay is already paid', todo: 'Please do not pay again.' },
    'payment-pending': {
      title: 'Your last payment is still being checked',
      todo: 'Do not pay again; this goes on by itself.',
    },
    'lot-offline': {
      title: 'The car park does not answer',
      todo: 'Trying again by itself. In a hurry? Ask the staff.',
    },
    'channel-refused': {
      title: 'The payment channel refused',
      todo: 'Nothing was charged. Try again, or scan with another app.',
    },
    'channel-unclear': {
      title: 'The payment channel gave no clear answer',
      todo: 'Tap again: it is the same order, never charged twice.',
    },
    'too-many': { title: 'Too many questions', todo: 'Please wait a minute.' },
    internal: {
      title: 'Something went wrong on our side',
      todo: 'Try again in a while. If you have paid, do not pay again.',
    },
    ambiguous: { title: 'No entry on record', todo: 'Ask the staff: they find you by the time you came in.' },
    'lane-unknown': { title: 'This code is not in use', todo: 'Please ask the staff on site.' },
    'device-silent': { title: 'The gate does not answer', todo: 'Please ask the staff to open.' },
    unsupported: { title: 'This car park does not offer that', todo: 'Please ask the staff on site.' },
    busy: { title: 'The car park is busy', todo: 'One moment, then try again.' },
    unknown: { title: 'That did not work', todo: 'Try again, or ask the staff on site.' },
  },
}
