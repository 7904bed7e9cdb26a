// The data-availability log read and written by its published formats (docs/log-events.md), with nothing of the program's own code.

import { createHash, createPublicKey, verify } from 'node:crypto'
import { brotliDecompressSync } from 'node:zlib'
import { concat, hexToBytes, numberToHex, padHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

const headerBytes = 328
const agreements = '0x000000000000000000000000000000000000080a'

export const kinds = {
  nodeRegistered: 1, logAnchored: 6, agreementUse: 128, deleteRequested: 130, chainAnchor: 192, checkpoint: 199,
  fallbackActivated: 200, fallbackDeactivated: 201, reconciliationStarted: 202, reconciliationCompleted: 203,
}

/** header | bitmap u8 length, bytes | votes 64 each | group signature 64 | author signature 64 | u32 length, body */
export function readEnvelope(hex) {
  const bytes = Buffer.from(hex.slice(2), 'hex')
  const header = bytes.subarray(0, headerBytes)
  let at = headerBytes
  const bitmap = bytes.subarray(at + 1, at + 1 + bytes[at])
  at += 1 + bitmap.length
  const count = bitmap.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
  const votes = bytes.subarray(at, at + (64 * count))
  const group = bytes.subarray(at + (64 * count), at + (64 * (count + 1)))
  at += 64 * (count + 2)
  const packed = bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at))
  const [codec, plainLength] = [header[249], header.readUInt32BE(250)]
  const body = codec === 1 ? brotliDecompressSync(packed, { maxOutputLength: plainLength + 1 }) : packed
  const events = []
  for (let i = 0, offset = 4; i < body.readUInt32BE(0); i++) {
    const length = body.readUInt32BE(offset)
    const event = body.subarray(offset + 4, offset + 4 + length)
    events.push({ kind: event.readUInt16BE(9), authorType: event[11], bytes: event })
    offset += 4 + length
  }
  const core = tagged('DSDN/batch/v1', header)
  // What the committee signed for: chain id and epoch stand at 1 and 41, the committee's hash at 89.
  const signed = Buffer.concat([tag('DSDN/frost-batch/v1'), header.subarray(1, 9), header.subarray(41, 49), header.subarray(89, 121), core, tagged('DSDN/commit/v1', bitmap, votes)])
  const isBody = createHash('sha256').update(packed).digest().equals(header.subarray(254, 286))
  return {
    isSignedBy: key => isBody && verify(null, signed, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key.slice(2), 'hex').toString('base64url') }, format: 'jwk' }), group),
    coreHash: '0x' + core.toString('hex'),
    seq: Number(header.readBigUInt64BE(49)),
    previous: '0x' + header.subarray(57, 89).toString('hex'),
    logTimeMs: Number(header.readBigUInt64BE(121)),
    events,
  }
}

const tag = text => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])

const tagged = (text, ...parts) => createHash('sha256').update(Buffer.concat([tag(text), ...parts])).digest()

const u = (value, bytes) => numberToHex(BigInt(value), { size: bytes })

const event = ({ chainId, kind, author, nonce, validUntilMs, body, signature }) =>
  concat([u(1, 1), u(chainId, 8), u(kind, 2), u(2, 1), padHex(author, { size: 32 }), u(nonce, 8), u(validUntilMs, 8), u(hexToBytes(body).length, 4), body, signature])

const sign = ({ key, chainId, primaryType, types, message }) => privateKeyToAccount(key).signTypedData({
  domain: { name: 'DSDN', version: '1', chainId, verifyingContract: agreements }, types, primaryType, message,
})

/** An owner reserves room for chunks, signed as a wallet signs. @param chunks [{id, length}] */
export async function agreementUse({ key, chainId, agreement, file, chunks, nonce, validUntilMs }) {
  const types = {
    AgreementUse: [
      { name: 'agreement', type: 'bytes32' }, { name: 'file', type: 'bytes32' }, { name: 'coding', type: 'uint8' },
      { name: 'chunks', type: 'Chunk[]' }, { name: 'nonce', type: 'uint64' }, { name: 'validUntilMs', type: 'uint64' }],
    Chunk: [{ name: 'id', type: 'bytes32' }, { name: 'length', type: 'uint64' }],
  }
  const message = { agreement, file, coding: 0, chunks: chunks.map(({ id, length }) => ({ id, length: BigInt(length) })), nonce: BigInt(nonce), validUntilMs: BigInt(validUntilMs) }
  const signature = await sign({ key, chainId, primaryType: 'AgreementUse', types, message })
  const body = concat([agreement, file, u(0, 1), u(chunks.length, 2), ...chunks.flatMap(({ id, length }) => [id, u(length, 8)])])
  return event({ chainId, kind: kinds.agreementUse, author: privateKeyToAccount(key).address, nonce, validUntilMs, body, signature })
}

/** An owner lets go of chunks. */
export async function deleteRequested({ key, chainId, agreement, ids, nonce, validUntilMs }) {
  const types = {
    DeleteRequested: [
      { name: 'agreement', type: 'bytes32' }, { name: 'scope', type: 'uint8' }, { name: 'ids', type: 'bytes32[]' },
      { name: 'nonce', type: 'uint64' }, { name: 'validUntilMs', type: 'uint64' }],
  }
  const message = { agreement, scope: 1, ids, nonce: BigInt(nonce), validUntilMs: BigInt(validUntilMs) }
  const signature = await sign({ key, chainId, primaryType: 'DeleteRequested', types, message })
  const body = concat([agreement, u(1, 1), u(ids.length, 2), ...ids])
  return event({ chainId, kind: kinds.deleteRequested, author: privateKeyToAccount(key).address, nonce, validUntilMs, body, signature })
}
