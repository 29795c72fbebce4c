// Assembles rates.wat and rates.wit into rates.wasm: npm run build. A component of yours comes from Rust, Go, Python or JavaScript instead.
import { readFileSync, writeFileSync } from 'node:fs'
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools'

const text = (name) => readFileSync(new URL(name, import.meta.url), 'utf8')
const binary = await componentEmbed({ binary: await parse(text('rates.wat')), witSource: text('rates.wit') })
writeFileSync(new URL('rates.wasm', import.meta.url), await componentNew(binary, []))
