// The module ABIs against two encoders that others wrote: ethers and viem agree with each other and with the node.

import { AbiCoder, id, Interface } from 'ethers'
import { decodeErrorResult, decodeFunctionResult, encodeAbiParameters, encodeFunctionData, toFunctionSelector } from 'viem'
import { account } from '../lib/accounts.mjs'
import { openChain } from '../lib/chain.mjs'
import { loadModules } from '../lib/modules.mjs'
import { check, equal } from '../lib/report.mjs'
import { RpcError } from '../lib/rpc.mjs'
import { Suite } from '../lib/tap.mjs'

const suite = new Suite('abi')

suite.test('every module is listed with an ABI that both encoders take', ({ modules }) => {
  check(Object.keys(modules).length >= 3, () => `modules: ${Object.keys(modules)}`)
  for (const module of Object.values(modules)) {
    const face = new Interface(module.abi)
    for (const item of functions(module)) equal(face.getFunction(item.name).selector, toFunctionSelector(item), `selector of ${module.name}.${item.name}`)
  }
})

suite.test('selectors and topics are unique in a module', ({ modules }) => {
  for (const module of Object.values(modules)) {
    const face = new Interface(module.abi)
    for (const list of [face.fragments.filter(f => f.type === 'function'), face.fragments.filter(f => f.type === 'event'), face.fragments.filter(f => f.type === 'error')]) {
      const hashes = list.map(fragment => id(fragment.format('sighash')).slice(0, fragment.type === 'event' ? 66 : 10))
      equal(new Set(hashes).size, hashes.length, `${module.name}: distinct hashes`)
    }
  }
})

suite.test('both encoders give equal bytes for every method', ({ modules }) => {
  for (const module of Object.values(modules)) {
    const face = new Interface(module.abi)
    for (const item of functions(module)) {
      const values = item.inputs.map(sample)
      equal(encodeFunctionData({ abi: [item], functionName: item.name, args: values }), face.encodeFunctionData(item.name, values), `${module.name}.${item.name}`)
    }
  }
})

suite.test('what views return decodes alike and encodes back to the same bytes', async ({ modules, rpc }) => {
  let answered = 0
  for (const module of Object.values(modules)) {
    for (const item of functions(module).filter(item => item.stateMutability === 'view' || item.stateMutability === 'pure')) {
      for (const values of [item.inputs.map(sample), item.inputs.map(input => sample(input, true))]) {
        const data = encodeFunctionData({ abi: [item], functionName: item.name, args: values })
        let raw
        try {
          raw = await rpc.call('eth_call', { to: module.address, data }, 'latest')
        } catch (error) {
          if (!(error instanceof RpcError) || error.code !== 3) throw error
          knownError(module, error.data, `${module.name}.${item.name}`)
          continue
        }
        answered++
        const byEthers = AbiCoder.defaultAbiCoder().decode(item.outputs, raw)
        equal(AbiCoder.defaultAbiCoder().encode(item.outputs, byEthers), raw, `${module.name}.${item.name} through ethers`)
        if (item.outputs.length > 0) {
          const byViem = decodeFunctionResult({ abi: [item], functionName: item.name, data: raw })
          equal(encodeAbiParameters(item.outputs, item.outputs.length === 1 ? [byViem] : byViem), raw, `${module.name}.${item.name} through viem`)
        }
      }
    }
  }
  check(answered > 10, `only ${answered} views answered`)
})

suite.test('a method called with nonsense reverts with an error of the ABI', async ({ modules, rpc }) => {
  let reverted = 0
  for (const module of Object.values(modules)) {
    for (const item of functions(module)) {
      const data = encodeFunctionData({ abi: [item], functionName: item.name, args: item.inputs.map(sample) })
      for (const broken of [data.slice(0, 10), data.slice(0, -2), data + 'ff'.repeat(31), data.slice(0, 10) + 'ff'.repeat(Math.max(32, (data.length - 10) / 2))]) {
        try {
          await rpc.call('eth_call', { from: account(0).address, to: module.address, data: broken }, 'latest')
        } catch (error) {
          check(error instanceof RpcError && error.code === 3, () => `${module.name}.${item.name}: ${error.message}`)
          knownError(module, error.data, `${module.name}.${item.name}`)
          reverted++
        }
      }
    }
  }
  check(reverted > 20, `only ${reverted} reverted`)
})

suite.test('an unknown selector, a short one and empty data revert with a typed error', async ({ modules, rpc }) => {
  for (const module of Object.values(modules)) {
    for (const data of ['0xdeadbeef', '0xde', '0x']) {
      try {
        await rpc.call('eth_call', { to: module.address, data }, 'latest')
        throw new Error(`${module.name} accepted ${data}`)
      } catch (error) {
        if (!(error instanceof RpcError)) throw error
        equal(error.code, 3, `code of ${data} at ${module.name}`)
      }
    }
  }
})

function functions(module) {
  return module.abi.filter(item => item.type === 'function')
}

/** Both decoders name the error, and it is one that the module or the kernel declares. */
function knownError(module, data, where) {
  check(typeof data === 'string' && data.length >= 10, `${where}: reverted without data`)
  const byEthers = new Interface(module.abi).parseError(data)
  check(byEthers, `${where}: error ${data.slice(0, 10)} is not in the ABI`)
  if (!['Error', 'Panic'].includes(byEthers.name)) equal(decodeErrorResult({ abi: module.abi, data }).errorName, byEthers.name, `${where}: name of the error`)
}

/** A value of the type: small, or (large) near its bounds. */
function sample(input, large = false) {
  const array = /^(.*)\[(\d*)\]$/.exec(input.type)
  if (array) return Array.from({ length: Number(array[2] || 2) }, () => sample({ ...input, type: array[1] }, large))
  if (input.type === 'tuple') return Object.fromEntries(input.components.map(part => [part.name, sample(part, large)]))
  if (input.type === 'address') return large ? '0x' + 'fe'.repeat(20) : account(3).address
  if (input.type === 'bool') return large
  if (input.type === 'string') return large ? 'ã'.repeat(40) : 'text'
  if (input.type === 'bytes') return large ? '0x' + '5a'.repeat(100) : '0x0102'
  const fixed = /^bytes(\d+)$/.exec(input.type)
  if (fixed) return '0x' + (large ? 'fe' : '01').repeat(Number(fixed[1]))
  const integer = /^(u?)int(\d*)$/.exec(input.type)
  if (!integer) throw new Error(`no sample of ${input.type}`)
  const bits = Number(integer[2] || 256)
  const value = large ? (integer[1] ? 2n ** BigInt(bits) - 1n : -(2n ** BigInt(bits - 1))) : 1n
  // viem takes numbers up to 48 bits, ethers takes either.
  return bits <= 48 ? Number(value) : value
}

await suite.run(
  async () => {
    const chain = await openChain({ name: 'abi', blockTime: '500' })
    return { ...chain, modules: await loadModules(chain.rpc) }
  },
  chain => chain.close())
