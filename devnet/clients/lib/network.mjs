// A development network: its homes are written by `dsdn dev init`; its nodes run in one process, or in one each.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { account } from './accounts.mjs'
import { NodeProcess, program } from './node.mjs'
import { Rpc } from './rpc.mjs'
import { Services, until } from './services.mjs'

const run = promisify(execFile)

/** Validator n of a development network is operated by this account of the mnemonic. */
const firstOperator = 10

export class Network {
  /** The nodes in their order: { name, url, wsUrl, rpc, p2p, nodeId, operator, options }; each a NodeProcess where every node has a process. */
  nodes = []

  /** Storage nodes, each a NodeProcess with its row of `dsdn dev init`. */
  storage = []

  /** @param {{directory: string, validators?: number, zones?: number, processes: boolean, port: number, p2pPort: number, blockTime?: string, logs: string}} options */
  constructor(options) {
    this.options = options
  }

  /** Writes the homes, or brings those that are there up to date. */
  async prepare({ reset = false } = {}) {
    const { directory, validators, zones, processes, port, p2pPort, blockTime } = this.options
    const line = ['--data', directory, '--port', String(port), '--p2p-port', String(p2pPort)]
    if (validators !== undefined) line.push('--validators', String(validators))
    if (zones !== undefined) line.push('--zones', String(zones))
    if (blockTime !== undefined) line.push('--block-time', String(blockTime))
    const { homes, services } = JSON.parse(await dsdn(['dev', 'init', ...line, ...(reset ? ['--reset'] : []), '--json']))
    this.genesis = join(directory, 'genesis.json')
    this.services = new Services(services)
    const settings = homes.map((home, i) => ({
      about: { name: `node${i}`, nodeId: home.nodeId, p2p: home.p2p, home: home.directory, operator: account(firstOperator + i).address.toLowerCase() },
      node: { network: this.genesis, data: join(home.directory, 'node'), port: Number(new URL(home.rpc).port) },
    }))
    const { logs } = this.options
    this.whole = processes ? undefined : new NodeProcess({
      ...settings[0].node, ports: settings.map(({ node }) => node.port), log: join(logs, 'network.log'), command: ['dev', 'up', '--validators-only', ...line, '--log-level', 'information'],
    })
    this.nodes = settings.map(({ about, node }) => Object.assign(processes
      ? new NodeProcess({ ...node, log: join(logs, `${about.name}.log`), command: ['node', '--config', join(about.home, 'config.json')] })
      : new NodeView(node), about))
    this.#makeSidecars(settings[0].node.port)
    return this
  }

  /** Services are processes of their own in every case: a job kills them, deletes their disks, and starts them again. */
  #makeSidecars(rpcPort) {
    const { da, coordinator, storage, ingress, archives } = this.services
    const { logs } = this.options
    const host = url => new URL(url).host
    const service = (row, command, env) => Object.assign(
      new NodeProcess({ data: row.directory, port: Number(new URL(row.url).port), log: join(logs, `${row.name}.log`), command, env }), row)
    const sources = [coordinator.address, ...archives].join(',')
    this.da = service(da, ['da', '--data', da.directory, '--listen', host(da.url), '--block-time', '1000'])
    this.coordinator = service(coordinator, [
      'coordinator', '--network', this.genesis, '--data', coordinator.directory, '--listen', coordinator.address.split('@')[1], '--operator-listen', host(coordinator.url),
      '--chain', `http://127.0.0.1:${rpcPort}`, '--log-sources', archives.join(','),
      '--dev-account', '18', '--da', 'mock', '--thresholds', 'devnet', '--idle', '2000', '--patience', '500', '--anchor-every', '10000'],
    { DA_RPC_URL: da.url, DA_AUTH_TOKEN_FILE: join(da.directory, 'tokens', 'write.jwt'), DA_BLOCK_TIME_MS: '1000' })
    this.storage = storage.map(row => Object.assign(service(row, [
      'storage', '--network', this.genesis, '--data', row.directory, '--listen', row.address, '--operator-listen', host(row.url), '--log-sources', sources, '--scrub', '1MiB']), { until: (what, holds, timeoutMs) => until(row.url, what, holds, timeoutMs) }))
    this.ingress = ingress && service(ingress, [
      'ingress', '--network', this.genesis, '--data', ingress.directory, '--listen', host(ingress.address), '--operator-listen', host(ingress.url), '--log-sources', sources])
  }

  get sidecars() {
    return [this.da, this.coordinator, ...this.storage, this.ingress].filter(sidecar => sidecar !== undefined)
  }

  /** What can be killed and started again: the first node, or all of them at once where they share a process. */
  get subject() {
    return this.whole ?? this.nodes[0]
  }

  get processes() {
    return this.whole ? [this.whole] : this.nodes
  }

  /** Resolves when every node answers; how long that took is returned, in ms. */
  async start() {
    const started = performance.now()
    // The DA server makes tokens that others need; a coordinator asks the validators' archives; storage nodes serve once they are registered on the chain.
    // Validators in one process choose their ports once more, so they come before what takes ports.
    if (this.whole === undefined) await this.da.start()
    await Promise.all(this.processes.map(node => node.start()))
    if (this.whole !== undefined) await this.da.start()
    await this.coordinator.start()
    if (this.storage.length > 0) await dsdn(['dev', 'register', '--data', this.options.directory, '--rpc', this.nodes[0].url])
    await Promise.all([...this.storage, ...(this.ingress ? [this.ingress] : [])].map(sidecar => sidecar.start()))
    return Math.round(performance.now() - started)
  }

  async stop() {
    await Promise.all([...this.processes, ...this.sidecars].map(process => process.stop()))
  }
}

/** A node that shares its process with others. */
class NodeView {
  constructor(options) {
    this.options = options
    this.url = `http://127.0.0.1:${options.port}`
    this.wsUrl = `ws://127.0.0.1:${options.port}`
    this.rpc = new Rpc(this.url)
  }
}

/** Runs a command of the program to its end; its standard output. */
export async function dsdn(line, environment = {}) {
  try {
    const { stdout } = await run(program, line, { timeout: 120_000, maxBuffer: 1 << 24, env: { ...process.env, ...environment } })
    return stdout
  } catch (error) {
    throw new Error(`dsdn ${line.slice(0, 2).join(' ')}: exit ${error.code}: ${(error.stderr || error.stdout || error.message).trim().slice(0, 400)}`)
  }
}
