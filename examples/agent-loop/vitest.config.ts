import { shadowcat } from 'shadowcat/vitest/plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [
    shadowcat({
      upstream: { command: ['node', 'node_modules/@modelcontextprotocol/server-everything/dist/index.js', 'stdio'] },
      world: { epoch: '2026-01-01T09:00:00Z', seed: 42, timers: 'auto' },
    }),
  ],
})
