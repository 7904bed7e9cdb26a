// A fresh chain for a suite: one node with its own data, gone afterwards.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, NodeProcess, root } from './node.mjs'

/** @param {{name: string, network?: string, blockTime?: string, args?: string[]}} options */
export async function openChain({ name, network = 'devnet', blockTime, args }) {
  const data = mkdtempSync(join(tmpdir(), 'dsdn-'))
  const node = new NodeProcess({ network, data, blockTime, args, port: await freePort(), log: join(root, `artifacts/log/suite-${name}.log`) })
  await node.start()
  return {
    node, rpc: node.rpc, url: node.url, wsUrl: node.wsUrl,
    chainId: Number(await node.rpc.call('eth_chainId')),
    async close() {
      await node.stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
