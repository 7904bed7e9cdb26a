// The log and where it lies: what is written is everywhere and proven, what is forged changes nothing, and an outage of data availability loses nothing.

import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Contract, JsonRpcProvider, Wallet } from 'ethers'
import { account } from '../lib/accounts.mjs'
import { agreementUse, deleteRequested, kinds, readEnvelope } from '../lib/log.mjs'
import { dsdn } from '../lib/network.mjs'
import { check, equal } from '../lib/report.mjs'

const chainId = 17847
/** Version 0, eighteen zeros, ten bytes. */
const namespace = Buffer.concat([Buffer.alloc(19), Buffer.from('dsdn-devnt')])
const validUntilMs = Date.UTC(2100, 0, 1)
const hash = () => '0x' + randomBytes(32).toString('hex')

export async function runDa({ network, report, stage = 'da' }) {
  const { nodes, services } = network
  const rpcs = nodes.map(node => node.rpc)
  const run = { stage, network, services, report, rpcs }
  await report.step(stage, 'every validator stores and attests each batch', async () => {
    const { seq } = await services.until('batches', status => status.seq >= 4)
    await allHave(run, seq)
    return `${seq} batches, the same bytes on ${rpcs.length} validators`
  })
  await report.step(stage, 'the chain keeps an attested anchor of the log', async () => {
    const { anchoredSeq } = await services.until('anchor', status => status.anchoredSeq > 0)
    const shown = await dsdn(['committee', 'show', '--rpc', nodes[0].url, '--json'])
    return `batch ${anchoredSeq}; ${shown.replaceAll(/\s+/g, ' ').slice(0, 100)}`
  })
  await report.step(stage, 'dsdn da verify proves each blob against its header', async () => {
    const verified = await daVerify(run)
    equal(verified.code, 0, 'exit code')
    const { from, to, blobs, bytes } = JSON.parse(verified.output)
    return `${blobs} blobs, ${bytes} bytes at heights ${from} to ${to}`
  })
  await owners(run)
  await forgeries(run)
  await tampering(run)
  await outage(run)
  await rebuild(run)
  await lostData(run)
}

/** What owners sign with an Ethereum wallet is in the log of all; what they may not do is refused with a code. */
async function owners({ stage, report, network, services, rpcs }) {
  if (network.storage.length === 0) return // nobody could store what is reserved
  const owner = account(4), stranger = account(5)
  const file = hash(), chunk = { id: hash(), length: 1_000_000 }
  const nonce = Date.now()
  const agreement = await opened(network, owner.key)
  const submit = hex => dsdn(['log', 'submit', hex, '--to', services.coordinator.address, '--rpc', network.nodes[0].url, '--json'])
  await report.step(stage, 'an owner reserves room with a wallet signature', async () => {
    const use = await agreementUse({ key: owner.key, chainId, agreement, file, chunks: [chunk], nonce, validUntilMs })
    let reply
    for (let end = Date.now() + 60_000; reply === undefined; await sleep(250)) {
      // The log has an agreement as soon as the next batch proves the chain's block.
      reply = await submit(use).then(JSON.parse, error => {
        if (!error.message.includes('DSDN-E-LOG-AGREEMENT') || Date.now() > end) throw error
      })
    }
    const { batch } = await batchWith(rpcs[rpcs.length - 1], reply.batch, entry => entry.kind === kinds.agreementUse && entry.bytes.includes(Buffer.from(agreement.slice(2), 'hex')))
    return `event ${reply.event.slice(0, 18)} in batch ${batch}`
  })
  for (const [what, hex, code] of [
    ['the same event again', await agreementUse({ key: owner.key, chainId, agreement, file, chunks: [chunk], nonce, validUntilMs }), 'DSDN-E-LOG-NONCE-USED'],
    ['a stranger\'s delete', await deleteRequested({ key: stranger.key, chainId, agreement, ids: [chunk.id], nonce: nonce + 1, validUntilMs }), 'DSDN-E-LOG-'],
    ['an event past its end', await agreementUse({ key: owner.key, chainId, agreement, file, chunks: [chunk], nonce: nonce + 2, validUntilMs: 1 }), 'DSDN-E-LOG-'],
  ]) {
    await report.step(stage, `${what} is refused with its code`, async () => {
      const refused = await submit(hex).then(() => null, error => error.message)
      check(refused?.includes(code), `${refused ?? 'taken'} instead of ${code}`)
      return /DSDN-E-[A-Z-]+/.exec(refused)[0]
    })
  }
}

