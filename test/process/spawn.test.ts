import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ServerSpec, spawnServer } from '../../src/process/spawn.ts'

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-spawn-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** What a script prints. */
async function output(script: string, spec: Partial<ServerSpec> = {}): Promise<string> {
  const server = await spawnServer({ command: [process.execPath, '-e', script], ...spec })
  const printed = text(server.stdout)
  await server.exited
  return printed
}

test("a program of the project's packages is found without npx, from the server's working directory upwards", async () => {
  const folder = createFolder()
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
  mkdirSync(join(folder, 'server'))
  writeFileSync(join(folder, 'node_modules/.bin/own-server'), '#!/bin/sh\necho mine\n', { mode: 0o755 })
  expect(await output('', { command: ['own-server'], cwd: join(folder, 'server') })).toBe('mine\n')
})

describe('what cannot be started says so, and what to do', () => {
  const fails = async (spec: ServerSpec, ...parts: string[]): Promise<void> => {
    const error: unknown = await spawnServer(spec).then(() => undefined, (reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'ShadowcatError', code: 'spawn' })
    for (const part of parts) expect((error as Error).message).toContain(part)
  }

  test('a name that is not on PATH', () => fails({ command: ['no-such-server', '--flag', 'two words'] }, '`no-such-server --flag "two words"`', 'ENOENT', 'Check the spelling'))

  test('a name that is in the working directory alone', async () => {
    const cwd = createFolder()
    writeFileSync(join(cwd, 'my-server'), '')
    await fails({ command: ['my-server'], cwd }, 'did you mean ./my-server?')
  })

  test('a path that is not there', () => fails({ command: ['./no/such/server'] }, 'there is no "', 'Check the path'))

  test('a file that may not be executed', async () => {
    const path = join(createFolder(), 'server.js')
    writeFileSync(path, '')
    await fails({ command: [path] }, 'EACCES', 'chmod +x')
  })

  test('a folder', async () => {
    const path = join(createFolder(), 'server')
    mkdirSync(path)
    await fails({ command: [path] }, 'is a folder')
  })

  test('a script whose interpreter is missing', async () => {
    const path = join(createFolder(), 'server')
    writeFileSync(path, '#!/no/such/interpreter\n')
    chmodSync(path, 0o755)
    await fails({ command: [path] }, 'interpreter')
  })

  test('a working directory that is not there', () => fails({ command: ['node'], cwd: '/no/such/folder' }, 'its working directory "/no/such/folder"'))

  test('an argument that no program can be given, without its secret', async () => {
    const redact = (value: string): string => value.replaceAll('hunter2', '[redacted]')
    await fails({ command: ['node', 'hunter2\0'], redact }, '[redacted]')
    const error: unknown = await spawnServer({ command: ['no-such-server', 'hunter2'], redact }).catch((reason: unknown) => reason)
    expect(JSON.stringify([(error as Error).message, error, (error as Error).cause])).not.toContain('hunter2')
  })

  test('no command at all', async () => {
    await expect(spawnServer({ command: [] })).rejects.toMatchObject({ code: 'usage' })
  })
})

test('the environment is handed on, with additions, and without what was taken away', async () => {
  process.env['SHADOWCAT_TEST_INHERITED'] = 'inherited'
  process.env['SHADOWCAT_TEST_TAKEN'] = 'taken'
  onTestFinished(() => {
    delete process.env['SHADOWCAT_TEST_INHERITED']
    delete process.env['SHADOWCAT_TEST_TAKEN']
  })
  const script = 'const e = process.env; console.log(e.SHADOWCAT_TEST_INHERITED, e.SHADOWCAT_TEST_TAKEN, e.SHADOWCAT_TEST_GIVEN)'
  expect(await output(script, { env: { SHADOWCAT_TEST_GIVEN: 'given', SHADOWCAT_TEST_TAKEN: undefined } })).toBe('inherited undefined given\n')
})

test('the working directory is handed on', async () => {
  const cwd = createFolder()
  expect(await output('console.log(process.cwd())', { cwd })).toContain(cwd)
})

test('no shell reads the arguments', async () => {
  const server = await spawnServer({ command: [process.execPath, '-e', 'console.log(process.argv[1])', '--', '$HOME; `id` "*"'] })
  expect(await text(server.stdout)).toBe('$HOME; `id` "*"\n')
})

test('the server leads a process group of its own', async () => {
  const server = await spawnServer({ command: ['sh', '-c', 'ps -o pgid= -p $$'] })
  expect(Number(await text(server.stdout))).toBe(server.pid)
})

test('an exit tells its code, and the error says when and why', async () => {
  const redact = (value: string): string => value.replaceAll('hunter2', '[redacted]')
  const server = await spawnServer({ command: [process.execPath, '-e', 'console.error("bad password hunter2"); process.exit(3)'], redact })
  const exit = await server.exited
  expect(exit).toEqual({ exitCode: 3, signal: undefined, stderrTail: 'bad password [redacted]' })
  const error = server.exitError(exit, 'before it answered')
  expect(error).toMatchObject({ code: 'exit', facts: { exitCode: 3, stderrTail: 'bad password [redacted]' } })
  expect(error.message).toContain('ended with exit code 3 before it answered')
  expect(error.message).toContain('bad password [redacted]')
  expect(error.message).not.toContain('hunter2')
})

test('an exit by a signal names it', async () => {
  const server = await spawnServer({ command: ['sh', '-c', 'kill -SEGV $$'] })
  const exit = await server.exited
  expect(exit).toEqual({ exitCode: undefined, signal: 'SIGSEGV', stderrTail: '' })
  expect(server.exitError(exit, 'in the middle').message).toContain('by signal SIGSEGV (11) in the middle. It wrote nothing to stderr')
})
