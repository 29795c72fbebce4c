import { type Ignore, canonical, valueAt } from '../canonical.ts'
import { type Id, type Message, createError, isAnswer, membersOf } from '../message.ts'
import { idIn } from '../tape/causality.ts'
import type { Entry } from '../tape/entry.ts'
import type { Redactor } from '../tape/redact.ts'
import type { Transport } from '../transport.ts'
import type { Upstream } from '../upstream.ts'
import { lackError, lacking, lackingNow } from './capabilities.ts'
import { type Forwarding, createForwarding } from './forwarding.ts'
import { type Found, type Matcher, type Repeat, answerValue, classOf, createMatcher } from './match.ts'
import { type Miss, type Near, type NearOptions, missError, nearestAnswer, nearestRequests } from './miss.ts'
import { createOutbox, unrecorded } from './outbox.ts'
import { createPairs, shapeOf } from './placeholders.ts'
import type { Recorded, SessionPlan } from './plan.ts'
import { answerPlumbing } from './plumbing.ts'
import { type Run, type Runs, createRuns } from './runs.ts'
import type { Act, Asking } from './script.ts'
import type { Selection } from './selection.ts'
import { withLiveId } from './slots.ts'
import { type Speaker, createSpeaker } from './speaker.ts'
import type { Timers } from './timing.ts'

export type PlayingOptions = {
  session: number
  select: Selection
  ignore: Ignore
  repeat: Repeat
  /** `factor` 0: at once. */
  timing: { factor: number; timers: Timers; pace: number }
  redactor: Redactor | undefined
  onMiss: Upstream | undefined
  /** The ids of recorded requests that were asked for, over all live sessions. */
  used: Set<number>
  missed: (miss: Miss) => void
  warn: (text: string) => void
  onplay: ((live: Message, recorded: Entry) => void) | undefined
}

const invalidRequest = -32600
const noAnswer = -32000

/**
 * One live client's conversation with a recorded server:
 *
 *     live request ──▶ matcher ──▶ recorded request's script ──▶ outbox ──▶ client
 *                         └─ none ──▶ miss, or a live server
 *
 * A script waits only for the client's answers to the requests that the server makes in it. No message of the client's holds up another's script.
 */
export class Playing implements Transport {
  onmessage: Transport['onmessage']
  onend: Transport['onend']
  onclose: Transport['onclose']
  onerror: Transport['onerror']
  readonly #options: PlayingOptions
  readonly #pairs = createPairs()
  readonly #outbox = createOutbox((message) => this.onmessage?.(message))
  readonly #speaker: Speaker
  readonly #runs: Runs
  #plan: SessionPlan
  #matcher: Matcher<Recorded>
  /** Whether the first call has told which recorded session this is. */
  #taken = false
  readonly #notified = new Map<string, number>()
  /** Client entries whose scripts have begun, of those that can be met once only. */
  readonly #released = new Set<Entry>()
  #initialize: Message | undefined
  #forwarding: Forwarding | undefined
  #closed = false

  constructor(options: PlayingOptions) {
    this.#options = options
    this.#plan = options.select.guess()
    this.#matcher = this.#createMatcher()
    this.#speaker = createSpeaker({ outbox: this.#outbox, pairs: this.#pairs, redactor: options.redactor, isOpen: (id) => this.#runs.answering(id) !== undefined })
    this.#runs = createRuns({ ...options.timing, say: this.#speaker.say, owe: (run, id) => this.#owe(run, id) })
  }

  async start(): Promise<void> {
    this.#runs.begin(this.#plan.opening)
  }

  send(message: Message): void | Promise<void> {
    if (this.#closed) return undefined
    this.#receive(message)
    return this.#outbox.room
  }

  end(): void {
    this.#runs.end()
    this.#forwarding?.end()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#runs.close()
    this.#outbox.close()
    await this.#forwarding?.close()
    this.onclose?.()
  }

  pause(): void {
    this.#outbox.pause()
  }

  resume(): void {
    this.#outbox.resume()
  }

  #receive(message: Message): void {
    if (message.kind === 'request') this.#request(message)
    else if (message.kind === 'notification') this.#notification(message)
    else if (message.kind === 'batch') this.#batch(message)
    else if (isAnswer(message)) this.#answer(message)
    else this.#invalid(message)
  }