/** An agreement, opened on the chain as a wallet does. */
async function opened(network, key) {
  const provider = new JsonRpcProvider(network.nodes[0].url, undefined, { cacheTimeout: -1, pollingInterval: 100 })
  try {
    const agreements = new Contract('0x000000000000000000000000000000000000080A', [
      'function quote(uint64 quotaBytes, uint64 durationS, uint8 coding) view returns (uint256)',
      'function open(uint64 quotaBytes, uint64 durationS, uint8 coding) payable returns (bytes32)'], new Wallet(key, provider))
    const terms = [1n << 30n, 86_400n * 7n, 0n]
    const transaction = await agreements.open(...terms, { value: await agreements.quote(...terms) })
    const receipt = await transaction.wait()
    return receipt.logs.find(log => log.address.toLowerCase().endsWith('080a') && log.topics.length === 3).topics[1]
  } finally {
    provider.destroy()
  }
}

/** Anybody may write to the namespace. */
async function forgeries({ stage, report, services, rpcs }) {
  await report.step(stage, 'forged batches with valid commitments change nothing', async () => {
    const before = await rpcs[0].call('dsdn_logStatus')
    const { envelope } = await rpcs[0].call('dsdn_getBatch', before.seq)
    const next = Buffer.from(envelope.slice(2), 'hex')
    next.writeBigUInt64BE(BigInt(before.seq) + 1n, 49)
    const junk = [next, Buffer.from(envelope.slice(2), 'hex').fill(0xff, 400, 460), randomBytes(5_000), Buffer.from('{"delete":"everything"}')]
    const height = await services.call('blob.Submit', junk.map(data => ({ namespace: namespace.toString('base64'), data: data.toString('base64'), share_version: 0, index: -1 })), {})
    await rpcs[0].until('the scan of that height', async rpc => Number((await rpc.call('dsdn_logStatus')).celestia.height) >= height, 30_000)
    const after = await rpcs[0].call('dsdn_logStatus')
    check(Number(after.celestia.foreign) >= junk.length, `${after.celestia.foreign} foreign blobs counted`)
    await services.until('batches after them', status => status.seq >= Number(before.seq) + 2)
    return `${junk.length} blobs at height ${height}, ${Number(after.celestia.foreign)} counted as foreign`
  })
}

/** A server that lies is caught, and what it lied about is named. */
async function tampering(run) {
  const { stage, report, services } = run
  for (const fault of ['wrong-commitment', 'withheld-row', 'invented-blob', 'truncated-proof']) {
    await report.step(stage, `dsdn da verify names a server with a ${fault}`, async () => {
      await services.call('devnet.SetFault', { kind: fault })
      try {
        const verified = await daVerify(run)
        check(verified.code === 5, `exit code ${verified.code}: ${verified.output.slice(0, 200)}`)
        const code = /DSDN-E-DA-[A-Z-]+/.exec(verified.output)?.[0]
        check(code, `no code: ${verified.output.slice(0, 200)}`)
        return code
      } finally {
        await services.call('devnet.ClearFaults')
      }
    })
  }
}

/** Slow, down, down for long, back: with kills at each step where processes can be killed. */
async function outage(run) {
  const { stage, report, services, network, rpcs } = run
  const coordinator = network.options.processes ? network.coordinator : undefined
  const killed = async where => {
    if (!coordinator) return
    await report.step(stage, `the coordinator is killed while ${where} and goes on`, async () => {
      const { seq } = await services.status()
      await coordinator.kill()
      const ms = await coordinator.start()
      await services.until('a batch', status => status.seq > seq)
      return `ready in ${ms} ms`
    })
  }
  const mode = (name, timeoutMs) => services.until(`mode ${name}`, status => status.mode === name, timeoutMs)
  let first
  await report.step(stage, 'outage: a slow primary makes a warning', async () => {
    await services.until('nothing pending', status => status.mode === 'healthy' && status.pending < 3)
    first = (await services.status()).seq
    await services.call('devnet.SetFault', { kind: 'delay', value: 3_000 })
    await mode('warning', 40_000)
    await services.call('devnet.ClearFaults')
  })
  await report.step(stage, 'outage: a dead primary makes a fallback to the quorum', async () => {
    const at = performance.now()
    await services.call('devnet.SetFault', { kind: 'down' })
    await mode('degraded', 60_000)
    const { seq } = await services.status()
    await services.until('batches certified by the quorum', status => status.seq >= seq + 2 && status.openCertificates < 3)
    return `after ${Math.round(performance.now() - at)} ms`
  })
  await killed('degraded')
  await quorumGone(run)
  await report.step(stage, 'outage: a long one makes emergency copies too', async () => {
    await mode('emergency', 60_000)
    await sleep(3_000)
    const { pending } = await services.status()
    return `${pending} batches pending`
  })
  await killed('in emergency')
  await report.step(stage, 'outage: the primary is back, everything pending is reconciled', async () => {
    await services.call('devnet.ClearFaults')
    await services.until('recovering', status => status.mode === 'recovering' || status.mode === 'healthy', 60_000)
    return (await services.status()).mode
  })
  await killed('recovering')
  await report.step(stage, 'outage: over; nothing is pending, nothing was lost', async () => {
    const end = await services.until('health', status => status.mode === 'healthy' && status.pending < 3, 90_000)
    const last = end.seq - 2
    await allHave(run, last)
    const missing = await missingOnCelestia(run, last)
    equal(missing, [], 'batches that are not on Celestia')
    return `batches 1 to ${last} lie on Celestia, ${end.reconciled} reconciled`
  })
  await report.step(stage, 'outage: the log tells it, in order', async () => {
    const told = []
    const { seq } = await services.status()
    for (let i = first; i <= seq; i++) {
      const reply = await rpcs[0].call('dsdn_getBatch', '0x' + i.toString(16))
      if (reply) told.push(...readEnvelope(reply.envelope).events.map(entry => entry.kind).filter(kind => kind >= kinds.fallbackActivated && kind <= kinds.reconciliationCompleted))
    }
    for (const kind of [kinds.fallbackActivated, kinds.reconciliationStarted, kinds.reconciliationCompleted]) check(told.includes(kind), `no event of kind ${kind} among ${told}`)
    check(told.indexOf(kinds.fallbackActivated) < told.indexOf(kinds.reconciliationCompleted), `order ${told}`)
    return `kinds ${told.join(' ')}`
  })
}

