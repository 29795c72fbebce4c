/** Lists of numbers, which are typed arrays in jco's code. */

export type TypedList =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array

/** Makes the typed array of a list whose items are of this kind. */
export const typedLists: Readonly<Record<string, ((items: readonly unknown[]) => TypedList) | undefined>> = {
  s8: (items) => Int8Array.from(items as number[]),
  u8: (items) => Uint8Array.from(items as number[]),
  s16: (items) => Int16Array.from(items as number[]),
  u16: (items) => Uint16Array.from(items as number[]),
  s32: (items) => Int32Array.from(items as number[]),
  u32: (items) => Uint32Array.from(items as number[]),
  s64: (items) => BigInt64Array.from(items as bigint[]),
  u64: (items) => BigUint64Array.from(items as bigint[]),
  f32: (items) => Float32Array.from(items as number[]),
  f64: (items) => Float64Array.from(items as number[]),
}
