// Merkle proofs of eth_getProof, verified by @ethereumjs' trie against a root that comes from a header.

import { MerklePatriciaTrie, verifyMPTWithMerkleProof } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { bytesToHex, hexToBytes, setLengthLeft } from '@ethereumjs/util'
import { keccak256 } from 'ethers'
import { check, equal } from './report.mjs'

const emptyRoot = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'

/** The bytes that the trie with this root holds under a hashed key, or null where the proof shows that it holds none. */
async function prove(root, key, nodes) {
  if (nodes.length === 0) {
    equal(root, emptyRoot, 'root of a proof without nodes')
    return null
  }
  equal(keccak256(nodes[0]), root, 'root of the proof')
  const trie = new MerklePatriciaTrie({ useKeyHashing: true })
  return verifyMPTWithMerkleProof(trie, hexToBytes(root), key, nodes.map(node => hexToBytes(node)))
}

const number = bytes => (bytes.length === 0 ? 0n : BigInt(bytesToHex(bytes)))

/** Verifies the account part and returns { nonce, balance, storageRoot, codeHash } as the trie has it, or null for an absent account. */
export async function verifyAccount(stateRoot, proof) {
  const leaf = await prove(stateRoot, hexToBytes(proof.address), proof.accountProof)
  if (leaf === null) {
    equal([BigInt(proof.nonce), BigInt(proof.balance)].map(String), ['0', '0'], 'an absent account as reported')
    return null
  }
  const [nonce, balance, storageRoot, codeHash] = RLP.decode(leaf)
  const account = { nonce: number(nonce), balance: number(balance), storageRoot: bytesToHex(storageRoot), codeHash: bytesToHex(codeHash) }
  equal(
    [account.nonce, account.balance, account.storageRoot, account.codeHash].map(String),
    [BigInt(proof.nonce), BigInt(proof.balance), proof.storageHash, proof.codeHash].map(String), 'the account as reported and as proven')
  return account
}

/** Verifies each storage entry against the storage root the account proof gave; returns the proven values, null where absent. */
export async function verifyStorage(storageRoot, proof) {
  check(proof.storageProof.length > 0, 'no storage proof in the reply')
  const values = []
  for (const entry of proof.storageProof) {
    const leaf = await prove(storageRoot, setLengthLeft(hexToBytes(even(entry.key)), 32), entry.proof)
    const value = leaf === null ? null : number(RLP.decode(leaf))
    equal(value ?? 0n, BigInt(entry.value), `slot ${entry.key} as proven and as reported`)
    values.push(value)
  }
  return values
}

const even = text => (text.length % 2 ? '0x0' + text.slice(2) : text)
