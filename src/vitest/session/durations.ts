import type { Id, Message } from '../../message.ts'
import type { Entry, Recording } from '../../tape/entry.ts'

/** How long the recorded calls took that a player answers from: `onplay` is for the player, `durationOf` for the connection, in ms. */
export type Durations = {
  onplay(live: Message, recorded: Entry): void
  durationOf(id: Id): number | undefined
}

/** For one live session. A recorded request that was not answered has no duration. */
export function createDurations(recording: Recording): Durations {
  const answered = new Map<number, number>()
  const played = new Map<Id, Entry>()
  for (const { replyTo, timestamp } of recording.entries) if (replyTo !== undefined && !answered.has(replyTo)) answered.set(replyTo, timestamp)

  return {
    onplay(live, recorded) {
      if (live.id !== undefined) played.set(live.id, recorded)
    },
    durationOf(id) {
      const recorded = played.get(id)
      const end = recorded && answered.get(recorded.id)
      return end === undefined ? undefined : (end - recorded!.timestamp) / 1000
    },
  }
}
