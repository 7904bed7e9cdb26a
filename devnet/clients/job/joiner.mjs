// A node of somebody else: it takes genesis and peers, trusts one block, bonds with the command line as an operator would, and leaves again.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { JsonRpcProvider, Wallet } from 'ethers'
import { account, NUSA, uses } from '../lib/accounts.mjs'
import { dsdn } from '../lib/network.mjs'
import { freePort, NodeProcess } from '../lib/node.mjs'
import { check } from '../lib/report.mjs'
import { hex } from '../lib/rpc.mjs'

/** EIP-4444: the code for blocks that a node does not keep. */
const prunedHistory = 4444

const stakeNusa = 60_000n
const password = 'the password of a test'

export class Joiner {
  /** @param {import('../lib/network.mjs').Network} network */
  constructor(network) {
    this.network = network
    // Beside the others, so that a reset of the network takes it away too.
    this.home = join(dirname(network.genesis), `node${network.nodes.length}`)
    this.account = Wallet.createRandom()
    this.operator = this.account.address.toLowerCase()
    this.environment = { DSDN_HOME: this.home, DSDN_PASSWORD: password, DSDN_KEY_PASSWORD: password, DSDN_RPC: network.nodes[0].url }
  }

  /** Makes its keys, starts it at a block that is final now, and waits until it is at the head. */
  async start() {
    rmSync(this.home, { recursive: true, force: true })
    mkdirSync(this.home, { recursive: true })
    await this.#cli('validator', 'key')
    writeFileSync(join(this.home, 'password'), password + '\n', { mode: 0o600 })
    writeFileSync(join(this.home, 'secret'), this.account.privateKey + '\n', { mode: 0o600 })
    await this.#cli('keys', 'import', 'operator', '--file', join(this.home, 'secret'))
    const { rpc } = this.network.nodes[0]
    const trusted = await rpc.call('eth_getBlockByNumber', 'latest', false)
    const [port, p2pPort] = [await freePort(), await freePort()]
    this.node = Object.assign(new NodeProcess({
      network: this.network.genesis, data: join(this.home, 'node'), port, blockTime: this.network.options.blockTime, log: join(this.network.options.logs, 'joiner.log'),
      args: [
        '--p2p', `127.0.0.1:${p2pPort}`, '--peers', this.network.nodes.map(node => `${node.nodeId}@${node.p2p}`).join(','), '--password-file', join(this.home, 'password'),
        '--state-sync', '--trust', `${Number(trusted.number)}:${trusted.hash}`,
      ],
    }), { name: 'joiner' })
    const ready = await this.node.start()
    const started = performance.now()
    const target = Number(await rpc.call('eth_blockNumber'))
    await this.node.rpc.until(`block ${target}`, async own => Number(await own.call('eth_blockNumber')) >= target, 120_000)
    const caughtUp = Math.round(performance.now() - started)
    // It began with the state of a snapshot: the first blocks were never here.
    const [first] = await this.node.rpc.batch([['eth_getBlockByNumber', hex(1), false]])
    check(first instanceof Error && first.code === prunedHistory, 'it has block 1: it did not start from a snapshot')
    return `trusting block ${Number(trusted.number)}, ready from a snapshot in ${ready} ms, at block ${target} ${caughtUp} ms later`
  }

  async bond() {
    const provider = new JsonRpcProvider(this.network.nodes[0].url, undefined, { cacheTimeout: -1, pollingInterval: 100 })
    try {
      const funder = new Wallet(account(uses.joiner).key, provider)
      await (await funder.sendTransaction({ to: this.account.address, value: (stakeNusa + 100n) * NUSA })).wait()
    } finally {
      provider.destroy()
    }
    const sent = await this.#cli('validator', 'create', '--stake', `${stakeNusa}nusa`, '--commission', '10', '--yes')
    return `${stakeNusa} NUSA in block ${sent.block}`
  }

  async leave() {
    const sent = await this.#cli('stake', 'unbond', this.account.address, `${stakeNusa}nusa`, '--yes')
    return `block ${sent.block}`
  }

  async stop() {
    await this.node?.stop()
  }

  async #cli(...line) {
    return JSON.parse(await dsdn([...line, '--json'], this.environment))
  }
}
