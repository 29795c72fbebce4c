/** A disk of its own that can be filled and locked, seen by the processes that run on it alone; it is gone with them. Takes root on Linux. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Ran, cli, collect, temporary } from './run.ts'

export type SmallDisk = {
  /** Where it is, for what runs on it. */
  folder: string
  /** Where this process finds the same folder. */
  seen: string
  /** Runs `shadowcat` on it. */
  run(args: readonly string[], input?: string): Promise<Ran>
  /** Starts `shadowcat` on it. */
  start(args: readonly string[]): ReturnType<typeof spawn> & Parameters<typeof collect>[0]
  /** From now on nothing on it can be changed. */
  lock(): void
}

/** Why there can be none here, or undefined. */
export const noDisk = process.platform !== 'linux' || spawnSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs -o size=64k tmpfs /mnt'], { stdio: 'ignore' }).status !== 0 ? 'only root on Linux can mount a small disk' : undefined

/** One of so many bytes. */
export async function createSmallDisk(size: string): Promise<SmallDisk> {
  const folder = temporary()
  const keeper = spawn('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs -o size="$1" tmpfs "$2" && echo mounted && exec cat', 'sh', size, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  const over = new Promise((resolve) => keeper.once('close', resolve))
  onTestFinished(async () => {
    keeper.stdin.end()
    await over
  })
  await new Promise((resolve, reject) => {
    keeper.stdout.once('data', resolve)
    keeper.once('close', () => reject(new Error('no disk was mounted')))
  })
  const inside = ['--target', String(keeper.pid), '--mount']
  const disk: SmallDisk = {
    folder,
    seen: join(`/proc/${keeper.pid}/root`, folder),
    async run(args, input = '') {
      const child = disk.start(args)
      const ran = collect(child)
      child.stdin.end(input)
      return ran
    },
    start(args) {
      const child = spawn('nsenter', [...inside, process.execPath, cli, ...args], { env: { ...process.env, NO_COLOR: '1' } })
      child.stdin.on('error', () => undefined)
      onTestFinished(() => void child.kill('SIGKILL'))
      return child
    },
    lock() {
      const { status, stderr } = spawnSync('nsenter', [...inside, 'mount', '-o', 'remount,ro', folder], { encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
    },
  }
  return disk
}
