#!/usr/bin/env node
/** Entry of the command line. Nothing is imported before it is needed, so that an old Node gets a sentence and `--version` is quick. */

// See version.ts, which cannot be asked: it is imported.
if (Number(process.versions.napi) < 10) {
  process.stderr.write(`shadowcat needs Node 22.14, 24 or newer; this is ${process.version}\n`)
  process.exitCode = 2
} else {
  const { run } = await import('./run.ts')
  process.exitCode = await run(process.argv.slice(2))
  // Results are out by now. What is left is for those who may never read it, and must not keep the process for ever.
  setTimeout(() => process.exit(), 1000).unref()
}