  #request(message: Message): void {
    const live = this.#redact(message)
    if (message.method === 'initialize') {
      if (!this.#greet(message, live)) return
    } else if (!this.#taken && classOf(message.method) === 'call') this.#take(live)
    const found = this.#matcher.take(live)
    if (!found) this.#unmatched(message, live)
    else this.#play(found, message, live)
  }

  /** A batch is matched as a whole, else its requests one by one; its other members count by themselves either way. */
  #batch(message: Message): void {
    const live = this.#redact(message)
    const members = membersOf(message)
    const requests = members.filter((member) => member.kind === 'request')
    if (!this.#taken && requests.some(({ method }) => classOf(method) === 'call')) this.#take(live)
    const found = this.#matcher.take(live)
    if (found) this.#play(found, message, live)
    for (const member of members) if (member.kind !== 'request' ? member.kind !== 'invalid' : !found) this.#receive(member)
  }

  #invalid(message: Message): void {
    const live = this.#redact(message)
    const found = this.#matcher.take(live)
    if (found) this.#play(found, message, live)
    else this.#outbox.post(unrecorded, createError('null', invalidRequest, 'shadowcat: neither a request, nor a notification, nor an answer'))
  }

  #redact(message: Message): Message {
    return this.#options.redactor?.message(message) ?? message
  }

  #createMatcher(): Matcher<Recorded> {
    return createMatcher(this.#plan.groups, { repeat: this.#options.repeat, pairs: this.#pairs })
  }

  #become(plan: SessionPlan): void {
    if (plan === this.#plan) return
    this.#plan = plan
    this.#matcher = this.#createMatcher()
  }

  /** The first call tells which recorded session this is. */
  #take(call: Message): void {
    this.#taken = true
    this.#become(this.#options.select.take(call))
  }

  /** Plumbing is never a miss, but a client that cannot do what the recorded server asks of it is told so. */
  #greet(message: Message, live: Message): boolean {
    this.#initialize = message
    const declared = valueAt(live.exact, '/params/capabilities')
    if (!this.#taken) this.#become(this.#options.select.guess(declared))
    const names = lacking(this.#plan.needs, declared)
    if (names.length > 0) this.#outbox.post(unrecorded, lackError(message.id!, names))
    const [version, recorded] = [valueAt(live.exact, '/params/protocolVersion'), this.#plan.version]
    if (typeof version === 'string' && typeof recorded === 'string' && version !== recorded) {
      this.#options.warn(`the client asks for protocol version ${version}, the recorded one asked for ${recorded}; it is answered as recorded`)
    }
    return names.length === 0
  }

  #play({ item, again }: Found<Recorded>, message: Message, live: Message): void {
    this.#options.used.add(item.entry.id)
    this.#options.onplay?.(message, item.entry)
    if (item.plain && this.#options.timing.factor === 0) {
      this.#outbox.post(item.plain.entry.id, withLiveId(item.plain.message, message.id!))
      return
    }
    const names = item.needs.length > 0 ? lackingNow(item.needs, item.message, live) : []
    if (names.length > 0) return this.#outbox.post(unrecorded, lackError(message.id!, names))
    if (message.method === 'subscriptions/listen') this.#speaker.subscribe(item.ids[0]!, message.id!)
    const script = again && item.class !== 'call' ? item.script.filter((act) => (act.act === 'say' ? act.answers : act.act === 'owe')) : item.script
    const requests = membersOf(message).filter(({ kind }) => kind === 'request')
    const tokens = requests.map((request) => idIn(request, 'params', '_meta', 'progressToken'))
    this.#runs.begin(script, { recorded: item, message, ids: requests.map(({ id }) => id!), tokens })
  }

  #owe({ asked, answered }: Run, recordedId: Id): void {
    const { recorded, ids } = asked!
    const id = ids[recorded.ids.indexOf(recordedId)]!
    answered.add(id)
    this.#outbox.post(unrecorded, createError(id, noAnswer, `shadowcat: the recording of this request (entry ${recorded.entry.id}) has no answer`))
  }

  #answer(message: Message): void {
    if (message.id === undefined || this.#forwarding?.answer(message)) return
    const open = this.#speaker.answered(message.id)
    if (!open) return
    const { heard } = open.asking
    if (heard) {
      const live = this.#redact(message)
      if (!this.#means(heard.message, live)) return this.#missAnswer(open.run, live, heard)
    }
    this.#runs.hear(open.run, open.asking)
    if (heard) this.#release(heard.entry, heard.after)
  }

  /** Whether the client's answer is the recorded one. */
  #means(recorded: Message, live: Message): boolean {
    const [then, now] = [recorded, live].map((message) => shapeOf(canonical(answerValue(message), this.#options.ignore)))
    if (then!.shape !== now!.shape || !this.#pairs.fit(then!.names, now!.names)) return false
    this.#pairs.join(then!.names, now!.names)
    return true
  }

  #release(entry: Entry, script: readonly Act[]): void {
    if (this.#released.has(entry)) return
    this.#released.add(entry)
    this.#runs.begin(script)
  }

  #notification(message: Message): void {
    const method = message.method!
    if (method === 'notifications/cancelled') return this.#cancel(message)
    if (method !== 'notifications/initialized') this.#forwarding?.notify(message)
    const count = this.#notified.get(method) ?? 0
    this.#notified.set(method, count + 1)
    const recorded = this.#plan.notifications.get(method)?.[count]
    if (recorded) this.#runs.begin(recorded.script)
  }

  #cancel(message: Message): void {
    if (this.#forwarding?.cancel(message)) return
    const run = this.#runs.answering(idIn(message, 'params', 'requestId') ?? '')
    const recorded = this.#plan.notifications.get(message.method!) ?? []
    const awaited = new Set([...this.#runs.unfinished].map(({ asked }) => asked?.recorded.cancelled))
    const own = recorded.find(({ entry }) => !this.#released.has(entry) && (run ? entry === run.asked?.recorded.cancelled : !awaited.has(entry)))
    if (run) this.#runs.cancel(run)
    if (own) this.#release(own.entry, own.script)
  }

  #unmatched(message: Message, live: Message): void {
    const answer = answerPlumbing(message, this.#plan)
    if (answer) this.#outbox.post(unrecorded, answer)
    else this.#miss([message], live, this.#nearest(live))
  }

  get #near(): NearOptions {
    return { ignore: this.#options.ignore, pairs: this.#pairs, used: ({ id }) => this.#options.used.has(id) }
  }

  #nearest(live: Message): Near[] {
    return nearestRequests(live, this.#plan.requests, this.#plan.groups.find(live)?.group.items.map(({ entry }) => entry) ?? [], this.#near)
  }

  /** Notes a miss, and answers the requests that it leaves open: with the error, or from a live server. */
  #miss(open: readonly Message[], live: Message, nearest: readonly Near[]): void {
    const { onMiss, session, missed, warn } = this.#options
    const miss: Miss = { session, request: live, nearest, forwarded: onMiss !== undefined && open.length > 0 }
    missed(miss)
    if (!onMiss) {
      for (const { id } of open) this.#outbox.post(unrecorded, missError(id!, miss))
      return
    }
    if (miss.forwarded) warn('calls that the tape does not hold were forwarded to a live server')
    for (const message of open) {
      this.#forwarding ??= createForwarding(onMiss, {
        initialize: this.#initialize,
        deliver: (answer) => this.#outbox.post(unrecorded, answer),
        reserve: this.#speaker.reserve,
        release: this.#speaker.release,
      })
      this.#forwarding.ask(message)
    }
  }

  /** The call around the server's request misses, if it still waits; what was recorded after the client's answer would be a lie. */
  #missAnswer(run: Run, live: Message, heard: NonNullable<Asking['heard']>): void {
    const near = nearestAnswer(live, heard.entry, heard.message, this.#near)
    const around = run.done ? undefined : run.asked?.message
    const open = around ? membersOf(around).filter(({ kind, id }) => kind === 'request' && !run.answered.has(id!)) : []
    this.#runs.drop(run)
    this.#miss(open, around && open.length > 0 ? this.#redact(around) : live, [near])
  }
}
