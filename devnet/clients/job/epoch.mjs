// The block where an epoch ends: hooks write, system transactions carry their logs, and every client still reads the chain.

import { JsonRpcProvider } from 'ethers'
import { createPublicClient, http } from 'viem'
import { cast } from '../lib/cast.mjs'
import { blockHash } from '../lib/headers.mjs'
import { check, equal } from '../lib/report.mjs'

const systemType = '0x7e'

export async function crossEpoch({ node, report, stage = 'epoch' }) {
  const { rpc, url } = node
  const found = await report.step(stage, 'a block whose system transactions carry logs comes, and the chain goes on', async () => {
    let next = 1n
    const block = await rpc.until('a system transaction with a log', async () => {
      for (const head = BigInt(await rpc.call('eth_blockNumber')); next <= head; next++) {
        const candidate = await rpc.call('eth_getBlockByNumber', '0x' + next.toString(16), true)
        for (const { hash } of candidate.transactions.filter(transaction => transaction.type === systemType)) {
          // Where a validator missed a block, one that only counts that comes before.
          const receipt = await rpc.call('eth_getTransactionReceipt', hash)
          if (receipt.logs.length) return candidate
        }
      }
    }, 180_000)
    await rpc.until('the block after it', async () => BigInt(await rpc.call('eth_blockNumber')) > BigInt(block.number))
    return { block, detail: `block ${BigInt(block.number)}` }
  })
  await report.step(stage, 'its logs are those of its receipts, and its hash is right', async () => {
    const { block } = found
    equal(blockHash(block), block.hash, 'hash')
    const logs = await rpc.call('eth_getLogs', { blockHash: block.hash })
    const receipts = await rpc.call('eth_getBlockReceipts', block.number)
    equal(logs, receipts.flatMap(receipt => receipt.logs), 'logs of the block')
    check(logs.length > 0, 'a system transaction without a log')
    return `${logs.length} logs`
  })
  await report.step(stage, 'cast, ethers and viem read it', async () => {
    const { block } = found
    const number = BigInt(block.number)
    equal(JSON.parse(await cast(url, 'block', String(number), '--full', '--json')).hash, block.hash, 'hash by cast')
    const provider = new JsonRpcProvider(url)
    const byEthers = await provider.getBlock(Number(number), true)
    equal(byEthers.prefetchedTransactions.length, block.transactions.length, 'transactions by ethers')
    provider.destroy()
    const client = createPublicClient({ transport: http(url) })
    const byViem = await client.getBlock({ blockNumber: number, includeTransactions: true })
    equal(byViem.transactions.map(transaction => transaction.hash), block.transactions.map(transaction => transaction.hash), 'transactions by viem')
  })
}
