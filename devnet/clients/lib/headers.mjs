// The block hash from the fields a client sees: Keccak256 of the RLP of the 16-field London header.

import { RLP } from '@ethereumjs/rlp'
import { hexToBytes } from '@ethereumjs/util'
import { keccak256 } from 'ethers'

const bytes = text => hexToBytes(text.length % 2 ? '0x0' + text.slice(2) : text)
const integer = text => (BigInt(text) === 0n ? new Uint8Array() : bytes('0x' + BigInt(text).toString(16)))

export function blockHash(block) {
  return keccak256(RLP.encode([
    bytes(block.parentHash), bytes(block.sha3Uncles), bytes(block.miner), bytes(block.stateRoot), bytes(block.transactionsRoot),
    bytes(block.receiptsRoot), bytes(block.logsBloom), integer(block.difficulty), integer(block.number), integer(block.gasLimit),
    integer(block.gasUsed), integer(block.timestamp), bytes(block.extraData), bytes(block.mixHash), bytes(block.nonce),
    integer(block.baseFeePerGas),
  ]))
}
