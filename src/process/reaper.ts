/** One small shell beside shadowcat that outlives it, and ends the process groups it was told of. */
import { type ChildProcess, spawn } from 'node:child_process'
import { messageOf } from '../errors.ts'

/**
 * Reads `add GROUP` and `remove GROUP` until its stdin closes, however shadowcat ended (SIGKILL too); then SIGTERM to every group that is left,
 * and SIGKILL to those that still live two seconds later.
 */
const script = `
trap '' INT HUP TERM QUIT PIPE
groups=
while read -r verb group; do
  kept=
  for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done
  groups=$kept
  [ "$verb" = add ] && groups="$groups $group"
done
for one in $groups; do kill -s TERM -- "-$one" 2>/dev/null; done
tries=0
while [ -n "$groups" ] && [ $tries -lt 40 ]; do
  tries=$((tries + 1))
  sleep 0.05 2>/dev/null || { sleep 1; tries=40; }
  kept=
  for one in $groups; do kill -s 0 -- "-$one" 2>/dev/null && kept="$kept $one"; done
  groups=$kept
done
for one in $groups; do kill -s KILL -- "-$one" 2>/dev/null; done
`

const groups = new Set<number>()
let shell: ChildProcess | undefined

/** Starts the reaper, if it is not there yet: before the first process, so that none is ever without it. */
export function startReaper(): void {
  if (shell || process.platform === 'win32') return
  const started = spawn('/bin/sh', ['-c', script, 'shadowcat-reaper'], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  shell = started
  started.once('error', (error) => warn(messageOf(error)))
  started.once('exit', () => {
    if (shell === started) shell = undefined
    if (groups.size > 0) startReaper()
  })
  started.stdin.on('error', (error) => warn(messageOf(error)))
  // Neither the shell nor its pipe keeps shadowcat from ending.
  started.unref()
  ;(started.stdin as unknown as { unref(): void }).unref()
  for (const group of groups) tell(`add ${group}`)
}

/** From now on this process group ends when shadowcat does. */
export function reapAtEnd(group: number): void {
  groups.add(group)
  tell(`add ${group}`)
}

/** The group is gone; its number may soon be another's. */
export function forgetGroup(group: number): void {
  if (groups.delete(group)) tell(`remove ${group}`)
}

function tell(line: string): void {
  shell?.stdin?.write(`${line}\n`)
}

function warn(reason: string): void {
  process.emitWarning(`servers may outlive shadowcat if it is killed: their reaper failed (${reason})`, { type: 'ShadowcatWarning' })
}
