// SIGKILL in the middle of load, restart, and nothing that was acknowledged is gone.
// "Acknowledged" means that a client saw the receipt; a transaction hash alone may be lost with the pool.

import { account, uses } from '../lib/accounts.mjs'
import { Load } from '../lib/load.mjs'
import { dsdn } from '../lib/network.mjs'
import { sleep } from '../lib/rpc.mjs'

const seenBeforeKill = 300

/** @param {{node: import('../lib/node.mjs').NodeProcess}} job the process that is killed; load goes to it */
export async function killAndRecover({ node, report, stage = 'kill', rounds = 2 }) {
  for (let round = 1; round <= rounds; round++) {
    const load = new Load(uses.load.map(i => ({ rpc: node.rpc, key: account(i).key })))
    await report.step(stage, `round ${round}: SIGKILL under load`, async () => {
      await load.begin()
      await load.until(seenBeforeKill)
      // Not at a block boundary: with transactions on their way and a block being made.
      await sleep(Math.random() * 200)
      const sent = load.sent
      await node.kill()
      await load.end()
      return `${sent} sent, ${load.seen.size} receipts seen, head ${load.head.number}`
    })
    await report.step(stage, `round ${round}: restarts`, async () => `ready in ${await node.start()} ms`)
    await report.step(stage, `round ${round}: every receipt seen is there, unchanged`, async () => {
      await load.verify(node.rpc)
      return `${load.seen.size} receipts, state root of block ${load.head.number} equal`
    })
    await report.step(stage, `round ${round}: the chain goes on`, async () => {
      const head = BigInt(await node.rpc.call('eth_blockNumber'))
      await node.rpc.until('a new block', async rpc => BigInt(await rpc.call('eth_blockNumber')) > head)
    })
  }
  await report.step(stage, 'state verify recomputes the root from the tables', async () => {
    await node.stop()
    const verified = JSON.parse(await dsdn(['state', 'verify', '--network', node.options.network, '--data', node.options.data, '--json']))
    await node.start()
    return JSON.stringify(verified).slice(0, 120)
  })
}
