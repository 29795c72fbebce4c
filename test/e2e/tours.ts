/** Client programs that ask a server for all that it has. Whatever stands behind the pipe, what they note is to be the same. */
import type { Client, ClientOptions, Notification } from '@modelcontextprotocol/client'

/** What the program saw: results in the order of its steps, and what the server said unasked, by method. */
export type Notes = { results: [step: string, result: unknown][]; asked: [method: string, params: unknown][]; told: Record<string, unknown[]> }

export type Tour = { options: ClientOptions; notes: Notes; prepare(client: Client): void; run(client: Client): Promise<void> }

/** Around server-everything, in the era of `initialize`. */
export function createEverythingTour(): Tour {
  const options: ClientOptions = { capabilities: { sampling: {}, elicitation: { form: {} }, roots: { listChanged: true } } }
  const notes: Notes = { results: [], asked: [], told: {} }
  const waiting = new Map<string, () => void>()

  function prepare(client: Client): void {
    client.setRequestHandler('sampling/createMessage', ({ method, params }) => {
      notes.asked.push([method, withoutMeta(params)])
      return { role: 'assistant', model: 'none', content: { type: 'text', text: 'sampled' } }
    })
    client.setRequestHandler('elicitation/create', ({ method, params }) => {
      notes.asked.push([method, withoutMeta(params)])
      return { action: 'accept', content: { name: 'Ada', check: true } }
    })
    client.setRequestHandler('roots/list', ({ method }) => {
      notes.asked.push([method, undefined])
      return { roots: [{ uri: 'file:///project', name: 'project' }] }
    })
    for (const method of ['notifications/message', 'notifications/resources/updated', 'notifications/tools/list_changed'] as const) {
      client.setNotificationHandler(method, (notification: Notification) => {
        ;(notes.told[method] ??= []).push(notification.params ?? null)
        waiting.get(method)?.()
      })
    }
  }

  /** Resolves when so many notifications of a method have come, whenever that was. */
  async function told(method: string, count: number): Promise<void> {
    while ((notes.told[method]?.length ?? 0) < count) await new Promise<void>((resolve) => waiting.set(method, resolve))
  }

  async function run(client: Client): Promise<void> {
    const note = async (step: string, promise: Promise<unknown>): Promise<void> => void notes.results.push([step, await promise.catch(errorNote)])
    const tool = (name: string, args: Record<string, unknown> = {}): Promise<void> => note(name, client.callTool({ name, arguments: args }))

    // the server asks for roots a while after the handshake, and says that it has them
    await told('notifications/message', 1)
    await note('ping', client.ping())
    await note('tools/list', client.listTools())
    await tool('echo', { message: 'hello — 你好 🐈' })
    await tool('get-sum', { a: 2, b: 40 })
    await tool('get-sum', { a: 'two' })
    await tool('no-such-tool')
    await tool('get-tiny-image')
    await tool('get-structured-content', { location: 'New York' })
    await tool('get-annotated-message', { messageType: 'success', includeImage: true })
    await tool('get-roots-list')
    await note('together', Promise.all(['one', 'two', 'three'].map((message) => client.callTool({ name: 'echo', arguments: { message } }))))
    await note('resources/list', client.listResources())
    await note('resources/templates/list', client.listResourceTemplates())
    await note('resources/read', client.readResource({ uri: 'demo://resource/dynamic/text/1' }))
    await note('resources/read', client.readResource({ uri: 'demo://resource/none' }))
    await note('prompts/list', client.listPrompts())
    await note('prompts/get', client.getPrompt({ name: 'args-prompt', arguments: { city: 'Oslo' } }))
    await note('completion', client.complete({ ref: { type: 'ref/prompt', name: 'completable-prompt' }, argument: { name: 'department', value: 'S' } }))
    await subscribe(client, note, tool)
    await log(client, note, tool)
    await tool('trigger-sampling-request', { prompt: 'a haiku', maxTokens: 10 })
    await tool('trigger-elicitation-request')
    let progress = 0
    await note('long', client.callTool({ name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 4 } }, { onprogress: () => void progress++ }))
    // the client drops progress that comes in the same chunk as the answer
    notes.results.push(['progress', progress > 0])
    await note('cancelled', cancel(client))
    await tool('echo', { message: 'after the cancelled call' })
  }

  type Note = (step: string, promise: Promise<unknown>) => Promise<void>
  type Tool = (name: string, args?: Record<string, unknown>) => Promise<void>

  async function subscribe(client: Client, note: Note, tool: Tool): Promise<void> {
    const uri = 'demo://resource/dynamic/text/1'
    await note('subscribe', client.subscribeResource({ uri }))
    await tool('toggle-subscriber-updates')
    await told('notifications/resources/updated', 1)
    await tool('toggle-subscriber-updates')
    await note('unsubscribe', client.unsubscribeResource({ uri }))
  }

  async function log(client: Client, note: Note, tool: Tool): Promise<void> {
    await note('logging/setLevel', client.setLoggingLevel('debug'))
    const before = notes.told['notifications/message']!.length
    await tool('toggle-simulated-logging')
    await told('notifications/message', before + 1)
    await tool('toggle-simulated-logging')
  }

  return { options, notes, prepare, run }
}

/** Around the stateless fixture server, in the era without `initialize`. */
export function createStatelessTour(): Tour {
  const options: ClientOptions = { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } }
  const notes: Notes = { results: [], asked: [], told: {} }
  const changed = Promise.withResolvers<void>()

  function prepare(client: Client): void {
    client.setRequestHandler('elicitation/create', ({ method, params }) => {
      notes.asked.push([method, params])
      return { action: 'accept', content: { reason: 'tested' } }
    })
    client.setNotificationHandler('notifications/tools/list_changed', ({ method }) => {
      notes.told[method] = [null]
      changed.resolve()
    })
  }

  async function run(client: Client): Promise<void> {
    const note = async (step: string, promise: Promise<unknown>): Promise<void> => void notes.results.push([step, await promise.catch(errorNote)])
    const tool = (name: string, args: Record<string, unknown>): Promise<void> => note(name, client.callTool({ name, arguments: args }))
    notes.results.push(['era', client.getProtocolEra()], ['capabilities', client.getServerCapabilities()])
    await note('tools/list', client.listTools())
    await tool('echo', { text: 'hello', number: 1.5 })
    await tool('no-such-tool', {})
    // the answer requires input, and the call is sent again with it
    await tool('deploy', { what: 'the tape' })
    const subscription = await client.listen({ toolsListChanged: true })
    notes.results.push(['subscriptions/listen', subscription.honoredFilter])
    await tool('grow', {})
    await changed.promise
    await note('tools/list', client.listTools({}, { cacheMode: 'refresh' }))
    await subscription.close()
    let progress = 0
    await note('steps', client.callTool({ name: 'steps', arguments: { count: 3 } }, { onprogress: () => void progress++ }))
    notes.results.push(['progress', progress > 0])
  }

  return { options, notes, prepare, run }
}

/** Cancels a call of half an hour at its first sign of progress. */
async function cancel(client: Client): Promise<unknown> {
  const controller = new AbortController()
  return client.callTool(
    { name: 'trigger-long-running-operation', arguments: { duration: 1800, steps: 9000 } },
    { signal: controller.signal, onprogress: () => controller.abort('enough') },
  )
}

function errorNote(error: unknown): { error: string } {
  return { error: error instanceof Error ? error.message : String(error) }
}

/** Progress tokens and the like differ from run to run. */
function withoutMeta(params: object): object {
  return Object.fromEntries(Object.entries(params).filter(([key]) => key !== '_meta'))
}
