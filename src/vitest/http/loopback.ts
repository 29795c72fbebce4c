import { isIP } from 'node:net'

/** Whether a host, as URLs and sockets name it, is this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').replace(/\.$/, '').toLowerCase()
  if (name === '' || name === 'localhost' || name.endsWith('.localhost')) return true
  if (isIP(name) === 4) return name.startsWith('127.') || name === '0.0.0.0'
  return isIP(name) === 6 && (name === '::1' || name === '::' || /^::ffff:(127\.|7f[0-9a-f]{2}:)/.test(name))
}
