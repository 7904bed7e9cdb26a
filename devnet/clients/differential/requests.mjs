// Requests for the live differential run, over every method that both servers have, right and wrong.
// A request is [method, ...params]; `c` holds what the prelude made: accounts, hashes, numbers.

import { concat, encodeRlp, keccak256, toBeArray } from 'ethers'

const nobody = '0x00000000000000000000000000000000deadbeef'
const zero = '0x' + '00'.repeat(32)
const far = '0xffffff'

export function requests(c) {
  const [a, b] = c.accounts
  const { legacy, access, dynamic } = c.hashes
  return [
    ['eth_chainId'], ['net_version'], ['eth_syncing'], ['net_listening'], ['web3_clientVersion'], ['web3_sha3', '0x68656c6c6f'],
    ['eth_blockNumber'], ['eth_accounts'],

    ...['latest', 'earliest', 'pending', 'safe', 'finalized', '0x0', '0x1', '0x2', c.blocks.transfer].flatMap(tag => [
      ['eth_getBalance', b, tag], ['eth_getTransactionCount', a, tag], ['eth_getBalance', nobody, tag], ['eth_getCode', a, tag], ['eth_getStorageAt', a, '0x0', tag],
      ['eth_getBlockTransactionCountByNumber', tag], ['eth_getUncleCountByBlockNumber', tag],
    ]),
    // The sender's balance is equal as long as both base fees are.
    ['eth_getBalance', a, '0x0'], ['eth_getBalance', a, '0x1'],
    ...['latest', 'earliest', '0x1', c.blocks.transfer].flatMap(tag => [['eth_getBlockByNumber', tag, false], ['eth_getBlockByNumber', tag, true]]),
    ['eth_getBlockByNumber', far, false], ['eth_getBlockByHash', zero, true],
    ['eth_getBlockTransactionCountByHash', zero], ['eth_getBlockTransactionCountByNumber', far],
    ['eth_getUncleByBlockNumberAndIndex', 'latest', '0x0'], ['eth_getUncleCountByBlockHash', zero],

    ...[legacy, access, dynamic].flatMap(hash => [['eth_getTransactionByHash', hash], ['eth_getTransactionReceipt', hash], ['debug_getRawTransaction', hash], ['eth_getRawTransactionByHash', hash]]),
    ['eth_getTransactionByHash', zero], ['eth_getTransactionReceipt', zero],
    ['eth_getTransactionByBlockNumberAndIndex', c.blocks.transfer, '0x0'], ['eth_getTransactionByBlockNumberAndIndex', c.blocks.transfer, '0x7'],
    ['eth_getTransactionByBlockHashAndIndex', zero, '0x0'], ['eth_getBlockReceipts', c.blocks.transfer],

    ['eth_call', { from: a, to: b, value: '0x1' }, 'latest'], ['eth_call', { to: nobody, data: '0x1234' }, 'latest'], ['eth_call', { from: nobody, to: b, value: '0x1' }, 'latest'],
    ['eth_estimateGas', { from: a, to: b, value: '0x1' }], ['eth_estimateGas', { from: a, to: b, value: '0x1' }, 'latest'], ['eth_estimateGas', { from: a, to: b, data: '0x' + 'ff'.repeat(100) }],
    ['eth_estimateGas', { from: a, to: b, data: '0x' + '00'.repeat(64) }],
    ['eth_createAccessList', { from: a, to: b, value: '0x1' }, 'latest'],
    ['eth_getProof', b, [], 'latest'], ['eth_getProof', nobody, [zero], 'latest'],

    ['eth_maxPriorityFeePerGas'], ['eth_feeHistory', '0x2', 'latest', []], ['eth_feeHistory', '0x2', 'latest', [25, 50]], ['eth_feeHistory', '0x0', 'latest', []],
    ['eth_getLogs', { fromBlock: '0x0', toBlock: 'latest', address: nobody }], ['eth_getLogs', { blockHash: zero }],
    ['txpool_status'], ['txpool_content'], ['txpool_inspect'],

    // Parameters that are wrong.
    ['eth_getBalance'], ['eth_getBalance', '0x12', 'latest'], ['eth_getBalance', 'nothing', 'latest'], ['eth_getBalance', a, 'soon'], ['eth_getBalance', a, far],
    ['eth_getBalance', 5, 'latest'], ['eth_getTransactionCount', a, far], ['eth_getCode', a, far], ['eth_getStorageAt', a, '0x0', far],
    ['eth_getBlockByNumber', 'latest', 'yes'], ['eth_getBlockByHash', '0x12', false], ['eth_getTransactionByHash', '0x12'], ['eth_getTransactionReceipt', 7],
    ['eth_call', 'x', 'latest'], ['eth_call', { to: 'x' }, 'latest'], ['eth_estimateGas', []],
    ['eth_sendRawTransaction', '0x'], ['eth_sendRawTransaction', '0xzz'], ['eth_sendRawTransaction', '0x01'], ['eth_sendRawTransaction', '0x7e0102'], ['eth_sendRawTransaction'],
    ['eth_getLogs', { fromBlock: 'x' }], ['eth_getLogs', { address: 'x' }], ['eth_getFilterChanges', '0x1234'], ['eth_uninstallFilter', '0x1234'],
    ['eth_noSuchMethod'], ['eth_noSuchMethod', 1],
  ]
}

/** Raw transactions that a pool refuses (or, in one, does not): each alone, nothing may change. */
export function refusals(c) {
  const { nonce } = c
  const base = { chainId: 17847n, nonce, tip: 10n ** 9n, cap: 10n ** 10n, gas: 21_000n, to: c.accounts[1], value: 1n }
  const raw = fields => dynamicFee(c.key, { ...base, ...fields })
  return [
    ['nonce too low', raw({ nonce: nonce - 1 })],
    ['intrinsic gas too low', raw({ gas: 20_999n })],
    ['insufficient funds', raw({ value: 10n ** 30n })],
    ['tip above fee cap', raw({ tip: 10n ** 11n })],
    ['gas above the block', raw({ gas: 100_000_000n })],
    ['another chain', raw({ chainId: 1n })],
    ['already known', c.raw.legacy],
    // Anvil takes these: last, so that they change nothing before.
    ['a legacy transaction of another chain', c.elsewhere],
  ]
}

/** Type 2, encoded here: libraries refuse to make what a pool must refuse to take. */
function dynamicFee(key, { chainId, nonce, tip, cap, gas, to, value }) {
  const fields = [chainId, nonce, tip, cap, gas].map(value => toBeArray(value)).concat(to, toBeArray(value), '0x', [[]])
  const { yParity, r, s } = key.sign(keccak256(concat(['0x02', encodeRlp(fields)])))
  return concat(['0x02', encodeRlp([...fields, ...[yParity, r, s].map(value => toBeArray(value))])])
}
