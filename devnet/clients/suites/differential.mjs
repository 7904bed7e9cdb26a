// The same transactions and the same requests to Anvil 1.7.1 and to a node with the conformance genesis, at the same time.

import { Transaction, Wallet } from 'ethers'
import { allowed } from '../differential/allowed.mjs'
import { differences } from '../differential/compare.mjs'
import { refusals, requests } from '../differential/requests.mjs'
import { account } from '../lib/accounts.mjs'
import { openAnvil } from '../lib/anvil.mjs'
import { openChain } from '../lib/chain.mjs'
import { check, equal } from '../lib/report.mjs'
import { Suite } from '../lib/tap.mjs'

const suite = new Suite('differential')
const genesisTime = '1700000000'

suite.test('a session of requests answers as Anvil does, but for the written differences', async ({ ours, theirs, made }) => {
  const list = requests(made)
  const wrong = []
  for (const [method, ...params] of list) {
    const body = { jsonrpc: '2.0', id: 1, method, params }
    for (const line of differences(method, await ours.post(body), await theirs.post(body), allowed, params)) wrong.push(`${method} ${JSON.stringify(params).slice(0, 120)} ${line}`)
  }
  check(wrong.length === 0, () => `${wrong.length} of ${list.length} requests:\n` + wrong.slice(0, 60).join('\n'))
})

suite.test('what one pool refuses the other refuses, or the difference is written', async ({ ours, theirs, made }) => {
  const wrong = []
  for (const [name, raw] of refusals(made)) {
    const body = { jsonrpc: '2.0', id: 1, method: 'eth_sendRawTransaction', params: [raw] }
    const [mine, other] = [await ours.post(body), await theirs.post(body)]
    if (!mine.error) wrong.push(`${name}: accepted`)
    else if (mine.error.code !== -32000) wrong.push(`${name}: code ${mine.error.code}`)
    for (const line of differences('eth_sendRawTransaction', mine, other, allowed)) wrong.push(`${name} ${line}`)
  }
  check(wrong.length === 0, () => wrong.join('\n'))
  equal(await ours.call('txpool_status'), { pending: '0x0', queued: '0x0' }, 'the pool after refusals')
})

suite.test('batches keep their order and answer as single calls do', async ({ ours, theirs, made }) => {
  const calls = [['eth_chainId'], ['eth_getBalance', made.accounts[1], 'latest'], ['eth_noSuchMethod'], ['eth_getTransactionReceipt', made.hashes.dynamic]]
  const body = calls.map(([method, ...params], id) => ({ jsonrpc: '2.0', id, method, params }))
  const [mine, other] = [await ours.post(body), await theirs.post(body)]
  equal(mine.map(reply => reply.id), [0, 1, 2, 3], 'ids')
  calls.forEach(([method], i) => equal(differences(method, mine[i], other.find(reply => reply.id === i), allowed), [], method))
})

suite.test('every written difference is still one', () => {
  const idle = allowed.filter(rule => !rule.used)
  check(process.env.DSDN_FILTER || idle.length === 0, () => 'not needed: ' + idle.map(rule => `${rule.method} ${rule.path}`).join('; '))
})

/** Three transfers, a block each, on both servers; hashes are equal because the signed bytes are. */
async function prelude(servers) {
  const wallet = new Wallet(account(0).key)
  const sign = fields => {
    const transaction = Transaction.from(fields)
    transaction.signature = wallet.signingKey.sign(transaction.unsignedHash)
    return transaction.serialized
  }
  const to = account(1).address
  const price = 5_000_000_000n
  const raw = {
    legacy: sign({ type: 0, chainId: 17847, nonce: 0, to, value: 1n, gasLimit: 21_000n, gasPrice: price }),
    access: sign({ type: 1, chainId: 17847, nonce: 1, to, value: 2n, gasLimit: 30_000n, gasPrice: price, accessList: [{ address: to, storageKeys: [] }] }),
    dynamic: sign({ type: 2, chainId: 17847, nonce: 2, to, value: 3n, gasLimit: 21_000n, maxFeePerGas: price, maxPriorityFeePerGas: 1_000_000_000n }),
  }
  const hashes = {}
  for (const [name, bytes] of Object.entries(raw)) {
    for (const server of servers) {
      hashes[name] = await server.call('eth_sendRawTransaction', bytes)
      await server.call('evm_mine')
      equal((await server.receipt(hashes[name])).status, '0x1', `${name} transfer`)
    }
  }
  for (const server of servers) equal(await server.call('eth_blockNumber'), '0x3', 'height after three blocks')
  return {
    accounts: [0, 1].map(i => account(i).address.toLowerCase()), raw, hashes, key: wallet.signingKey, nonce: 3,
    elsewhere: sign({ type: 0, chainId: 1, nonce: 3, to, value: 1n, gasLimit: 21_000n, gasPrice: price }), blocks: { transfer: '0x3' },
  }
}

await suite.run(
  async () => {
    const anvil = await openAnvil('--chain-id', '17847', '--no-mining', '--timestamp', genesisTime, '--base-fee', '1000000000', '--gas-limit', '30000000')
    let chain
    try {
      chain = await openChain({ name: 'differential', network: 'conformance', blockTime: 'manual' })
      return { anvil, chain, ours: chain.rpc, theirs: anvil.rpc, made: await prelude([chain.rpc, anvil.rpc]) }
    } catch (error) {
      await Promise.all([anvil.close(), chain?.close()])
      throw error
    }
  },
  ({ anvil, chain }) => Promise.all([anvil.close(), chain.close()]))
