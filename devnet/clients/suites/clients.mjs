// Typical flows of cast, ethers, viem, web3 and hardhat, live, and the recorded requests of each sent as they were.

import { Contract, id, Interface, JsonRpcProvider, parseEther, Wallet, WebSocketProvider } from 'ethers'
import { createHardhatRuntimeEnvironment } from 'hardhat/hre'
import { join } from 'node:path'
import { createPublicClient, webSocket } from 'viem'
import { Web3 } from 'web3'
import { closeProvider } from '../lib/ethers.mjs'
import { account, phrase, uses } from '../lib/accounts.mjs'
import { cast } from '../lib/cast.mjs'
import { openChain } from '../lib/chain.mjs'
import { freshAddress } from '../lib/keys.mjs'
import { addresses, loadModules } from '../lib/modules.mjs'
import { root } from '../lib/node.mjs'
import { check, equal } from '../lib/report.mjs'
import { Rpc, sleep } from '../lib/rpc.mjs'
import { Suite } from '../lib/tap.mjs'
import { vector } from '../lib/vectors.mjs'
import { castTransfers, ethersTransfers, viemClients, viemTransfers } from '../job/transfers.mjs'
import { watchHeads } from '../job/watch.mjs'

const suite = new Suite('clients')
const inline = { step: (_stage, _name, action) => action() }
const job = chain => ({ ...chain, report: inline })

suite.test('cast sends legacy, 2930 and 1559 transfers', chain => castTransfers(job(chain)))
suite.test('ethers sends legacy, 2930 and 1559 transfers', chain => ethersTransfers(job(chain)))
suite.test('viem sends legacy, 2930 and 1559 transfers', chain => viemTransfers(job(chain)))
suite.test('viem and ethers watch heads over WebSocket', chain => watchHeads(job(chain)))

suite.test('cast reads what it offers to read', async ({ url, rpc }) => {
  const { address, key } = account(uses.cast)
  const sent = JSON.parse(await cast(url, 'send', freshAddress(), '--value', '1', '--private-key', key, '--json', '--gas-limit', '21000', '--gas-price', '5gwei', '--priority-gas-price', '1gwei', '--nonce', String(Number(await rpc.call('eth_getTransactionCount', address, 'latest')))))
  const hash = sent.transactionHash
  equal(JSON.parse(await cast(url, 'receipt', hash, '--json')).transactionHash, hash, 'cast receipt')
  equal(JSON.parse(await cast(url, 'tx', hash, '--json')).hash, hash, 'cast tx')
  for (const line of [
    ['nonce', address], ['code', addresses.staking], ['gas-price'], ['base-fee'], ['block', 'latest', '--json'], ['block', 'finalized', '--json'],
    ['block', 'latest', '--full', '--json'], ['block', sent.blockHash, '--json'], ['logs', '--from-block', '0', '--address', addresses.staking, '--json'],
    ['estimate', freshAddress(), '--value', '1', '--from', address], ['storage', addresses.staking, '0'], ['proof', address], ['age'], ['client'],
    ['access-list', addresses.staking, '--from', address], ['find-block', String(Number(await timestamp(rpc)))], ['rpc', 'txpool_status'],
  ]) check((await cast(url, ...line)).length > 0, `cast ${line.join(' ')}: no output`)
})

suite.test('cast sends asynchronously and publishes a raw transaction', async ({ url, rpc, chainId }) => {
  const { key } = account(uses.cast)
  await rpc.receipt(await cast(url, 'send', freshAddress(), '--value', '1', '--private-key', key, '--async'))
  const wallet = new Wallet(account(uses.ethers).key)
  const raw = await wallet.signTransaction({
    chainId, type: 2, nonce: Number(await rpc.call('eth_getTransactionCount', wallet.address, 'latest')), to: freshAddress(), value: 1n,
    gasLimit: 21_000n, maxFeePerGas: parseEther('0.0000001'), maxPriorityFeePerGas: 1_000_000_000n,
  })
  equal(JSON.parse(await cast(url, 'publish', raw)).status, '0x1', 'status')
})

suite.test('ethers batches, reads and polls', async ({ url, chainId, rpc }) => {
  const provider = new JsonRpcProvider(url, undefined, { pollingInterval: 50 })
  const address = account(uses.ethers).address
  equal((await provider.getNetwork()).chainId, BigInt(chainId), 'network')
  const [block, balance, fees] = await Promise.all([provider.getBlock('latest', true), provider.getBalance(address), provider.getFeeData()])
  check(block.hash && balance > 0n && fees.maxFeePerGas > 0n && fees.gasPrice > 0n, 'block, balance or fees')
  for (const tag of ['safe', 'finalized', 'pending', 'earliest']) check((await provider.getBlock(tag)) !== null, `no ${tag} block`)
  equal(await provider.getStorage(addresses.staking, 0), '0x' + '00'.repeat(32), 'storage of an unused slot')
  check((await provider.getCode(addresses.staking)).length > 2, 'no code')
  equal(await provider.estimateGas({ from: address, to: freshAddress(), value: 1n }), 21_000n, 'gas of a transfer')
  const number = await new Promise(done => provider.once('block', done))
  check(number > 0, 'no block event')
  provider.destroy()
  await rpc.call('eth_blockNumber')
})

