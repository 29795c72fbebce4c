/** WIT's types, as a component's own sections declare them. */

export type Scalar = 'bool' | 's8' | 'u8' | 's16' | 'u16' | 's32' | 'u32' | 's64' | 'u64' | 'f32' | 'f64' | 'char' | 'string'

export type Field = { readonly name: string; readonly type: ValueType }
export type Case = { readonly name: string; readonly type?: ValueType | undefined }

/** A type of values. What Wassette and this host cannot pass (resources, streams, …) is `unsupported`, and says what it is. */
export type ValueType =
  | { readonly kind: Scalar }
  | { readonly kind: 'list'; readonly item: ValueType }
  | { readonly kind: 'record'; readonly fields: readonly Field[] }
  | { readonly kind: 'tuple'; readonly items: readonly ValueType[] }
  | { readonly kind: 'variant'; readonly cases: readonly Case[] }
  | { readonly kind: 'enum'; readonly names: readonly string[] }
  | { readonly kind: 'flags'; readonly names: readonly string[] }
  | { readonly kind: 'option'; readonly item: ValueType }
  | { readonly kind: 'result'; readonly ok?: ValueType | undefined; readonly error?: ValueType | undefined }
  | { readonly kind: 'unsupported'; readonly what: string }

/** A function's parameters in order, and what it gives back, if anything. */
export type FunctionType = { readonly parameters: readonly Field[]; readonly result?: ValueType | undefined; readonly async: boolean }

/** The types directly inside a type. */
export function partsOf(type: ValueType): readonly ValueType[] {
  switch (type.kind) {
    case 'list':
    case 'option':
      return [type.item]
    case 'record':
      return type.fields.map((field) => field.type)
    case 'tuple':
      return type.items
    case 'variant':
      return type.cases.flatMap((item) => item.type ?? [])
    case 'result':
      return [type.ok, type.error].filter((part) => part !== undefined)
    default:
      return []
  }
}

/** The first thing inside a type that cannot be passed, in words. */
export function unsupportedIn(type: ValueType): string | undefined {
  if (type.kind === 'unsupported') return type.what
  for (const part of partsOf(type)) {
    const found = unsupportedIn(part)
    if (found !== undefined) return found
  }
  return undefined
}
