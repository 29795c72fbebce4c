/** How a process group ends: asked, then told, then killed. */
import { readFileSync, readdirSync } from 'node:fs'
import { systemCode } from '../errors.ts'
import { clearTimeout as cancel, setTimeout as after } from '../real.ts'

/** How long each step may take before the next, milliseconds. */
export type Grace = {
  /** After its stdin was closed, for a server that ends by itself then; 0 for one that does not. */
  stdin: number
  /** After SIGTERM, before SIGKILL. */
  term: number
}

export const defaultGrace: Grace = { stdin: 2000, term: 2000 }

const pollEvery = 20

/** Resolves with true as soon as `event` does, with false after `limit` milliseconds. */
export function within(limit: number, event: Promise<unknown>): Promise<boolean> {
  if (limit <= 0) return Promise.resolve(false)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = after(resolve, limit, false)
  void event.then(() => {
    cancel(timer)
    resolve(true)
  })
  return promise
}

/** Signals a whole process group; false when nothing of it is left (or, without process groups, the one process is gone). */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(process.platform === 'win32' ? group : -group, signal)
  } catch (error) {
    // EPERM is what macOS says of a group of zombies.
    if (systemCode(error) === 'ESRCH' || systemCode(error) === 'EPERM') return false
    throw error
  }
}

/** Ends what a leader left behind in its group: SIGTERM, and SIGKILL after `grace` milliseconds. Resolves when that is done. */
export async function sweepGroup(group: number, grace: number): Promise<void> {
  let alive = signalGroup(group, 'SIGTERM')
  for (let waited = 0; alive && waited < grace; waited += pollEvery) {
    await new Promise((resolve) => after(resolve, pollEvery))
    alive = signalGroup(group, 0) && !allZombies(group)
  }
  if (alive) signalGroup(group, 'SIGKILL')
}

/** Whether only dead processes are left that nobody has reaped yet: in a container whose first process does not care, they stay for ever. */
function allZombies(group: number): boolean {
  if (process.platform !== 'linux') return false
  return readdirSync('/proc').every((name) => !/^\d+$/.test(name) || !livesIn(group, name))
}

/** proc(5): `pid (name) state ppid pgrp …`; the name may hold anything. */
function livesIn(group: number, pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(processGroup) === group && state !== 'Z' && state !== 'X'
  } catch (error) {
    // It has ended since the folder was read.
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ESRCH') return false
    throw error
  }
}

/** Closes the leader's stdin, then SIGTERM to the group, then SIGKILL, each when the one before did not end it in time. `gone`: the leader has ended. */
export async function endGroup(group: number, closeStdin: () => void, gone: Promise<unknown>, grace: Grace): Promise<void> {
  closeStdin()
  if (await within(grace.stdin, gone)) return
  signalGroup(group, 'SIGTERM')
  if (await within(grace.term, gone)) return
  signalGroup(group, 'SIGKILL')
  await gone
}
