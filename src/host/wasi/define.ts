import { Ended } from '../failure.ts'
import { activePass } from '../pass.ts'

/** A WASI function or resource as jco's code takes it; `never` lets any parameters stand. */
type Member = (...args: never[]) => unknown
type Resource = { prototype: object }

/**
 * One WASI interface: functions in camel case, resources as classes. Each use goes to the trace under WASI's own name. What WASI's functions
 * throw is the `err` of their result; an Error ends the pass instead.
 */
export function defineInterface<T extends Record<string, Member | Resource>>(name: string, members: T): T {
  const defined: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(members)) {
    defined[key] = /^[A-Z]/.test(key) ? defineResource(name, kebab(key), member as Resource) : traced(name, kebab(key), member as Member)
  }
  return defined as T
}

/** A resource that nobody ever gets: it is there for components that import all of an interface. */
export function absent(methods: readonly string[] = [], statics: readonly string[] = []): Resource {
  const refuse = (): never => {
    throw new Ended('trap', 'wasm trap: this resource is not offered')
  }
  // Not an arrow function, as it is called with `new`.
  const resource = function nobody() {
    refuse()
  }
  for (const name of methods) resource.prototype[name] = refuse
  return Object.assign(resource, Object.fromEntries(statics.map((name) => [name, refuse])))
}

/** The `err` of a WASI function's result: thrown bare, as jco's code takes it. */
export function fail(value?: unknown): never {
  throw value
}

function traced(name: string, functionName: string, run: Member): Member {
  return function (this: unknown, ...args: never[]) {
    const pass = activePass()
    pass.enter(name, functionName)
    try {
      return run.apply(this, args)
    } catch (error) {
      if (error instanceof Error) pass.end(error)
      throw error
    }
  }
}

const done = new WeakSet<object>()

/** Puts the trace into a class's own methods; methods do not call each other. */
function defineResource(name: string, resource: string, type: Resource): Resource {
  if (done.has(type)) return type
  done.add(type)
  traceMethods(type.prototype, (key) => traced(name, `[method]${resource}.${kebab(key.name)}`, key.run))
  traceMethods(type, (key) => traced(name, `[static]${resource}.${kebab(key.name)}`, key.run))
  return type
}

function traceMethods(target: object, trace: (member: { name: string; run: Member }) => Member): void {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(target))) {
    if (name === 'constructor' || typeof property.value !== 'function' || name === 'prototype') continue
    Object.defineProperty(target, name, { ...property, value: trace({ name, run: property.value as Member }) })
  }
}

function kebab(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])/g, '-').replace(/^[A-Z]/, (first) => first.toLowerCase()).toLowerCase()
}
