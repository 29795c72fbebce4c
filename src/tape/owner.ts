/** Which process a journal belongs to, and whether it is still being written. */
import { readFileSync } from 'node:fs'
import { systemCode } from '../errors.ts'

/** `birth` tells a process from a later one of the same number (in a container it is nearly always the same); Linux alone says it. */
export type Owner = { pid: number; birth?: string | undefined }

/** The journals that this process writes now. */
const open = new Set<string>()

export function thisProcess(): Owner {
  const birth = birthOf(process.pid)
  return { pid: process.pid, ...(birth !== undefined && { birth }) }
}

/** Notes that this process writes a journal, until the returned function is called. */
export function claim(journal: string): () => void {
  open.add(journal)
  return () => void open.delete(journal)
}

/** Whether the journal at this absolute path is being written, as far as can be told; a process that may not be asked counts as alive. */
export function isOwned(journal: string, { pid, birth }: Owner): boolean {
  if (pid === process.pid) return open.has(journal)
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false
  }
  return birth === undefined || (birthOf(pid) ?? birth) === birth
}

/** The boot, and the clock ticks since then at which the process began: field 22 of proc_pid_stat(5). */
function birthOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}:${ticks}`
  } catch {
    return undefined // not every system lets /proc be read: then the number alone decides
  }
}
