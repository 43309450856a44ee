import { Told } from './keep.ts'

/*
 * `lanepay COMMAND`: the whole product behind one name. Each command is one file that says what it needs.
 */
const commands: Readonly<
  Record<string, { readonly about: string; readonly run: (args: readonly string[]) => Promise<void> }>
> = {
  all: {
    about: 'everything on this machine, with the simulated street',
    run: async () => (await import('./all.ts')).runAll(),
  },
  cloud: {
    about: 'one cloud process: HTTP, and what is due',
    run: async () => (await import('./cloud.ts')).runCloud({ serves: true, works: true }),
  },
  worker: {
    about: 'one cloud process without HTTP: asks again what is open',
    run: async () => (await import('./cloud.ts')).runCloud({ serves: false, works: true }),
  },
  broker: {
    about: 'the MQTT broker, asking LANEPAY_CLOUD_URL about its users',
    run: async () => (await import('./broker.ts')).runBroker(),
  },
  agent: {
    about:
      'agent FILE: the lot agent of one lot; agent enrol CLOUD-URL CODE FILE: makes this box one; agent check FILE: tries its devices',
    run: async (args) => (await import('./agent.ts')).runAgent(args),
  },
  simulate: {
    about: 'the simulated channels alone, for a test system',
    run: async () => (await import('./simulate.ts')).runSimulators(),
  },
  lot: {
    about:
      'lot FILE: opens a lot, or changes it; prints its codes; lot check LOTNUMBER: whether a lot that moves over works',
    run: async (args) => (await import('./lot.ts')).runLot(args),
  },
  enrol: {
    about: 'enrol LOTNUMBER [--take-over]: makes a one-time code for the box that becomes its agent',
    run: async (args) => (await import('./enrol.ts')).runEnrol(args),
  },
  tariff: {
    about: 'tariff check|explain|table|diff FILE: a price list, before cars are charged by it',
    run: async (args) => (await import('./tariff.ts')).runTariff(args),
  },
  order: {
    about: 'order LOTNUMBER FILE: tells a lot its lists, its price list, or to put a stay right',
    run: async (args) => (await import('./order.ts')).runOrder(args),
  },
  import: {
    about: 'import lots|codes|cards|free|guests|blocked FILE: what another platform has had, out of a table',
    run: async (args) => (await import('./import.ts')).runImport(args),
  },
  beside: {
    about: 'beside LOTNUMBER: what the stays that another platform charged would have cost with us',
    run: async (args) => (await import('./beside.ts')).runBeside(args),
  },
  share: {
    about: 'share put|show|end|again|leave: what of a lot’s payments belongs to whom',
    run: async (args) => (await import('./share.ts')).runShare(args),
  },
  staff: {
    about: 'staff put|link|drop-factor|end|show|check: persons with rights, and the trail of what they did',
    run: async (args) => (await import('./staff.ts')).runStaff(args),
  },
  refund: {
    about: 'refund TRADENUMBER AMOUNT --by NAME --reason TEXT: gives a payment or a part of it back',
    run: async (args) => (await import('./refund.ts')).runRefund(args),
  },
  withdraw: {
    about: 'withdraw BUCKET ACCOUNT AMOUNT --by NAME: pays a proven balance out to its bank at once',
    run: async (args) => (await import('./withdraw.ts')).runWithdraw(args),
  },
  card: {
    about: 'card put|end|show ACCOUNT: the bank card, or the account at Alipay, that an account is paid out to',
    run: async (args) => (await import('./card.ts')).runCard(args),
  },
  invoice: {
    about: 'invoice LOTNUMBER NUMBER: what became of an invoice that a vendor’s cloud wants',
    run: async (args) => (await import('./invoice.ts')).runInvoice(args),
  },
  kept: {
    about: 'kept LOTNUMBER [KIND]: what the charging software of a connected lot says of its lists and doings',
    run: async (args) => (await import('./kept.ts')).runKept(args),
  },
  capture: {
    about: 'capture LOTNUMBER --for MINUTES FILE: writes down what a connected lot and the cloud say, secrets hidden',
    run: async (args) => (await import('./capture.ts')).runCapture(args),
  },
  statement: {
    about: 'statement LOTNUMBER ACCOUNT: what an account was, what changed it, and what it was then',
    run: async (args) => (await import('./statement.ts')).runStatement(args),
  },
  summary: {
    about: 'summary LOTNUMBER: what each day or month came to, by lane, channel, attendant or product',
    run: async (args) => (await import('./summary.ts')).runSummary(args),
  },
  export: {
    about: 'export LIST|books: a list, or the books of a month, as Excel or CSV',
    run: async (args) => (await import('./export.ts')).runExport(args),
  },
  reconcile: {
    about:
      'reconcile [take|explain|settle|history|bill ...]: holds our book against the channels’ bills; says what differs',
    run: async (args) => (await import('./reconcile.ts')).runReconcile(args),
  },
  audit: {
    about:
      'audit [--all]: proves the invariants on live data; reads what has changed since the last time, or everything',
    run: async (args) => (await import('./audit.ts')).runAudit(args),
  },
  config: {
    about: 'prints every setting, secrets masked, and what is wrong',
    run: async () => (await import('./config.ts')).runConfig(),
  },
  reset: {
    about: 'forgets everything the street of this folder has kept',
    run: async () => (await import('./reset.ts')).runReset(),
  },
}

const [name = '', ...args] = process.argv.slice(2)
const command = commands[name]
if (!command) {
  const list = Object.entries(commands).map(([key, { about }]) => `  ${key.padEnd(10)}${about}`)
  console.error([name ? `There is no command "${name}".` : 'Which command?', ...list].join('\n'))
  process.exit(2)
}
try {
  await command.run(args)
} catch (error) {
  console.error(error instanceof Told ? error.message : error)
  process.exit(1)
}
