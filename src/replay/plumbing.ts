/** Plumbing that was not recorded: never a miss. */
import { valueAt } from '../canonical.ts'
import { errorCodes } from '../error-codes.ts'
import { type Message, createError, createMessage } from '../message.ts'
import { discover } from './discovery.ts'
import type { SessionPlan } from './plan.ts'
import { withLiveId } from './slots.ts'

const empty = createMessage({ jsonrpc: '2.0', id: 0, result: {} })

/**
 * The answer to a ping or a log level, which mean the same everywhere; to discovery; to a handshake of the other era, as a server of the tape's
 * era refuses it. `undefined` for every other request.
 */
export function answerPlumbing(request: Message, plan: SessionPlan): Message | undefined {
  const { method, id } = request
  if (method === 'ping' || method === 'logging/setLevel') return withLiveId(empty, id!)
  if (method === 'server/discover') return discover(id!, plan) ?? createError(id!, errorCodes.methodNotFound, 'shadowcat: the tape holds no server/discover')
  if (method !== 'initialize') return undefined
  const requested = valueAt(request.exact, '/params/protocolVersion')
  const { protocolVersion } = plan.session
  const data = { supported: protocolVersion === undefined ? [] : [protocolVersion], requested: typeof requested === 'string' ? requested : null }
  return createError(id!, errorCodes.unsupportedVersion, 'shadowcat: the tape holds no initialize', data)
}
