// What `dsdn_modules` says of the modules, and the names of their records in the state tree.

import { concat, keccak256, toBeHex } from 'ethers'

export const addresses = { staking: '0x0000000000000000000000000000000000000800', nodes: '0x0000000000000000000000000000000000000801' }

/** Modules by lower-case name: { name, address, abi }. */
export async function loadModules(rpc) {
  const list = await rpc.call('dsdn_modules')
  return Object.fromEntries(list.map(module => {
    const abi = typeof module.abi === 'string' ? JSON.parse(module.abi) : module.abi
    return [module.name.toLowerCase(), { ...module, abi }]
  }))
}

/** Storage slot of a record: Keccak256(table u16 BE | key). Bit 15 of the table marks a scalar. */
export function slot(table, key = '0x') {
  return keccak256(concat([toBeHex(table, 2), key]))
}

/** The storage word of a record that is not scalar: Keccak256(0x01 | encoding). */
export function recordWord(encoding) {
  return keccak256(concat(['0x01', encoding]))
}
