// Four validators as one chain: load at all of them, one killed, two paused, a fifth that joins and leaves, and at the end the
// same blocks and state roots at every height everywhere.

import { HDNodeWallet, JsonRpcProvider, NonceManager, Wallet } from 'ethers'
import { account, NUSA, uses } from '../lib/accounts.mjs'
import { verifyFinality } from '../lib/finality.mjs'
import { Load } from '../lib/load.mjs'
import { check, equal } from '../lib/report.mjs'
import { hex, sleep } from '../lib/rpc.mjs'
import { Joiner } from './joiner.mjs'

const sendersPerNode = 3
const receiptsWanted = 2_000
const receiptsAroundKill = 600

/** How long two of four are paused. */
const pauseMs = 5_000

export async function runConsensus({ network, report, stage = 'consensus' }) {
  const { nodes } = network
  const step = (name, action) => report.step(stage, name, action)
  const chainId = Number(await nodes[0].rpc.call('eth_chainId'))
  const { genesisHash } = await nodes[0].rpc.call('dsdn_nodeInfo')

  await step('every node has all others as peers', async () => {
    await Promise.all(nodes.map(node => node.rpc.until(`${node.name}: ${nodes.length - 1} peers`, async rpc => BigInt(await rpc.call('net_peerCount')) >= BigInt(nodes.length - 1))))
    return `${nodes.length} nodes, ${nodes.length - 1} peers each`
  })
  const senders = await step(`${sendersPerNode * nodes.length} senders are funded`, async () => ({ list: await fund(nodes), detail: '' }))
  const wallets = senders.list

  await step(`load at all nodes: ${receiptsWanted} transfers are final, every receipt is at every node`, async () => {
    const load = await new Load(wallets).begin()
    const started = performance.now()
    await load.until(receiptsWanted, 120_000)
    const seconds = (performance.now() - started) / 1000
    await load.end()
    await everywhere(nodes, load)
    return `${load.seen.size} receipts in ${seconds.toFixed(1)} s`
  })
  await step('every validator signs', () => signs(nodes[0].rpc, nodes.map(node => node.operator)))

  if (network.whole === undefined) {
    await killOne({ nodes, wallets, step })
    await pauseTwo({ nodes, step })
  }
  const joiner = new Joiner(network)
  let joined
  try {
    joined = await joinAndLeave({ joiner, nodes, step })
    await step('all blocks and state roots are equal at every height', () => sameEverywhere([...nodes, joiner.node]))
  } finally {
    await joiner.stop()
  }
  await step('certificates hold by another library', () => verifyCertificates(nodes[0].rpc, chainId, genesisHash, joined.fromHeight))
}

/** Fresh wallets with funds, so that the stage can run again on a chain that is kept: { rpc, key }. */
async function fund(nodes) {
  const provider = new JsonRpcProvider(nodes[0].url, undefined, { cacheTimeout: -1, pollingInterval: 100 })
  try {
    const funder = new NonceManager(new Wallet(account(uses.load[0]).key, provider))
    const list = nodes.flatMap(node => Array.from({ length: sendersPerNode }, () => ({ rpc: node.rpc, key: HDNodeWallet.createRandom().privateKey })))
    const sent = []
    for (const { key } of list) sent.push(await funder.sendTransaction({ to: new Wallet(key).address, value: 10n * NUSA }))
    const [last] = await Promise.all(sent.slice(-1).map(transaction => transaction.wait()))
    // A sender's own node must have the block as well.
    await Promise.all(nodes.map(node => reaches(node, last.blockNumber)))
    return list
  } finally {
    provider.destroy()
  }
}

async function killOne({ nodes, wallets, step }) {
  const victim = nodes.at(-1)
  const others = nodes.slice(0, -1)
  const alive = wallets.filter(({ rpc }) => rpc !== victim.rpc)
  let load
  await step('one validator is killed under load, and the chain goes on', async () => {
    load = await new Load(alive).begin()
    await load.until(receiptsAroundKill)
    await victim.kill()
    const before = await height(others[0])
    const killed = performance.now()
    await reaches(others[0], before + 1)
    const first = Math.round(performance.now() - killed)
    await Promise.all(others.map(node => reaches(node, before + 5)))
    return `next block after ${first} ms, five in ${Math.round(performance.now() - killed)} ms`
  })
  await step('it restarts and catches up by itself', async () => {
    const ready = await victim.start()
    const started = performance.now()
    const target = await height(others[0])
    await reaches(victim, target)
    await load.until(load.seen.size + receiptsAroundKill / 2)
    await load.end()
    await everywhere(nodes, load)
    return `ready in ${ready} ms, at block ${target} ${Math.round(performance.now() - started)} ms later, ${load.seen.size} receipts at every node`
  })
  await step('it signs again', () => signs(others[0].rpc, [victim.operator]))
}

async function pauseTwo({ nodes, step }) {
  const paused = nodes.slice(-2)
  const awake = nodes.slice(0, -2)
  let stuck
  await step('two of four are paused: nothing is decided', async () => {
    paused.forEach(node => node.pause())
    // What was decided before the pause may still arrive.
    await sleep(1_000)
    stuck = await height(awake[0])
    await sleep(pauseMs)
    const heights = await Promise.all(awake.map(height))
    check(heights.every(number => number <= stuck), () => `block ${stuck} when they stood still, ${heights} after ${pauseMs} ms`)
    return `block ${stuck} for ${pauseMs} ms`
  })
  await step('they go on: so does the chain, without a fork', async () => {
    const resumed = performance.now()
    paused.forEach(node => node.resume())
    await reaches(awake[0], stuck + 1)
    const first = Math.round(performance.now() - resumed)
    await Promise.all(nodes.map(node => reaches(node, stuck + 3)))
    const hashes = await Promise.all(nodes.map(node => headerAt(node.rpc, stuck + 3)))
    hashes.forEach(header => equal(header, hashes[0], `block ${stuck + 3}`))
    return `next block after ${first} ms`
  })
  await step('both sign again', () => signs(awake[0].rpc, paused.map(node => node.operator)))
}

