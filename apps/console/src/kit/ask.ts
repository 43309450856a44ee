import {
  keepPreviousData,
  QueryCache,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { type Here, useMaybeHere } from './here.tsx'
import { Problem } from './problem.ts'
import { request, type Words, withWords } from './request.ts'
import { withSecondFactor } from './second-factor.ts'
import { signInAgain } from './ways.ts'

/*
 * How pages ask and tell the cloud. A path that begins with `~` is about the operator that is on the screen: `~/staff` is `/api/operator/staff`
 * for its own persons, and `/api/platform/operators/7/staff` for the platform's.
 */

const noOperator = { side: '', headers: {} } as const
/** Where a path leads for whoever sits here, and with which headers. */
export function wayOf(path: string, here: Pick<Here, 'side' | 'headers'> | null) {
  if (!path.startsWith('~')) return { path, headers: {} }
  const { side, headers } = here ?? noOperator
  return { path: side + path.slice(1), headers }
}

/** What was asked is kept for a moment; asked again after it, when the window comes back, and after everything that was told. */
export const makeClient = (): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache({ onError: (error) => backToSignIn(error) }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (times, error) => times < 2 && (!(error instanceof Problem) || error.status >= 500),
      },
      // A person has tapped: it hears at once that nothing was sent, and nothing goes out by itself later.
      mutations: { networkMode: 'always', retry: false },
    },
  })

function backToSignIn(error: unknown): void {
  if (error instanceof Problem && error.code === 'not-signed-in') signInAgain()
}

/** Asks; null as the path asks nothing yet. `everyMs`: asked again and again while the page is looked at. */
export function useAsk<Answer extends object>(
  path: string | null,
  words: Words = {},
  told: { readonly everyMs?: number; readonly keepsOld?: boolean } = {},
): UseQueryResult<Answer, Problem> {
  const here = useMaybeHere()
  const way = wayOf(path ?? '', here)
  return useQuery<Answer, Problem>({
    queryKey: [withWords(way.path, words), way.headers],
    queryFn: ({ signal }) => request<Answer>(withWords(way.path, words), { headers: way.headers, signal }),
    enabled: path !== null,
    ...(told.everyMs === undefined ? {} : { refetchInterval: told.everyMs }),
    ...(told.keepsOld ? { placeholderData: keepPreviousData } : {}),
  })
}

/**
 * Tells the cloud something that changes it; afterwards what is on the screen is asked for again. Where the second factor is asked for, the
 * person shows it and the same goes out again.
 */
export function useTell<Body extends object = object, Answer = unknown>(
  path: string | ((body: Body) => string),
  told: {
    readonly method?: 'POST' | 'PUT' | 'DELETE'
    /** What goes out of what was given, where that is not all of it. */
    readonly bodyOf?: (body: Body) => object
  } = {},
): UseMutationResult<Answer, Problem, Body> {
  const here = useMaybeHere()
  const client = useQueryClient()
  return useMutation<Answer, Problem, Body>({
    mutationFn: (body) => {
      const way = wayOf(typeof path === 'string' ? path : path(body), here)
      return withSecondFactor(() =>
        request<Answer>(way.path, {
          method: told.method ?? 'POST',
          body: told.bodyOf?.(body) ?? body,
          headers: way.headers,
        }),
      )
    },
    onError: (error) => backToSignIn(error),
    onSuccess: () => client.invalidateQueries(),
  })
}
