// Starts, watches, pauses, kills and restarts one process of the program: a node, or a network of nodes in one process.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Rpc, sleep } from './rpc.mjs'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
export const program = join(root, 'artifacts/program/dsdn')

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

function lastLine(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) : ''
}

export class NodeProcess {
  #child
  #exit
  #paused = false

  /**
   * @param {{network?: string, data: string, port: number, blockTime?: string, log: string, args?: string[], command?: string[], ports?: number[], env?: object}} options
   *   command: instead of the line made of the others. ports: all that must answer before it is ready.
   */
  constructor(options) {
    this.options = { network: 'devnet', ...options }
    this.url = `http://127.0.0.1:${options.port}`
    this.wsUrl = `ws://127.0.0.1:${options.port}`
    this.rpc = new Rpc(this.url)
  }

  get pid() {
    return this.#child?.pid
  }

  get isRunning() {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Resolves when the node answers; how long that took is returned, in ms. */
  async start({ reset = false, timeoutMs = 60_000 } = {}) {
    const { network, data, port, ports = [port], blockTime, log, args = [], command, env = {} } = this.options
    if (!existsSync(program)) throw new Error(`${program} is not built`)
    mkdirSync(dirname(log), { recursive: true })
    const line = command ? [...command] : ['node', '--network', network, '--data', data, '--listen', `127.0.0.1:${port}`]
    if (reset) line.push('--reset')
    if (blockTime !== undefined) line.push('--block-time', String(blockTime))
    const started = performance.now()
    const out = createWriteStream(log, { flags: 'a' })
    // Its input ends with this process, and so does it, however this process ends.
    this.#child = spawn(program, [...line, ...args, '--stop-with-input'], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    this.#child.stdin.on('error', () => {})
    this.#child.stdout.pipe(out, { end: false })
    this.#child.stderr.pipe(out, { end: false })
    this.#exit = once(this.#child, 'exit')
    this.#paused = false
    const end = Date.now() + timeoutMs
    for (;;) {
      if (!this.isRunning) throw new Error(`the node ended (${this.#child.signalCode ?? this.#child.exitCode}) before it was ready: ${lastLine(log)}; log: ${log}`)
      if (await this.#healthy(ports)) return Math.round(performance.now() - started)
      if (Date.now() > end) throw new Error(`the node was not ready within ${timeoutMs} ms; log: ${log}`)
      await sleep(25)
    }
  }

  async #healthy(ports) {
    try {
      const responses = await Promise.all(ports.map(port => fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(1000) })))
      return responses.every(response => response.ok)
    } catch {
      return false
    }
  }

  /** Gone at once, as by a power cut to the process. */
  async kill() {
    this.#child.kill('SIGKILL')
    await this.#exit
  }

  /** Stands still: its connections stay open and nothing comes from them. */
  pause() {
    this.#paused = this.#child.kill('SIGSTOP')
  }

  resume() {
    this.#child.kill('SIGCONT')
    this.#paused = false
  }

  /** Asks it to stop and returns its exit code; kills it where it does not. */
  async stop(timeoutMs = 20_000) {
    if (!this.isRunning) return this.#child?.exitCode ?? 0
    if (this.#paused) this.resume()
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeoutMs)
    const [code] = await this.#exit
    clearTimeout(timer)
    return code
  }
}
