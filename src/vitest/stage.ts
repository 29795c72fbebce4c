/** What a session of tests is played on: its tape, and whatever answers. */
import { existsSync } from 'node:fs'
import type { ShadowcatError } from '../errors.ts'
import type { Id } from '../message.ts'
import { environmentOf } from '../open/environment.ts'
import { isStateless } from '../proxy/era.ts'
import { type Player, createPlayer } from '../replay/player.ts'
import type { Recording } from '../tape/entry.ts'
import { openTape, readTape } from '../tape/reader.ts'
import { type Redactor, redactorsOf, secretEnvironment } from '../tape/redact.ts'
import { type Conversation, refusal, unrecorded } from './conversation.ts'
import { type Held, chooseHeld, fallbackHeld, heldBy } from './held.ts'
import type { HttpTape } from './http/http-tape.ts'
import { openHttpTape } from './http/open-tape.ts'
import { type Place, type Plan, missingTape, missingUpstream, planFor, runCommand } from './plan.ts'
import { type Connection, connect } from './session/connection.ts'
import { createDurations } from './session/durations.ts'
import { type Order, createOrder } from './session/order.ts'
import { type Explained, type Taped, explainMisses, orderError } from './session/miss-error.ts'
import { type Site, placeError } from './session/site.ts'
import type { Settings } from './settings.ts'
import { shownPath } from './shown.ts'
import { bare } from './verdict.ts'
import type { Watcher } from './waiting.ts'
import { type Passed, watch } from './watch.ts'

export type Stage = {
  readonly settings: Settings
  readonly place: Place
  /** The tape, which may not be there. */
  readonly path: string
  readonly plan: Plan
  readonly held: Held
  /** What is replayed. */
  readonly recording: Recording | undefined
  readonly player: Player | undefined
  readonly conversation: Conversation
  readonly connection: Connection
  /** What was not recorded and the tape was asked for, as errors. */
  misses(): Error[]
  /** That calls were made in another order than recorded, as an error. */
  disorder(): Error[]
  /** What the tape does with requests of the code under test, where they are recorded. */
  readonly http: HttpTape | undefined
  /** What errors name. */
  readonly taped: Taped
  /** All that passed. */
  readonly passed: readonly Passed[]
  readonly redactor: Redactor
  /** The server's variables, whose values are secret. */
  readonly environment: Readonly<Record<string, string>>
}

export type StageOptions = { settings: Settings; path: string; place: Place; watcher?: Watcher; onanswer?: () => void }

/** Reads the tape, where there is one. Nothing is opened yet. Rejects when the tape is damaged, or newer than this program. */
export async function createStage({ settings, path, place, watcher, onanswer }: StageOptions): Promise<Stage> {
  const plan = planFor(settings, existsSync(path))
  const environment = { ...secretEnvironment(process.env), ...environmentOf(settings.upstream) }
  const redactor = redactorFor(settings.redact, environment)
  const taped = { tape: shownPath(path, settings.root), command: runCommand(place, settings.root, '-u') }
  const given = { settings, path, place, plan, redactor, environment, taped }
  const played = plan === 'replay' || plan === 'verify' ? play(given) : await perform(given)
  const { transport, passed } = watch(played.conversation.transport, watcher)
  const { explain, errors } = played.refused ? explainRefusal(played.refused) : explainMisses(played.player?.misses ?? [], taped)
  const sites = new Map<Id, Site>()
  const connection = connect({ transport, protocolVersion: revisionFor(settings, played.recording), explain, durationOf: played.durationOf, onanswer, onask: (id, site) => void sites.set(id, site) })
  const disorder = (): Error[] => disorderOf(played.order, taped, sites)
  const http = await openHttpTape({ ...given, recording: played.recording, refused: played.refused })
  return { ...given, ...played, passed, connection, misses: errors, disorder, http }
}

/** A tape whose session had no handshake is asked without one: it has the answer to none. */
function revisionFor({ protocolVersion }: Settings, recording: Recording | undefined): string | undefined {
  const recorded = recording?.sessions[0]?.protocolVersion
  return protocolVersion ?? (recorded !== undefined && isStateless(recorded) ? recorded : undefined)
}

type Given = Pick<Stage, 'settings' | 'path' | 'place' | 'plan' | 'redactor' | 'environment'>
type Played = Pick<Stage, 'recording' | 'player' | 'conversation' | 'held'> & { refused?: ShadowcatError; durationOf?: (id: Id) => number | undefined; order?: Order }

/** What is made of the rules that were last used: those of a file's tests are mostly the same. */
let lastRules: { key: string; create: () => Redactor } | undefined

function redactorFor(rules: readonly string[], environment: Readonly<Record<string, string>>): Redactor {
  const key = JSON.stringify([rules, environment])
  if (lastRules?.key !== key) lastRules = { key, create: redactorsOf({ rules, environment }) }
  return lastRules.create()
}

function play({ settings, path, redactor }: Given): Played {
  const recording = readTape(path)
  const { onplay, durationOf } = createDurations(recording)
  const order = createOrder(recording)
  const player = createPlayer(recording, {
    ignore: settings.ignore,
    redactor,
    onplay(live, recorded) {
      onplay(live, recorded)
      order.onplay(live, recorded)
    },
  })
  const [first] = recording.sessions
  return { recording, player, durationOf, order, conversation: unrecorded(player.open()), held: first ? heldBy(first, settings.world) : fallbackHeld(settings.world) }
}

async function perform({ settings, path, place, plan, redactor, environment }: Given): Promise<Played> {
  const none = { recording: undefined, player: undefined }
  const { upstream, world } = settings
  if (plan === 'refuse' || !upstream) {
    const refused = plan === 'refuse' ? missingTape(settings, path, place) : missingUpstream(settings, path)
    return { ...none, refused, conversation: refusal(refused.message), held: fallbackHeld(world) }
  }
  const held = chooseHeld(world, olderHeld(path, settings))
  const { record } = await import('./recording.ts')
  return { ...none, conversation: record({ settings, upstream, path, held, redactor, environment }), held }
}

/** The reason is told once, where the first call was made. */
function explainRefusal(refused: ShadowcatError): Explained {
  let told: Error | undefined
  return {
    explain: (_id, site) => (told ??= placeError(bare(refused), site)),
    errors: () => (told ? [told] : []),
  }
}

function disorderOf(order: Order | undefined, taped: Taped, sites: ReadonlyMap<Id, Site>): Error[] {
  const swap = order?.swap()
  return swap ? [orderError(swap, order!.played(), taped, sites.get(swap.id))] : []
}

/** What the tape that is to be replaced kept. A damaged one kept nothing; a newer one is not replaced. */
function olderHeld(path: string, { world }: Settings): Held | undefined {
  if (!existsSync(path)) return undefined
  try {
    const tape = openTape(path)
    const [first] = tape.sessions
    tape.close()
    return first && heldBy(first, world)
  } catch (error) {
    if ((error as ShadowcatError).code !== 'tape') throw error
    return undefined
  }
}
