// Transfers of the three kinds, by each of the three clients; each explained to the last base unit.

import { JsonRpcProvider, Wallet, parseEther } from 'ethers'
import { createPublicClient, createWalletClient, defineChain, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { account, uses } from '../lib/accounts.mjs'
import { cast } from '../lib/cast.mjs'
import { freshAddress } from '../lib/keys.mjs'
import { equal } from '../lib/report.mjs'

const accessList = to => [{ address: to, storageKeys: ['0x' + '00'.repeat(31) + '01'] }]

export async function castTransfers({ url, rpc, report }) {
  const sender = account(uses.cast)
  await report.step('cast', 'reads chain id, block number and balance', async () => {
    equal(BigInt(await cast(url, 'chain-id')), BigInt(await rpc.call('eth_chainId')), 'chain id')
    await cast(url, 'block-number')
    equal(BigInt(await cast(url, 'balance', sender.address)), BigInt(await rpc.call('eth_getBalance', sender.address, 'latest')), 'balance')
  })
  const kinds = [['legacy', '0x0', ['--legacy']], ['dynamic-fee', '0x2', []], ['access-list', '0x2', ['--access-list', JSON.stringify(accessList(sender.address))]]]
  for (const [name, type, options] of kinds) {
    await report.step('cast', `sends a ${name} transfer`, () => explained(rpc, sender.address, type, parseEther('1.5'), async to => {
      const out = await cast(url, 'send', to, '--value', '1.5ether', '--private-key', sender.key, '--json', ...options)
      return JSON.parse(out).transactionHash
    }))
  }
}

export async function ethersTransfers({ url, rpc, report, chainId }) {
  const sender = account(uses.ethers)
  // ethers keeps answers for 250 ms, longer than a block may take here: its own nonce would be stale.
  const provider = new JsonRpcProvider(url, chainId, { staticNetwork: true, pollingInterval: 100, cacheTimeout: -1 })
  const wallet = new Wallet(sender.key, provider)
  for (const type of [0, 1, 2]) {
    await report.step('ethers', `sends a type ${type} transfer and waits for it`, () => explained(rpc, sender.address, `0x${type}`, parseEther('2'), async to => {
      const extra = type === 1 ? { accessList: accessList(to) } : {}
      const response = await wallet.sendTransaction({ to, value: parseEther('2'), type, ...extra })
      const receipt = await response.wait()
      equal(receipt.status, 1, 'status')
      return response.hash
    }))
  }
  provider.destroy()
}

export async function viemTransfers({ url, rpc, report, chainId }) {
  const { wallet, reader } = viemClients(url, chainId, account(uses.viem).key)
  for (const [type, rpcType] of [['legacy', '0x0'], ['eip2930', '0x1'], ['eip1559', '0x2']]) {
    await report.step('viem', `sends an ${type} transfer and waits for it`, () => explained(rpc, wallet.account.address, rpcType, parseEther('0.25'), async to => {
      const extra = type === 'eip2930' ? { accessList: accessList(to) } : {}
      const hash = await wallet.sendTransaction({ to, value: parseEther('0.25'), type, ...extra })
      const receipt = await reader.waitForTransactionReceipt({ hash, pollingInterval: 100 })
      equal(receipt.status, 'success', 'status')
      return hash
    }))
  }
}

export function viemClients(url, chainId, key) {
  const chain = defineChain({
    id: chainId, name: 'DSDN devnet', nativeCurrency: { name: 'NUSA', symbol: 'NUSA', decimals: 18 }, rpcUrls: { default: { http: [url] } },
  })
  const options = { chain, transport: http(url), pollingInterval: 100, cacheTime: 0 }
  return { reader: createPublicClient(options), wallet: createWalletClient({ ...options, account: privateKeyToAccount(key) }) }
}

/** Sends to a fresh address by `send` and accounts for both balances at the block before and the block of the transfer. */
async function explained(rpc, from, type, value, send) {
  const to = freshAddress()
  const hash = await send(to)
  const receipt = await rpc.receipt(hash)
  equal([receipt.status, receipt.type], ['0x1', type], 'status and type of the receipt')
  const parent = '0x' + (BigInt(receipt.blockNumber) - 1n).toString(16)
  const balances = await rpc.batch([
    ['eth_getBalance', from, parent], ['eth_getBalance', from, receipt.blockNumber],
    ['eth_getBalance', to, parent], ['eth_getBalance', to, receipt.blockNumber],
    ['eth_getTransactionCount', from, parent], ['eth_getTransactionCount', from, receipt.blockNumber],
  ])
  for (const answer of balances) if (answer instanceof Error) throw answer
  const [before, after, toBefore, toAfter, nonceBefore, nonceAfter] = balances.map(BigInt)
  const fee = BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice)
  equal(before - after, value + fee, 'what the sender paid')
  equal(toAfter - toBefore, value, 'what the receiver got')
  equal(nonceAfter - nonceBefore, 1n, 'the nonce step')
  return { hash, receipt, detail: `block ${BigInt(receipt.blockNumber)}, fee ${fee} base units` }
}
