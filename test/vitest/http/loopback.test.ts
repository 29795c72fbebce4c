import { expect, test } from 'vitest'
import { isLoopback } from '../../../src/vitest/http/loopback.ts'

test.each(['localhost', 'LOCALHOST.', 'api.localhost', '127.0.0.1', '127.9.9.9', '0.0.0.0', '::1', '[::1]', '::', '::ffff:127.0.0.1', '[::ffff:7f00:1]'])('%s is this machine', (host) => {
  expect(isLoopback(host)).toBe(true)
})

test.each(['example.com', 'localhost.example.com', '128.0.0.1', '10.0.0.1', '192.168.0.1', '127.example.com', '::2', '[::ffff:808:808]', 'host.docker.internal'])('%s is not', (host) => {
  expect(isLoopback(host)).toBe(false)
})
