// The native modules through their Solidity ABIs: ethers makes a validator and bonds, viem registers a storage node, cast reads back.

import { Contract, Interface, JsonRpcProvider, Wallet } from 'ethers'
import { decodeEventLog, getAddress } from 'viem'
import { account, NUSA, uses } from '../lib/accounts.mjs'
import { cast } from '../lib/cast.mjs'
import { provenKey, tlsFingerprint } from '../lib/keys.mjs'
import { loadModules } from '../lib/modules.mjs'
import { check, equal } from '../lib/report.mjs'
import { viemClients } from './transfers.mjs'

const selfBond = 50_000n * NUSA
const nodeStake = 500n * NUSA
const regular = 0

/** Returns the address of the operator that became a validator. */
export async function useModules({ url, rpc, report, chainId }) {
  const modules = await report.step('modules', 'lists the modules with their ABIs', async () => {
    const found = await loadModules(rpc)
    check(found.staking && found.nodes, 'Staking or Nodes is missing')
    return { ...found, detail: Object.values(found).map(module => module.name).join(', ') }
  })
  await report.step('modules', 'module addresses answer with code', async () => {
    for (const module of [modules.staking, modules.nodes]) check((await cast(url, 'code', module.address)).length > 2, `${module.name} has no code`)
  })
  const operator = await validator({ url, rpc, report, chainId, module: modules.staking })
  await storageNode({ url, rpc, report, chainId, module: modules.nodes })
  await refusals({ url, report, chainId, module: modules.staking })
  return operator
}

async function validator({ url, rpc, report, chainId, module }) {
  const provider = new JsonRpcProvider(url, chainId, { staticNetwork: true, pollingInterval: 100, cacheTimeout: -1 })
  // A fresh operator each time: a validator is created once, and a devnet keeps its state.
  const operator = Wallet.createRandom().connect(provider)
  const funder = new Wallet(account(uses.validator).key, provider)
  const staking = new Contract(module.address, module.abi, operator)
  try {
    await report.step('modules', 'ethers creates a validator with 50,000 NUSA', async () => {
      await (await funder.sendTransaction({ to: operator.address, value: selfBond + 200n * NUSA })).wait()
      const { key, proof } = provenKey('validator', chainId, operator.address)
      const values = { consensusKey: key, proof, commissionBps: 500, payout: operator.address }
      const sent = await staking.createValidator(...inputs(module.abi, 'createValidator', values), { value: selfBond })
      const receipt = await sent.wait()
      equal(receipt.status, 1, 'status')
      const events = receipt.logs.map(log => staking.interface.parseLog(log)?.name)
      check(events.includes('ValidatorCreated') && events.includes('Delegated'), `events: ${events}`)
      return `gas ${receipt.gasUsed}, events ${events.join(', ')}`
    })
    await report.step('modules', 'ethers bonds 100 NUSA more and reads the logs', async () => {
      const sent = await staking.bond({ value: 100n * NUSA })
      const receipt = await sent.wait()
      const logs = await staking.queryFilter(staking.filters.Delegated(operator.address), Math.max(0, receipt.blockNumber - 5), receipt.blockNumber)
      const amounts = logs.map(log => log.args.amount)
      check(amounts.includes(100n * NUSA), `bonded amounts in the logs: ${amounts}`)
      check((await rpc.call('eth_getLogs', { address: module.address, blockHash: receipt.blockHash })).length > 0, 'no log by block hash')
      return `gas ${receipt.gasUsed}`
    })
    return operator.address
  } finally {
    provider.destroy()
  }
}

async function storageNode({ url, report, chainId, module }) {
  const { wallet, reader } = viemClients(url, chainId, account(uses.storage).key)
  const { key, proof } = provenKey('node', chainId, wallet.account.address)
  await report.step('modules', 'viem registers a storage node with 500 NUSA', async () => {
    const args = inputs(module.abi, 'register', { nodeId: key, proof, class: regular, zone: 1, tlsFingerprint: tlsFingerprint() })
    const { request } = await reader.simulateContract({
      account: wallet.account, address: module.address, abi: module.abi, functionName: 'register', args, value: nodeStake,
    })
    const hash = await wallet.writeContract(request)
    const receipt = await reader.waitForTransactionReceipt({ hash, pollingInterval: 100 })
    equal(receipt.status, 'success', 'status')
    const own = receipt.logs.filter(log => getAddress(log.address) === getAddress(module.address))
    const events = own.map(log => decodeEventLog({ abi: module.abi, data: log.data, topics: log.topics }).eventName)
    check(events.includes('Registered'), `events: ${events}`)
    return `gas ${receipt.gasUsed}, events ${events.join(', ')}`
  })
  await report.step('modules', 'cast and viem read the node back', async () => {
    const stake = await reader.readContract({ address: module.address, abi: module.abi, functionName: 'getStake', args: [key] })
    equal(stake, nodeStake, 'stake by viem')
    equal(BigInt((await cast(url, 'call', module.address, 'getStake(bytes32)(uint256)', key)).split(' ')[0]), nodeStake, 'stake by cast')
    equal(BigInt(await cast(url, 'call', module.address, 'getNodeClass(bytes32)(uint8)', key)), BigInt(regular), 'class by cast')
  })
}

/** A refused call comes back as the module's own error, decoded from the ABI. */
async function refusals({ url, report, chainId, module }) {
  await report.step('modules', 'a self-bond too small is refused with its error', async () => {
    const provider = new JsonRpcProvider(url, chainId, { staticNetwork: true })
    const staking = new Contract(module.address, new Interface(module.abi), new Wallet(account(uses.cast).key, provider))
    const { key, proof } = provenKey('validator', chainId, account(uses.cast).address)
    const values = { consensusKey: key, proof, commissionBps: 500, payout: account(uses.cast).address }
    try {
      await staking.createValidator.staticCall(...inputs(module.abi, 'createValidator', values), { value: NUSA })
    } catch (error) {
      equal(error.revert?.name, 'InsufficientSelfBond', 'error')
      return `InsufficientSelfBond(${error.revert.args})`
    } finally {
      provider.destroy()
    }
    throw new Error('the call was accepted')
  })
}

/** The arguments of a function in the order of its ABI, by their names. */
export function inputs(abi, name, values) {
  return abi.find(item => item.type === 'function' && item.name === name).inputs.map(input => {
    if (!(input.name in values)) throw new Error(`${name} wants ${input.type} ${input.name}`)
    return values[input.name]
  })
}
