import { shadowcat } from 'shadowcat/vitest/plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [shadowcat({ upstream: { wassette: { componentDir: 'components' } } })],
})
