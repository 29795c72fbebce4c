/** Where the embedded host differs from a real Wassette 0.8.0 on purpose, each with its reason. What is not here must be equal to the byte. */

export type Difference = {
  reason: string
  /** Whether these two texts differ for this reason alone. */
  explains(real: string, ours: string): boolean
}

/** Equal once what is replaced is the same. */
function after(...patterns: [pattern: RegExp, instead: string][]): Difference['explains'] {
  const reduce = (text: string): string => patterns.reduce((rest, [pattern, instead]) => rest.replaceAll(pattern, instead), text)
  return (real, ours) => reduce(real) === reduce(ours)
}

export const differences: Difference[] = [
  {
    reason: 'it says by name that it is no Wassette',
    explains: after([/"serverInfo":\{"name":"[^"]+","version":"[^"]+"\}/g, '"serverInfo":{}'], [/"io\.modelcontextprotocol\/serverInfo":\{"name":"[^"]+","version":"[^"]+"\}/g, '"serverInfo":{}']),
  },
  {
    reason: 'a trap comes without a backtrace: the engine is another, and says nothing of where in the component it was',
    explains: (real, ours) => real.replace(/error while executing at wasm backtrace:\\n.*?(?=wasm trap: )/s, '') === ours,
  },
  {
    reason: 'why a component cannot run is said in our own words, and with the file that was named, as no copy of it is made',
    explains: (real, ours) => {
      const reduce = (text: string): string => text.replace(/(Failed to compile component from path: ).*?([^/]+\.wasm\. Please ensure the file is a valid WebAssembly component\.: ).*(?="\}\])/s, '$1$2')
      return reduce(real) !== real && reduce(real) === reduce(ours)
    },
  },
]

/** The reason for which two texts may differ; undefined when there is none. */
export function reasonFor(real: string, ours: string): string | undefined {
  return differences.find(({ explains }) => explains(real, ours))?.reason
}

/** What a session of a real Wassette's tape differs in when it is sent to the embedded host: tool, and reason. */
export const tapeDifferences: Record<string, string> = {
  'now-seconds': 'the clock is held',
  'random-u64': 'randomness is made from the seed',
  fall: differences[1]!.reason,
  variable: 'without a policy Wassette lets every variable through; here nothing is granted that a policy does not grant',
  serverInfo: differences[0]!.reason,
}
