import type { CalledSystem } from './called.ts'
import { daoer } from './daoer/daoer.ts'
import { hikvision } from './hikvision/hikvision.ts'
import { jieshun } from './jieshun/jieshun.ts'
import { keytop } from './keytop/keytop.ts'
import { pyun } from './pyun/pyun.ts'
import { ymiot } from './ymiot/ymiot.ts'
import { yunmeng } from './yunmeng/yunmeng.ts'

/** All charging software that we call. A new system is a line here, by the name that lots' plans have for it. */
export const calledSystems = { daoer, hikvision, yunmeng, ymiot, pyun, keytop, jieshun } satisfies Readonly<
  Record<string, CalledSystem>
>
export type CalledName = keyof typeof calledSystems
export const isCalledName = (name: string): name is CalledName => Object.hasOwn(calledSystems, name)
export const calledSystem = (name: CalledName): CalledSystem => calledSystems[name]
