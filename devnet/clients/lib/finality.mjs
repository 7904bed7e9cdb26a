// A block's certificate, checked without the node's word: Ed25519 by Node's own library, more than two thirds of the power.

import { createPublicKey, verify } from 'node:crypto'
import { concat, getBytes, toBeHex, toUtf8Bytes, zeroPadBytes } from 'ethers'
import { check, equal } from './report.mjs'

const spkiPrefix = '302a300506032b6570032100'
const precommit = 3

/** The 160 bytes of a precommit: tag 32, chain id 8, genesis hash 16, kind 1, zeros 3, height 8, round 4, -1, time 8, block hash 32, zeros 12, parts root 32. */
function signBytes({ chainId, genesisHash, height, round, blockHash }) {
  return concat([
    zeroPadBytes(toUtf8Bytes('DSDN/consensus/vote/1'), 32), toBeHex(chainId, 8), genesisHash.slice(0, 34), toBeHex(precommit, 1), '0x000000',
    toBeHex(height, 8), toBeHex(round, 4), '0xffffffff', toBeHex(0, 8), blockHash, '0x' + '00'.repeat(44),
  ])
}

/** Throws unless the certificate of dsdn_finality makes exactly this block final. Returns [signed, total] power. */
export function verifyFinality(finality, block, chainId, genesisHash) {
  const { certificate, validators } = finality
  equal([certificate.blockHash, certificate.height], [block.hash, block.number], 'what the certificate names')
  const message = getBytes(signBytes({ chainId, genesisHash, height: block.number, round: certificate.round, blockHash: block.hash }))
  equal(message.length, 160, 'length of the sign bytes')
  const bits = getBytes(certificate.signers)
  let next = 0
  let signed = 0n
  let total = 0n
  validators.forEach((validator, i) => {
    total += BigInt(validator.power)
    if (!(bits[i >> 3] & (1 << (i & 7)))) return
    const key = createPublicKey({ key: Buffer.from(spkiPrefix + validator.consensusKey.slice(2), 'hex'), format: 'der', type: 'spki' })
    check(verify(null, message, key, getBytes(certificate.signatures[next++])), `signature of ${validator.operator}`)
    signed += BigInt(validator.power)
  })
  equal(next, certificate.signatures.length, 'number of signatures')
  check(signed * 3n > total * 2n, `only ${signed} of ${total} power signed`)
  return [signed, total]
}