async function joinAndLeave({ joiner, nodes, step }) {
  const { rpc } = nodes[0]
  await step('another node joins from a snapshot, trusting one block', () => joiner.start())
  await step('it bonds by a transaction of the command line', () => joiner.bond())
  const fromHeight = await step('it is elected at the end of an epoch', async () => {
    const from = await rpc.until('a set with the new validator', async () => {
      const finality = await rpc.call('dsdn_finality', 'latest')
      return finality.validators.some(validator => validator.operator === joiner.operator) && Number(finality.number)
    }, 180_000)
    return { from, detail: `votes from block ${from} or before` }
  })
  await step('it signs', () => signs(rpc, [joiner.operator]))
  await step('it leaves by a transaction of the command line', () => joiner.leave())
  await step('it is in no set from the end of an epoch, and the chain goes on', async () => {
    const last = await rpc.until('a set without it', async () => {
      const finality = await rpc.call('dsdn_finality', 'latest')
      return !finality.validators.some(validator => validator.operator === joiner.operator) && Number(finality.number)
    }, 180_000)
    await Promise.all([...nodes, joiner.node].map(node => reaches(node, last + 2)))
    return `block ${last}`
  })
  return { fromHeight: fromHeight.from }
}

/** Every one of these operators appears in a certificate of a block that is decided from now on. */
async function signs(rpc, operators) {
  const from = Number(await rpc.call('eth_blockNumber')) + 1
  const missing = new Set(operators)
  let next = from
  await rpc.until('signatures', async () => {
    for (const head = Number(await rpc.call('eth_blockNumber')); next <= head && missing.size; next++) {
      const { certificate, validators } = await rpc.call('dsdn_finality', hex(next))
      const bits = Buffer.from(certificate.signers.slice(2), 'hex')
      validators.forEach((validator, i) => bits[i >> 3] & (1 << (i & 7)) && missing.delete(validator.operator))
    }
    return missing.size === 0
  }, 60_000).catch(error => { throw new Error(`${[...missing]} signed no block from ${from} to ${next - 1}: ${error.message}`) })
  return `${operators.length} within blocks ${from} to ${next - 1}`
}

/** The load's blocks and receipts are at all nodes. */
async function everywhere(nodes, load) {
  const last = Math.max(load.head.number, ...[...load.seen.values()].map(receipt => Number(receipt.blockNumber)))
  await Promise.all(nodes.map(async node => {
    await reaches(node, last)
    await load.verify(node.rpc).catch(error => { throw new Error(`${node.name}: ${error.message}`) })
  }))
}

/** A node that joined from a snapshot begins with a later block than 1. */
async function sameEverywhere(nodes) {
  const last = Math.min(...await Promise.all(nodes.map(height)))
  const chains = await Promise.all(nodes.map(node => headers(node.rpc, last)))
  let compared = 0
  chains.forEach((chain, n) => {
    const oldest = chain.findIndex(Boolean)
    check(oldest >= 0 && (n === nodes.length - 1 || oldest === 0), () => `${nodes[n].name} has no block ${oldest < 0 ? last : 0}`)
    for (let number = oldest; number <= last; number++, compared++) equal(chain[number], chains[0][number], `block ${number} at ${nodes[n].name}`)
  })
  return `blocks 0 to ${last} at ${nodes.length} nodes, ${compared} comparisons`
}

async function headers(rpc, last) {
  const found = []
  for (let first = 0; first <= last; first += 50) {
    const numbers = Array.from({ length: Math.min(50, last + 1 - first) }, (_, i) => first + i)
    for (const block of await rpc.batch(numbers.map(number => ['eth_getBlockByNumber', hex(number), false]))) {
      found.push(block && !(block instanceof Error) ? `${block.hash} ${block.stateRoot}` : undefined)
    }
  }
  return found
}

/** Of the last blocks and of those around the change of the set. */
async function verifyCertificates(rpc, chainId, genesisHash, aroundHeight) {
  const head = Number(await rpc.call('eth_blockNumber'))
  const numbers = new Set()
  for (let i = 0; i < 20; i++) [head - i, aroundHeight - 10 + i].forEach(number => number >= 1 && number <= head && numbers.add(number))
  let full = 0
  for (const number of numbers) {
    const [finality, block] = await rpc.batch([['dsdn_finality', hex(number)], ['eth_getBlockByNumber', hex(number), false]])
    const [signed, total] = verifyFinality(finality, block, chainId, genesisHash)
    if (signed === total) full++
  }
  return `${numbers.size} certificates, ${full} signed by all`
}

async function height(node) {
  return Number(await node.rpc.call('eth_blockNumber'))
}

function reaches(node, number, timeoutMs = 60_000) {
  return node.rpc.until(`${node.name ?? 'node'}: block ${number}`, async () => await height(node) >= number, timeoutMs)
}

async function headerAt(rpc, number) {
  const block = await rpc.call('eth_getBlockByNumber', hex(number), false)
  return [block.hash, block.stateRoot]
}
