/** JSON-RPC's error codes, and those that MCP adds to them (revision 2026-07-28, Error Codes). */
export const errorCodes = { invalidRequest: -32600, methodNotFound: -32601, invalidParams: -32602, unsupportedVersion: -32022 } as const
