/** Wassette's own tools: loading and unloading components, telling what there is, changing policies. */
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { answers, loadFaults, refusals } from '../component/built-in-texts.ts'
import { type PermissionKind, grant, revoke } from '../component/policy.ts'
import { ShadowcatError, messageOf } from '../errors.ts'
import { type Exact, exactText, toJson } from '../json.ts'
import { type ToolAnswer, failed, said } from './answers.ts'
import type { Components, Entry } from './components.ts'

/** What the tools work on. */
export type BuiltInOptions = {
  components: Components
  /** What get-policy says of when a policy was made. */
  epoch: Date
}

/** `changed`: the list of tools may be another now. `loaded`: the component that was. */
export type BuiltInAnswer = { answer: ToolAnswer; changed?: boolean; loaded?: Entry }

type Arguments = ReadonlyMap<string, Exact>
type BuiltIn = (given: Arguments, options: BuiltInOptions) => BuiltInAnswer | Promise<BuiltInAnswer>

/** Where policies are said to be: in no folder of this machine, so that answers are the same on every other. */
const policyFolder = '/components'

const kinds: Record<string, PermissionKind> = { storage: 'storage', network: 'network', 'environment-variable': 'environment' }

const tools: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ['load-component', load],
  ['unload-component', unload],
  ['list-components', (_, { components }) => ({ answer: said(components.listed()) })],
  ['get-policy', getPolicy],
  ['reset-permission', reset],
  ['search-components', (given) => ({ answer: said(answers.found(textIn(given, 'query'))) })],
  ...Object.entries(kinds).flatMap(([name, kind]): [string, BuiltIn][] => [
    [`grant-${name}-permission`, (given, options) => change('grant', kind, given, options)],
    [`revoke-${name}-permission`, (given, options) => change('revoke', kind, given, options)],
  ]),
])

/** The tool of this name, if it is one of Wassette's own. */
export function findBuiltIn(name: string): BuiltIn | undefined {
  return tools.get(name)
}

async function load(given: Arguments, { components }: BuiltInOptions): Promise<BuiltInAnswer> {
  const uri = textIn(given, 'path')
  if (uri === undefined) return missing('load-component', 'path')
  const refuse = (reason: string): BuiltInAnswer => ({ answer: failed(refusals.notLoaded(uri, reason)) })
  const place = placeOf(uri)
  if ('fault' in place) return refuse(place.fault)
  const { path } = place
  try {
    // A pipe would be waited for without end.
    const stats = statSync(path, { throwIfNoEntry: false })
    if (!stats) return refuse(loadFaults.noFile(path))
    if (!path.endsWith('.wasm')) return refuse(loadFaults.otherExtension(path))
    if (!stats.isFile()) return refuse(`${path} is no file`)
    const bytes = readFileSync(path)
    const id = basename(path, '.wasm')
    const { entry, again } = await components.add({ id, uri, bytes })
    const names = entry.ready!.tools.map(({ definition }) => definition.name)
    return { answer: said(answers.loaded(id, names, again)), changed: true, loaded: entry }
  } catch (error) {
    return refuse(loadFaults.notCompiled(path, messageOf(error)))
  }
}

function placeOf(uri: string): { path: string } | { fault: string } {
  const [, scheme, path] = /^(.*?):\/\/(.*)$/s.exec(uri) ?? []
  if (scheme === undefined || path === undefined) return { fault: loadFaults.noScheme }
  if (scheme === 'oci') return { fault: 'the embedded host fetches nothing: download the component, and load it as file:///….wasm' }
  if (scheme !== 'file') return { fault: loadFaults.otherScheme(scheme) }
  // As it stands: Wassette decodes no %20 either.
  return path.startsWith('/') ? { path } : { fault: 'Component path must be fully qualified. Please provide an absolute path to the WebAssembly component file.' }
}

function unload(given: Arguments, { components }: BuiltInOptions): BuiltInAnswer {
  const id = textIn(given, 'id')
  if (id === undefined) return missing('unload-component', 'id')
  components.remove(id)
  return { answer: said(answers.unloaded(id)), changed: true }
}

function getPolicy(given: Arguments, { components, epoch }: BuiltInOptions): Promise<BuiltInAnswer> {
  return withComponent('get-policy', given, components, (id) => {
    if (!components.policyBytes(id)) return answers.noPolicy(id)
    return answers.policy(id, `${policyFolder}/${id}.policy.yaml`, Math.floor(epoch.getTime() / 1000))
  })
}

function reset(given: Arguments, { components }: BuiltInOptions): Promise<BuiltInAnswer> {
  return withComponent('reset-permission', given, components, (id) => {
    components.reset(id)
    return answers.reset(id)
  })
}

async function change(what: 'grant' | 'revoke', kind: PermissionKind, given: Arguments, { components }: BuiltInOptions): Promise<BuiltInAnswer> {
  const tool = `${what}-permission`
  const details = given.get('details')
  if (textIn(given, 'component_id') === undefined) return missing(tool, 'component_id')
  if (details === undefined) return missing(tool, 'details')
  const uri = details instanceof Map ? textIn(details, 'uri') : undefined
  if (what === 'revoke' && kind === 'storage' && uri === undefined) return { answer: failed(refusals.missingUri) }
  return withComponent(tool, given, components, async (id) => {
    try {
      await components.change(id, (policy) => (what === 'grant' ? grant : revoke)(policy, kind, toJson(details)))
    } catch (error) {
      throw new ShadowcatError('usage', refusals[what === 'grant' ? 'notGranted' : 'notRevoked'](kind, id, messageOf(error)), { cause: error })
    }
    return what === 'grant' ? answers.granted(kind, id, exactText(details)) : answers.revoked(kind, id, exactText(details), uri)
  })
}

/** Answers with what `act` says of the component that is named, or with why not. */
async function withComponent(tool: string, given: Arguments, components: Components, act: (id: string) => string | Promise<string>): Promise<BuiltInAnswer> {
  const id = textIn(given, 'component_id')
  if (id === undefined) return missing(tool, 'component_id')
  if (!components.has(id)) return { answer: failed(refusals.noComponent(id)) }
  try {
    return { answer: said(await act(id)) }
  } catch (error) {
    return { answer: failed(messageOf(error)) }
  }
}

function missing(tool: string, name: string): BuiltInAnswer {
  return { answer: failed(refusals.missingArgument(tool, name)) }
}

function textIn(given: Arguments, key: string): string | undefined {
  const value = given.get(key)
  return typeof value === 'string' ? value : undefined
}

