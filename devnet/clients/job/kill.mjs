// SIGKILL in the middle of load, restart, and nothing that was acknowledged is gone.
// "Acknowledged" means that a client saw the receipt; a transaction hash alone may be lost with the pool.

import { Transaction, Wallet } from 'ethers'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { account, uses } from '../lib/accounts.mjs'
import { freshAddress } from '../lib/keys.mjs'
import { program } from '../lib/node.mjs'
import { check, equal } from '../lib/report.mjs'
import { sleep } from '../lib/rpc.mjs'

const run = promisify(execFile)

const seenBeforeKill = 300

export async function killAndRecover({ node, report, stage = 'kill', rounds = 2 }) {
  for (let round = 1; round <= rounds; round++) {
    const load = new Load(node.rpc)
    await report.step(stage, `round ${round}: SIGKILL under load`, async () => {
      await load.begin()
      const end = Date.now() + 60_000
      while (load.seen.size < seenBeforeKill) {
        if (load.failure) throw load.failure
        check(Date.now() < end, () => `only ${load.seen.size} receipts within a minute`)
        await sleep(20)
      }
      // Not at a block boundary: with transactions on their way and a block being made.
      await sleep(Math.random() * 200)
      const sent = load.sent
      await node.kill()
      await load.end()
      return `${sent} sent, ${load.seen.size} receipts seen, head ${load.head.number}`
    })
    await report.step(stage, `round ${round}: restarts`, async () => `ready in ${await node.start()} ms`)
    await report.step(stage, `round ${round}: every receipt seen is there, unchanged`, async () => {
      await load.verify(node.rpc)
      return `${load.seen.size} receipts, state root of block ${load.head.number} equal`
    })
    await report.step(stage, `round ${round}: the chain goes on`, async () => {
      const head = BigInt(await node.rpc.call('eth_blockNumber'))
      await node.rpc.until('a new block', async rpc => BigInt(await rpc.call('eth_blockNumber')) > head)
    })
  }
  await report.step(stage, 'state verify recomputes the root from the tables', async () => {
    await node.stop()
    const { stdout } = await run(program, ['state', 'verify', '--network', 'devnet', '--data', node.options.data, '--json'], { timeout: 120_000 })
      .catch(error => { throw new Error(`state verify: exit ${error.code}: ${(error.stderr || error.stdout).trim().slice(0, 300)}`) })
    await node.start()
    return JSON.stringify(JSON.parse(stdout)).slice(0, 120)
  })
}

/** Signed transfers in batches, from several senders, and the receipts that came back. */
class Load {
  seen = new Map()
  sent = 0
  head = { number: -1 }
  failure
  #running = true
  #work = []

  constructor(rpc) {
    this.rpc = rpc
  }

  async begin() {
    this.chainId = await this.rpc.call('eth_chainId')
    this.#work = uses.load.map(i => this.#send(new Wallet(account(i).key)))
    this.#work.push(this.#watch())
  }

  async end() {
    this.#running = false
    await Promise.all(this.#work)
  }

  async #send(wallet) {
    let nonce = Number(await this.rpc.call('eth_getTransactionCount', wallet.address, 'latest'))
    const pending = new Map()
    while (this.#running) {
      try {
        const batch = []
        for (let i = 0; pending.size < 60 && i < 20; i++) {
          const transaction = Transaction.from({
            type: 2, chainId: this.chainId, nonce, to: freshAddress(), value: 1n, gasLimit: 21_000n, maxFeePerGas: 100_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n,
          })
          transaction.signature = wallet.signingKey.sign(transaction.unsignedHash)
          batch.push(['eth_sendRawTransaction', transaction.serialized])
          pending.set(transaction.hash, nonce++)
        }
        for (const answer of batch.length ? await this.rpc.batch(batch) : []) if (answer instanceof Error) throw answer
        this.sent += batch.length
        await this.#collect(pending)
      } catch (error) {
        this.#lost(error)
        return
      }
    }
  }

  async #collect(pending) {
    const hashes = [...pending.keys()].slice(0, 50)
    const receipts = await this.rpc.batch(hashes.map(hash => ['eth_getTransactionReceipt', hash]))
    hashes.forEach((hash, i) => {
      if (!receipts[i] || receipts[i] instanceof Error) return
      this.seen.set(hash, receipts[i])
      pending.delete(hash)
    })
    if (!receipts.some(Boolean)) await sleep(20)
  }

  async #watch() {
    while (this.#running) {
      try {
        const block = await this.rpc.call('eth_getBlockByNumber', 'latest', false)
        this.head = { number: Number(block.number), hash: block.hash, stateRoot: block.stateRoot }
        await sleep(20)
      } catch (error) {
        this.#lost(error)
        return
      }
    }
  }

  /** The end of the connection is what this stage is about; an error that the node answered is not. */
  #lost(error) {
    if (error.name === 'RpcError' || error.code !== undefined && typeof error.code === 'number') this.failure ??= error
  }

  async verify(rpc) {
    const block = await rpc.call('eth_getBlockByNumber', '0x' + this.head.number.toString(16), false)
    check(block !== null, `block ${this.head.number} is gone`)
    equal([block.hash, block.stateRoot], [this.head.hash, this.head.stateRoot], 'hash and state root of the last block seen')
    const entries = [...this.seen]
    for (let i = 0; i < entries.length; i += 50) {
      const part = entries.slice(i, i + 50)
      const receipts = await rpc.batch(part.map(([hash]) => ['eth_getTransactionReceipt', hash]))
      part.forEach(([hash, before], n) => equal(receipts[n], before, `receipt of ${hash}`))
    }
  }
}
