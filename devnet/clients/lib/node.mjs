// Starts, watches, kills and restarts one `dsdn node` process.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Rpc, sleep } from './rpc.mjs'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
export const program = join(root, 'artifacts/bin/Dsdn/release/dsdn')

/** A TCP port that nothing listens on now. */
export async function freePort() {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

export class NodeProcess {
  #child
  #exit

  /** @param {{network?: string, data: string, port: number, blockTime?: string, log: string, args?: string[]}} options */
  constructor(options) {
    this.options = options
    this.url = `http://127.0.0.1:${options.port}`
    this.wsUrl = `ws://127.0.0.1:${options.port}`
    this.rpc = new Rpc(this.url)
  }

  get pid() {
    return this.#child?.pid
  }

  /** Resolves when the node answers; how long that took is returned, in ms. */
  async start({ reset = false, timeoutMs = 60_000 } = {}) {
    const { network = 'devnet', data, port, blockTime, log, args = [] } = this.options
    if (!existsSync(program)) throw new Error(`${program} is not built`)
    mkdirSync(dirname(log), { recursive: true })
    const line = ['node', '--network', network, '--data', data, '--listen', `127.0.0.1:${port}`]
    if (reset) line.push('--reset')
    if (blockTime !== undefined) line.push('--block-time', String(blockTime))
    const started = performance.now()
    const out = createWriteStream(log, { flags: 'a' })
    this.#child = spawn(program, [...line, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stdout.pipe(out, { end: false })
    this.#child.stderr.pipe(out, { end: false })
    this.#exit = once(this.#child, 'exit')
    let ended
    this.#exit.then(([code, signal]) => (ended = signal ?? code))
    const end = Date.now() + timeoutMs
    for (;;) {
      if (ended !== undefined) throw new Error(`the node ended (${ended}) before it was ready; log: ${log}`)
      if (await this.#healthy()) return Math.round(performance.now() - started)
      if (Date.now() > end) throw new Error(`the node was not ready within ${timeoutMs} ms; log: ${log}`)
      await sleep(25)
    }
  }

  async #healthy() {
    try {
      const response = await fetch(this.url + '/health', { signal: AbortSignal.timeout(1000) })
      return response.ok
    } catch {
      return false
    }
  }

  /** Gone at once, as by a power cut to the process. */
  async kill() {
    this.#child.kill('SIGKILL')
    await this.#exit
  }

  /** Asks it to stop and returns its exit code; kills it where it does not. */
  async stop(timeoutMs = 20_000) {
    if (!this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child?.exitCode ?? 0
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeoutMs)
    const [code] = await this.#exit
    clearTimeout(timer)
    return code
  }
}
