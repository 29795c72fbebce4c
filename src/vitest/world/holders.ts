/**
 * What is in place from the first who asks for it to the last who lets go. Each call holds it, and gives what lets go of it, which counts once
 * however often it is called.
 */
export function createHolders(put: () => void, takeAway: () => void): () => () => void {
  let holders = 0
  return () => {
    if (holders++ === 0) put()
    let held = true
    return () => {
      if (held && --holders === 0) takeAway()
      held = false
    }
  }
}