/** Two of four validators stand still: neither the chain nor the certificates go on, the log does. */
async function quorumGone({ stage, report, services, network }) {
  if (!network.options.processes || network.nodes.length < 4) return
  const still = network.nodes.slice(2)
  await report.step(stage, 'outage: the quorum is gone too, so emergency copies are made', async () => {
    still.forEach(node => node.pause())
    try {
      const { seq } = await services.status()
      const status = await services.until('emergency', it => it.mode === 'emergency' && it.seq > seq, 60_000)
      return `${status.openCertificates} batches without a quorum`
    } finally {
      still.forEach(node => node.resume())
    }
  })
  await report.step(stage, 'outage: the validators are back and attest what they missed', async () => {
    const { openCertificates } = await services.until('certificates', status => status.openCertificates < 2, 60_000)
    return `${openCertificates} open`
  })
}

/** Whoever has the batches has the state: from an archive, from a validator, from Celestia alone. */
async function rebuild({ stage, report, services, network }) {
  const folder = services.coordinator.directory
  const roots = async (data, until) => {
    const { stateRoot, dataRoot } = JSON.parse(await dsdn(['log', 'replay', '--data', data, '--until', String(until), '--json']))
    return { stateRoot, dataRoot }
  }
  let verified
  await report.step(stage, 'dsdn log verify finds the coordinator\'s archive right', async () => {
    verified = JSON.parse(await dsdn(['log', 'verify', '--data', folder, '--json']))
    return `${verified.seq} batches, ${verified.anchors} anchors, ${verified.certificates} certificates, ${verified.pointers} pointers`
  })
  await report.step(stage, 'a validator\'s archive and Celestia alone give the same roots', async () => {
    const file = join(network.options.logs, 'log.export'), rebuilt = join(network.options.logs, 'celestia.export')
    for (const path of [file, rebuilt]) rmSync(path, { force: true })
    await dsdn(['log', 'export', file, '--data', folder])
    const exported = readFileSync(file)
    const start = exported.subarray(0, 12 + exported.readUInt32BE(8))
    const { groupKey } = JSON.parse(await dsdn(['committee', 'show', '--rpc', network.nodes[0].url, '--json']))
    const [seq, envelopes] = await batchesOnCelestia(services, groupKey)
    writeFileSync(rebuilt, Buffer.concat([start, ...envelopes.flatMap(bytes => [length(bytes), bytes])]))
    const until = Math.min(seq, verified.seq)
    const expected = await roots(folder, until)
    equal(await roots(join(network.nodes[1].home, 'node'), until), expected, 'roots of a validator')
    equal(await roots(rebuilt, until), expected, 'roots from Celestia')
    return `batch ${until}, data root ${expected.dataRoot.slice(0, 18)}`
  })
}

const length = bytes => {
  const prefix = Buffer.alloc(4)
  prefix.writeUInt32BE(bytes.length)
  return prefix
}

