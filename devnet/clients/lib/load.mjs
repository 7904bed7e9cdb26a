// Signed transfers from several senders, each to a node of its own, and the receipts that came back.

import { Transaction, Wallet } from 'ethers'
import { freshAddress } from './keys.mjs'
import { check, equal } from './report.mjs'
import { sleep } from './rpc.mjs'

const gasPrice = { maxFeePerGas: 100_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n }

/** A sender may have 64 transactions in the pool of a node. */
const pendingMax = 60
const batchMax = 20

/** Receipts that are asked for in one body. */
const receiptBatch = 50

export class Load {
  /** Receipts by transaction hash, as the sender's node gave them. */
  seen = new Map()
  sent = 0
  head = { number: -1 }
  failure
  #running = true
  #work = []

  /** @param {{rpc: import('./rpc.mjs').Rpc, key: string}[]} senders each key is used by this load alone */
  constructor(senders) {
    this.senders = senders
  }

  async begin() {
    const [{ rpc }] = this.senders
    this.chainId = await rpc.call('eth_chainId')
    this.#work = this.senders.map(sender => this.#send(sender.rpc, new Wallet(sender.key)))
    this.#work.push(this.#watch(rpc))
    return this
  }

  /** Resolves when so many receipts came back. */
  async until(receipts, timeoutMs = 60_000) {
    const end = Date.now() + timeoutMs
    while (this.seen.size < receipts) {
      if (this.failure) throw this.failure
      check(Date.now() < end, () => `only ${this.seen.size} of ${receipts} receipts within ${timeoutMs} ms`)
      await sleep(20)
    }
  }

  async end() {
    this.#running = false
    await Promise.all(this.#work)
  }

  async #send(rpc, wallet) {
    const pending = new Map()
    try {
      let nonce = Number(await rpc.call('eth_getTransactionCount', wallet.address, 'latest'))
      while (this.#running) {
        const batch = []
        for (let i = 0; pending.size < pendingMax && i < batchMax; i++) {
          const transaction = Transaction.from({ type: 2, chainId: this.chainId, nonce, to: freshAddress(), value: 1n, gasLimit: 21_000n, ...gasPrice })
          transaction.signature = wallet.signingKey.sign(transaction.unsignedHash)
          batch.push(['eth_sendRawTransaction', transaction.serialized])
          pending.set(transaction.hash, nonce++)
        }
        for (const answer of batch.length ? await rpc.batch(batch) : []) if (answer instanceof Error) throw answer
        this.sent += batch.length
        await this.#collect(rpc, pending)
      }
    } catch (error) {
      this.#lost(error)
    }
  }

  async #collect(rpc, pending) {
    const hashes = [...pending.keys()].slice(0, receiptBatch)
    const receipts = await rpc.batch(hashes.map(hash => ['eth_getTransactionReceipt', hash]))
    hashes.forEach((hash, i) => {
      if (!receipts[i] || receipts[i] instanceof Error) return
      this.seen.set(hash, receipts[i])
      pending.delete(hash)
    })
    if (!receipts.some(Boolean)) await sleep(20)
  }

  async #watch(rpc) {
    while (this.#running) {
      try {
        const block = await rpc.call('eth_getBlockByNumber', 'latest', false)
        this.head = { number: Number(block.number), hash: block.hash, stateRoot: block.stateRoot }
        await sleep(20)
      } catch (error) {
        this.#lost(error)
        return
      }
    }
  }

  /** The end of a connection is what a stage is about; an error that the node answered is not. */
  #lost(error) {
    if (error.name === 'RpcError' || error.code !== undefined && typeof error.code === 'number') this.failure ??= error
  }

  /** The last block seen and every receipt are at this node, unchanged. */
  async verify(rpc) {
    const block = await rpc.call('eth_getBlockByNumber', '0x' + this.head.number.toString(16), false)
    check(block !== null, `block ${this.head.number} is gone`)
    equal([block.hash, block.stateRoot], [this.head.hash, this.head.stateRoot], 'hash and state root of the last block seen')
    const entries = [...this.seen]
    for (let i = 0; i < entries.length; i += receiptBatch) {
      const part = entries.slice(i, i + receiptBatch)
      const receipts = await rpc.batch(part.map(([hash]) => ['eth_getTransactionReceipt', hash]))
      part.forEach(([hash, before], n) => equal(receipts[n], before, `receipt of ${hash}`))
    }
  }
}
