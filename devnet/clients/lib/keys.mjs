// Ed25519 keys of validators and nodes, with the proof that the operator holds them: a signature over
// tag (32 bytes, zero-padded) | chain id u64 BE | operator 20 | key 32.

import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { concat, hexlify, sha256, toBeHex, toUtf8Bytes, zeroPadBytes } from 'ethers'

const tags = { validator: 'DSDN/consensus/pop/1', node: 'DSDN/nodes/pop/1' }

/** @param {'validator' | 'node'} purpose */
export function provenKey(purpose, chainId, operator) {
  const { privateKey } = generateKeyPairSync('ed25519')
  const key = hexlify(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32))
  const message = concat([zeroPadBytes(toUtf8Bytes(tags[purpose]), 32), toBeHex(chainId, 8), operator, key])
  return { key, proof: hexlify(sign(null, Buffer.from(message.slice(2), 'hex'), privateKey)) }
}

/** SHA-256 of the SPKI of a fresh P-256 key, as a node's TLS certificate would have it. */
export function tlsFingerprint() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return sha256(createPublicKey(createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))).export({ format: 'der', type: 'spki' }))
}

export const freshAddress = () => hexlify(randomBytes(20))
