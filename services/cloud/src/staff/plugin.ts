import type { Log } from '@lanepay/domain/log.ts'
import type { FastifyPluginAsync } from 'fastify'
import { meRoutes } from './me.ts'
import { staffRoutes } from './routes.ts'
import type { StaffDeps } from './sign-in.ts'
import { signInRoutes } from './sign-in-routes.ts'

/** Everything of persons with rights that is served: signing in, one's own account, persons, the trail, looks. */
export function staffPlugins(
  options: StaffDeps & { readonly log: Log; readonly publicUrl: string },
): readonly FastifyPluginAsync[] {
  return [signInRoutes(options), meRoutes(options), staffRoutes(options)]
}
