// Runs Foundry's cast as a user would: one process a command.

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './node.mjs'

const run = promisify(execFile)

/** The tool's own binary; its Node wrapper costs a tenth of a second a call. */
export function foundry(tool) {
  const cpu = process.arch === 'x64' ? 'amd64' : process.arch
  const file = join(root, `devnet/clients/node_modules/@foundry-rs/${tool}-${process.platform}-${cpu}/bin/${tool}`)
  if (!existsSync(file)) throw new Error(`no ${tool} for ${process.platform}-${cpu}`)
  return file
}

/** Standard output, trimmed. */
export async function cast(url, ...args) {
  try {
    const { stdout } = await run(foundry('cast'), [...args, '--rpc-url', url], { timeout: 60_000, maxBuffer: 1 << 24 })
    return stdout.trim()
  } catch (error) {
    throw new Error(`cast ${args[0]}: ${(error.stderr || error.message).trim()}`)
  }
}
