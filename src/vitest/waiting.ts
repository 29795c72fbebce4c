import { textOf } from '../json.ts'
import { type Message, find, isAnswer } from '../message.ts'

/** Told what is waited for, in pairs. */
export type Watcher = {
  /** From now on: for the answer to a request, or for what answers to be opened. */
  asked?(what: string): void
  /** No longer: the answer is about to be delivered, is not wanted any more or will not come; or the server itself waits for one of ours. */
  answered?(what: string): void
}

export type Waiting = {
  opening(opened: Promise<void>): Promise<void>
  sent(message: Message): void
  received(message: Message): void
  closed(): void
}

/** No request has this id, as ids are JSON. */
const transport = 'transport'

/** Tells of the messages that pass on a client's side what a server is waited for. */
export function createWaiting(watcher: Watcher): Waiting {
  const unanswered = new Set<string>()
  /** Requests of the server: until we have answered them, nobody knows whose answer they hold up, and it is not the server that takes its time. */
  const ours = new Set<string>()

  function begin(id: string): void {
    unanswered.add(id)
    if (ours.size === 0) watcher.asked?.(id)
  }
  function end(id: string): void {
    if (unanswered.delete(id) && ours.size === 0) watcher.answered?.(id)
  }
  function beginOurs(id: string): void {
    if (ours.size === 0) unanswered.forEach((each) => watcher.answered?.(each))
    ours.add(id)
  }
  function endOurs(id: string): void {
    if (ours.delete(id) && ours.size === 0) unanswered.forEach((each) => watcher.asked?.(each))
  }

  return {
    async opening(opened) {
      watcher.asked?.(transport)
      await opened.finally(() => watcher.answered?.(transport))
    },
    sent(message) {
      if (message.kind === 'request') begin(message.id!)
      else if (isAnswer(message)) endOurs(message.id ?? '')
      else end(cancelledBy(message))
    },
    received(message) {
      if (message.kind === 'request') beginOurs(message.id!)
      else if (isAnswer(message)) end(message.id ?? '')
      else endOurs(cancelledBy(message))
    },
    closed() {
      for (const id of unanswered) end(id)
      unanswered.clear()
      ours.clear()
    },
  }
}

/** The id of the request that is not to be answered any more, if the message says so. */
function cancelledBy(message: Message): string {
  const id = message.method === 'notifications/cancelled' ? find(message, 'params', 'requestId') : undefined
  return id ? textOf(message.bytes, id) : ''
}