suite.test('ethers sees pending transactions and logs over WebSocket', async ({ wsUrl, rpc, chainId }) => {
  const provider = new WebSocketProvider(wsUrl)
  const modules = await loadModules(rpc)
  const wallet = new Wallet(account(uses.ethers).key, provider)
  const pending = new Promise(done => provider.once('pending', done))
  const staking = new Contract(addresses.staking, modules.staking.abi, wallet)
  const log = new Promise(done => provider.once({ address: addresses.staking }, done))
  await sleep(200) // both subscriptions are on their way
  const validator = await firstValidator(rpc, modules)
  const sent = await staking.delegate(validator, { value: parseEther('2') })
  equal(await pending, sent.hash, 'pending transaction')
  equal((await log).transactionHash, sent.hash, 'transaction of the log')
  equal((await sent.wait()).status, 1, 'status')
  equal(Number(await rpc.call('eth_chainId')), chainId, 'chain id')
  await closeProvider(provider)
})

suite.test('viem uses filters, fee estimates, proofs and access lists', async ({ url, chainId }) => {
  const { reader, wallet } = viemClients(url, chainId, account(uses.viem).key)
  const filter = await reader.createBlockFilter()
  const events = await reader.createEventFilter({ address: addresses.staking })
  const pool = await reader.createPendingTransactionFilter()
  const hash = await wallet.sendTransaction({ to: freshAddress(), value: 1n })
  await reader.waitForTransactionReceipt({ hash })
  check((await reader.getFilterChanges({ filter })).length > 0, 'no block in the filter')
  check((await reader.getFilterChanges({ filter: pool })).includes(hash), 'the transaction is not in the pool filter')
  check(Array.isArray(await reader.getFilterLogs({ filter: events })), 'no logs of the filter')
  for (const each of [filter, events, pool]) equal(await reader.uninstallFilter({ filter: each }), true, 'uninstall')
  check((await reader.estimateFeesPerGas()).maxFeePerGas > 0n, 'no fee')
  equal((await reader.getFeeHistory({ blockCount: 4, rewardPercentiles: [25, 75] })).gasUsedRatio.length <= 4, true, 'fee history')
  check((await reader.getProof({ address: addresses.staking, storageKeys: ['0x' + '00'.repeat(32)] })).accountProof.length > 0, 'no proof')
  check((await reader.createAccessList({ account: wallet.account, to: addresses.staking, data: id('totals()').slice(0, 10) })) !== null, 'no access list')
  check((await reader.getBlockTransactionCount({ blockTag: 'latest' })) >= 0, 'no count')
  check(Array.isArray(await reader.getLogs({ fromBlock: 0n, toBlock: 'latest', address: addresses.staking })), 'no logs')
})

suite.test('viem sends a transaction and gets its receipt in one call', async ({ url, chainId }) => {
  const { reader, wallet } = viemClients(url, chainId, account(uses.viem).key)
  const request = await wallet.prepareTransactionRequest({ to: freshAddress(), value: 1n })
  const receipt = await reader.sendRawTransactionSync({ serializedTransaction: await wallet.signTransaction(request) })
  equal(receipt.status, 'success', 'status')
})

suite.test('viem watches blocks, logs and pending transactions over WebSocket', async ({ wsUrl, url, chainId }) => {
  const client = createPublicClient({ transport: webSocket(wsUrl) })
  const { wallet } = viemClients(url, chainId, account(uses.viem).key)
  const seen = { blocks: 0, pending: [] }
  const stops = [
    client.watchBlockNumber({ onBlockNumber: () => seen.blocks++ }),
    client.watchPendingTransactions({ onTransactions: hashes => seen.pending.push(...hashes) }),
    client.watchEvent({ address: addresses.staking, onLogs: () => {} }),
  ]
  await sleep(300)
  const hash = await wallet.sendTransaction({ to: freshAddress(), value: 1n })
  for (let i = 0; i < 200 && (seen.blocks === 0 || !seen.pending.includes(hash)); i++) await sleep(50)
  stops.forEach(stop => stop())
  await client.transport.getRpcClient().then(socket => socket.close())
  check(seen.blocks > 0 && seen.pending.includes(hash), () => JSON.stringify(seen))
})

