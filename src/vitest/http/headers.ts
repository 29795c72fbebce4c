/**
 * Headers of requests that say nothing of what is asked: of the client's build and machine, of one run's traces, of time. They are recorded, and
 * not compared. All others are compared, in any order.
 */
const ignored = /^(accept-encoding|connection|content-length|date|host|keep-alive|user-agent|traceparent|tracestate|baggage|b3|x-b3-.*|sentry-trace|uber-trace-id|x-datadog-.*|x-request-id|x-correlation-id|x-amzn-trace-id|x-cloud-trace-context|x-amz-date|x-amz-user-agent|amz-sdk-.*|x-goog-api-client|x-stainless-.*)$/i

/** Never recorded, and so not compared. */
const excluded = /^(authorization|proxy-authorization)$/i

export const isCompared = (name: string): boolean => !ignored.test(name) && !excluded.test(name)
export const isKept = (name: string): boolean => !excluded.test(name)
