// The peer of the live differential run: Foundry's Anvil as a child process.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { foundry } from './cast.mjs'
import { freePort } from './node.mjs'
import { Rpc } from './rpc.mjs'

export async function openAnvil(...options) {
  const port = await freePort()
  const child = spawn(foundry('anvil'), ['--silent', '--port', String(port), ...options], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  const rpc = new Rpc(url)
  await rpc.until('anvil', () => rpc.call('eth_chainId'), 20_000)
  return {
    url, rpc,
    async close() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