suite.test('web3 sends, waits and reads', async ({ url }) => {
  const web3 = new Web3(url)
  const wallet = web3.eth.accounts.wallet.add(account(uses.web3).key)
  const from = wallet[0].address
  for (const fees of [{}, { gasPrice: '5000000000' }, { maxFeePerGas: '5000000000', maxPriorityFeePerGas: '1000000000' }]) {
    const receipt = await web3.eth.sendTransaction({ from, to: freshAddress(), value: '7', gas: 21000n, ...fees })
    equal(receipt.status, 1n, 'status')
    check((await web3.eth.getTransactionReceipt(receipt.transactionHash)).blockNumber > 0n, 'no receipt')
  }
  check((await web3.eth.getChainId()) > 0n && (await web3.eth.net.getId()) > 0n, 'ids')
  check((await web3.eth.getBlock('latest', true)).number > 0n, 'block')
  check((await web3.eth.getNodeInfo()).length > 0, 'node info')
  equal(await web3.eth.isSyncing(), false, 'syncing')
  check((await web3.eth.getFeeHistory(4, 'latest', [50])).baseFeePerGas.length > 0, 'fee history')
  equal(await web3.eth.getBlockUncleCount('latest'), 0n, 'uncles')
  check((await web3.eth.getProof(from, [], 'latest')).accountProof.length > 0, 'proof')
  check(Array.isArray(await web3.eth.getPastLogs({ fromBlock: 'earliest', toBlock: 'latest' })), 'logs')
  check((await web3.eth.getAccounts()).length >= 0, 'accounts')
})

suite.test('web3 subscribes over WebSocket', async ({ wsUrl }) => {
  const web3 = new Web3(wsUrl)
  const heads = await web3.eth.subscribe('newBlockHeaders')
  const head = await new Promise((done, fail) => { heads.on('data', done); heads.on('error', fail) })
  check(BigInt(head.number) > 0n, 'no head')
  await heads.unsubscribe()
  web3.currentProvider.disconnect()
})

suite.test('web3 and hardhat read a block with a system transaction', async ({ url, rpc }) => {
  let next = 1n
  const found = await rpc.until('a block with a system transaction', async () => {
    for (const head = BigInt(await rpc.call('eth_blockNumber')); next <= head; next++) {
      const block = await rpc.call('eth_getBlockByNumber', '0x' + next.toString(16), true)
      if (block.transactions.some(transaction => transaction.type === '0x7e')) return block
    }
  }, 60_000)
  equal((await new Web3(url).eth.getBlock(found.hash, true)).hash, found.hash, 'hash by web3')
  await withHardhat(url, async provider => equal((await provider.request({ method: 'eth_getBlockByHash', params: [found.hash, true] })).hash, found.hash, 'hash by hardhat'))
})

suite.test('hardhat signs with its own accounts, sends and reads', ({ url }) => withHardhat(url, async provider => {
  const accounts = await provider.request({ method: 'eth_accounts' })
  const from = accounts[uses.hardhat]
  for (const fees of [{}, { gasPrice: '0x12a05f200' }]) {
    const hash = await provider.request({ method: 'eth_sendTransaction', params: [{ from, to: freshAddress(), value: '0x1', ...fees }] })
    let receipt
    for (let i = 0; i < 200 && !receipt; i++) {
      receipt = await provider.request({ method: 'eth_getTransactionReceipt', params: [hash] })
      await sleep(50)
    }
    equal(receipt?.status, '0x1', 'status')
  }
  check(BigInt(await provider.request({ method: 'eth_getBalance', params: [from, 'latest'] })) > 0n, 'balance')
}))

for (const client of ['cast', 'ethers', 'viem', 'web3', 'hardhat']) {
  suite.test(`every recorded request of ${client} is understood (Vector)`, async ({ url }) => {
    // A recorded nonce may lie ahead of this chain's: eth_sendRawTransactionSync then waits for its whole time.
    const rpc = new Rpc(url, 60_000)
    const { flows } = JSON.parse(vector('client-calls.json'))
    const refused = []
    for (const flow of flows.filter(flow => flow.client === client)) {
      for (const call of flow.requests.filter(request => request.via === 'http').flatMap(request => request.calls ?? [])) {
        // Values of the recording's own chain (hashes, filter ids, signed bytes) may be unknown here; the request itself may not.
        const reply = await rpc.post({ jsonrpc: '2.0', id: 1, method: call.method, params: call.params ?? [] })
        if (reply.error && [-32601, -32600, -32602, -32700, -32603].includes(reply.error.code) && !call.error) refused.push(`${flow.flow} ${JSON.stringify(call)}: ${JSON.stringify(reply.error)}`)
      }
    }
    check(refused.length === 0, () => refused.join('\n'))
  })
}

async function timestamp(rpc) {
  return (await rpc.call('eth_getBlockByNumber', '0x1', false)).timestamp
}

async function firstValidator(rpc, modules) {
  const face = new Interface(modules.staking.abi)
  const data = face.encodeFunctionData('validatorSet')
  return face.decodeFunctionResult('validatorSet', await rpc.call('eth_call', { to: addresses.staking, data }, 'latest')).members[0].operator
}

async function withHardhat(url, use) {
  const runtime = await createHardhatRuntimeEnvironment({ networks: { dsdn: { type: 'http', chainType: 'l1', url, accounts: { mnemonic: phrase } } } }, {}, join(root, 'devnet/clients'))
  const connection = await runtime.network.connect({ network: 'dsdn' })
  try {
    await use(connection.provider)
  } finally {
    await connection.close()
  }
}

await suite.run(() => openChain({ name: 'clients', blockTime: '200' }), chain => chain.close())
