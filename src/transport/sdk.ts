/**
 * To and from the MCP SDK's own Transport. Its messages are values, not bytes: an integer past 2^53 loses digits in them, and odd spacing or
 * `1.0` is gone. That is the SDK's loss; between two of our transports nothing is lost.
 */
import type { Transport as SdkTransport } from '@modelcontextprotocol/client'
import { ShadowcatError, messageOf } from '../errors.ts'
import { type Message, createMessage, membersOf } from '../message.ts'
import type { Transport } from '../transport.ts'

type SdkMessage = Parameters<SdkTransport['send']>[0]

/** For `connect()` of an SDK Client or Server. What it cannot take (`invalid` messages) goes to its `onerror`; a batch arrives one by one. */
export function toSdk(transport: Transport): SdkTransport {
  let closed = false
  const adapted: SdkTransport = {
    async start() {
      transport.onmessage = receive
      transport.onerror = (error) => adapted.onerror?.(error)
      transport.onclose = (error) => {
        closed = true
        if (error) adapted.onerror?.(error)
        adapted.onclose?.()
      }
      await transport.start()
    },
    async send(message) {
      if (closed) throw new ShadowcatError('closed', 'cannot send: the transport is closed')
      await transport.send(createMessage(message))
    },
    close: () => transport.close(),
  }

  function receive(message: Message): void {
    if (message.kind === 'batch') return membersOf(message).forEach(receive)
    if (message.kind !== 'invalid') return adapted.onmessage?.(toValue(message))
    adapted.onerror?.(new ShadowcatError('malformed', 'a message was dropped: it is JSON, but no JSON-RPC message'))
  }

  return adapted
}

/** An SDK transport as one of ours. It cannot pause, and does not tell end of input from close. */
export function fromSdk(sdk: SdkTransport): Transport {
  let asked = false
  let failure: ShadowcatError | undefined
  const transport: Transport = {
    async start() {
      sdk.onmessage = (message) => transport.onmessage?.(createMessage(message))
      sdk.onerror = (cause) => transport.onerror?.(toShadowcatError(cause))
      sdk.onclose = () => transport.onclose?.(asked ? undefined : (failure ?? new ShadowcatError('closed', 'the other side closed the connection')))
      try {
        await sdk.start()
      } catch (cause) {
        throw toShadowcatError(cause)
      }
    },
    // The SDK's promise settles when the message is written: exactly what holds a sender back.
    send: (message) => membersOf(message).reduce((sent, member) => sent.then(() => sdk.send(toValue(member))), Promise.resolve()).catch(fail),
    async close() {
      asked = true
      await sdk.close()
    },
  }

  /** A transport that cannot send has nothing more to give. */
  async function fail(cause: unknown): Promise<void> {
    if (asked || failure) return
    failure = toShadowcatError(cause)
    await sdk.close()
  }

  return transport
}

function toValue(message: Message): SdkMessage {
  return JSON.parse(message.bytes.toString()) as SdkMessage
}

function toShadowcatError(cause: unknown): ShadowcatError {
  return cause instanceof ShadowcatError ? cause : new ShadowcatError('closed', messageOf(cause), { cause })
}
