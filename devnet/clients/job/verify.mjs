// What a light client would check: block hashes from their fields, and proofs against the header's state root.

import { account, uses } from '../lib/accounts.mjs'
import { verifyFinality } from '../lib/finality.mjs'
import { blockHash } from '../lib/headers.mjs'
import { freshAddress } from '../lib/keys.mjs'
import { addresses, recordWord, slot } from '../lib/modules.mjs'
import { verifyAccount, verifyStorage } from '../lib/proofs.mjs'
import { check, equal } from '../lib/report.mjs'

/** Table ids of the Staking module (docs/modules/Staking.md). */
const stakingTables = { validators: 4 }

export async function verifyChain({ rpc, report, validator }) {
  await report.step('verify', 'recomputes block hashes and parent links', async () => {
    const head = BigInt(await rpc.call('eth_blockNumber'))
    const first = head > 50n ? head - 50n : 0n
    let parent
    for (let n = first; n <= head; n++) {
      const block = await rpc.call('eth_getBlockByNumber', '0x' + n.toString(16), false)
      equal(blockHash(block), block.hash, `hash of block ${n}`)
      if (parent) equal(block.parentHash, parent, `parent of block ${n}`)
      parent = block.hash
    }
    return `blocks ${first} to ${head}`
  })

  await report.step('verify', 'checks the certificate that makes a block final', async () => {
    const block = await rpc.call('eth_getBlockByNumber', 'latest', false)
    const genesis = await rpc.call('eth_getBlockByNumber', '0x0', false)
    const [signed, total] = verifyFinality(await rpc.call('dsdn_finality', block.number), block, await rpc.call('eth_chainId'), genesis.hash)
    return `${signed} of ${total} power signed block ${BigInt(block.number)}`
  })

  await report.step('verify', 'proves an account against the header', async () => {
    const block = await rpc.call('eth_getBlockByNumber', 'latest', false)
    const address = account(uses.ethers).address
    const proven = await verifyAccount(block.stateRoot, await rpc.call('eth_getProof', address, [], block.number))
    equal(proven.balance, BigInt(await rpc.call('eth_getBalance', address, block.number)), 'balance')
    return `${proven.balance} base units at block ${BigInt(block.number)}`
  })

  await report.step('verify', 'proves that an unused account does not exist', async () => {
    const block = await rpc.call('eth_getBlockByNumber', 'latest', false)
    equal(await verifyAccount(block.stateRoot, await rpc.call('eth_getProof', freshAddress(), [], block.number)), null, 'account')
  })

  await report.step('verify', 'proves a module slot: the record of the validator', async () => {
    const block = await rpc.call('eth_getBlockByNumber', 'latest', false)
    const key = slot(stakingTables.validators, validator)
    const absent = slot(stakingTables.validators, freshAddress())
    const proof = await rpc.call('eth_getProof', addresses.staking, [key, absent], block.number)
    const module = await verifyAccount(block.stateRoot, proof)
    const [word, none] = await verifyStorage(module.storageRoot, proof)
    equal(none, null, 'the record of no validator')
    check(word !== null && word !== 0n, 'the record is not in the trie')
    equal(BigInt(await rpc.call('eth_getStorageAt', addresses.staking, key, block.number)), word, 'eth_getStorageAt')
    const record = await rpc.call('dsdn_getRecord', addresses.staking, '0x' + stakingTables.validators.toString(16), validator, block.number)
    equal([record.slot, BigInt(record.word)].map(String), [key, word].map(String), 'slot and word of dsdn_getRecord')
    equal(BigInt(recordWord(record.value)), word, 'the record that opens the word')
    return `slot ${key.slice(0, 18)}... at block ${BigInt(block.number)}`
  })
}