/** The first batches that lie on Celestia without a gap, in the order of their numbers: blobs that the committee signed and that continue the one before. */
async function batchesOnCelestia(services, groupKey) {
  const candidates = new Map()
  const head = Number((await services.call('header.NetworkHead')).header.height)
  for (let height = 1; height <= head; height++) {
    for (const blob of (await services.call('blob.GetAll', height, [namespace.toString('base64')])) ?? []) {
      const bytes = Buffer.from(blob.data, 'base64')
      try {
        const batch = readEnvelope('0x' + bytes.toString('hex'))
        if (batch.isSignedBy(groupKey)) candidates.set(batch.seq, [...(candidates.get(batch.seq) ?? []), { bytes, ...batch }])
      } catch {
        // somebody else's blob
      }
    }
  }
  const envelopes = []
  let previous
  for (let seq = 1; candidates.has(seq); seq++) {
    const next = candidates.get(seq).find(candidate => !previous || candidate.previous === previous)
    if (!next) break
    envelopes.push(next.bytes)
    previous = next.coreHash
  }
  return [envelopes.length, envelopes]
}

/** A follower holds nothing that the log does not give back. */
async function lostData({ stage, report, services, network, rpcs }) {
  if (!network.options.processes) return
  const node = network.nodes[network.nodes.length - 1]
  const { da, coordinator } = network
  await report.step(stage, 'without coordinator and Celestia a lost log comes back from the validators that attested it', async () => {
    const { seq } = await services.status()
    await coordinator.kill()
    await da.kill()
    await node.kill()
    rmSync(join(node.home, 'node', 'log'), { recursive: true })
    await node.start()
    for (let i = 1; i <= seq; i++) {
      const replies = await Promise.all([rpcs[0], node.rpc].map(rpc => rpc.until(`batch ${i}`, async it => it.call('dsdn_getBatch', '0x' + i.toString(16)), 30_000)))
      equal(replies[1].envelope, replies[0].envelope, `batch ${i}`)
    }
    return `${seq} batches`
  })
  await report.step(stage, 'with both back the log goes on where it stood', async () => {
    await da.start()
    await coordinator.start()
    const { seq } = await services.status()
    await services.until('new batches', status => status.seq >= seq + 2 && status.mode === 'healthy', 60_000)
    await allHave({ rpcs }, seq + 2)
    return `batch ${seq + 2}`
  })
}

/** The batch from a sequence number on that has an event. */
async function batchWith(rpc, from, holds) {
  for (let seq = from; seq < from + 20; seq++) {
    const reply = await rpc.until(`batch ${seq}`, async it => it.call('dsdn_getBatch', '0x' + seq.toString(16)), 30_000)
    if (readEnvelope(reply.envelope).events.some(holds)) return { batch: seq }
  }
  throw new Error(`not in batches ${from} to ${from + 19}`)
}

/** The same bytes on all validators, each naming the one before; attested by all up to there. */
async function allHave({ rpcs }, seq) {
  let previous
  for (let i = 1; i <= seq; i++) {
    const id = '0x' + i.toString(16)
    const replies = await Promise.all(rpcs.map(rpc => rpc.until(`batch ${i}`, async it => it.call('dsdn_getBatch', id), 30_000)))
    for (const reply of replies) equal(reply.envelope, replies[0].envelope, `batch ${i}`)
    const batch = readEnvelope(replies[0].envelope)
    equal(batch.seq, i, 'sequence')
    if (previous) equal(batch.previous, previous, `what batch ${i} follows`)
    previous = batch.coreHash
  }
  await Promise.all(rpcs.map(rpc => rpc.until(`attestations up to ${seq}`, async it => Number((await it.call('dsdn_logStatus')).attestedSeq) >= seq, 30_000)))
}

/** Sequence numbers up to the last whose exact bytes are in no blob of the namespace. */
async function missingOnCelestia({ services, rpcs }, last) {
  const seen = new Set()
  const head = Number((await services.call('header.NetworkHead')).header.height)
  for (let height = 1; height <= head; height++)
    for (const blob of (await services.call('blob.GetAll', height, [namespace.toString('base64')])) ?? []) seen.add(sha256(Buffer.from(blob.data, 'base64')))
  const missing = []
  for (let seq = 1; seq <= last; seq++) {
    const { envelope } = await rpcs[0].call('dsdn_getBatch', '0x' + seq.toString(16))
    if (!seen.has(sha256(Buffer.from(envelope.slice(2), 'hex')))) missing.push(seq)
  }
  return missing
}

async function daVerify({ services }) {
  const head = Number((await services.call('header.NetworkHead')).header.height)
  const line = ['da', 'verify', ...services.daFlags, '--from', String(Math.max(1, head - 12)), '--to', String(head - 1), '--json']
  try {
    return { code: 0, output: await dsdn(line, { DA_TRUST: 'first-use' }) }
  } catch (error) {
    return { code: Number(/exit (\d+)/.exec(error.message)?.[1] ?? -1), output: error.message }
  }
}

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex')
