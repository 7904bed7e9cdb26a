// What a development network runs beside its validators: the DA server, the coordinator, storage nodes and the ingress.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sleep } from './rpc.mjs'

export class Services {
  #id = 0

  /** @param {{name: string, url: string, directory: string, address: string | null}[]} rows of `dsdn dev init --json` */
  constructor(rows) {
    this.da = rows.find(row => row.name === 'da')
    this.coordinator = rows.find(row => row.name === 'coordinator')
    this.storage = rows.filter(row => row.name.startsWith('storage'))
    this.ingress = rows.find(row => row.name === 'ingress')
    this.archives = rows.filter(row => row.name.startsWith('archive')).map(row => row.address)
  }

  token(level) {
    return readFileSync(join(this.da.directory, 'tokens', `${level}.jwt`), 'utf8').trim()
  }

  /** A call to the DA server in its own dialect. */
  async call(method, ...params) {
    const response = await fetch(this.da.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token('admin')}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++this.#id, method, params }),
      signal: AbortSignal.timeout(20_000),
    })
    const reply = await response.json()
    if (reply.error) throw new Error(`${method}: ${reply.error.message}`)
    return reply.result
  }

  /** Flags by which the program's commands find the DA server. */
  get daFlags() {
    return ['mock', '--rpc-url', this.da.url, '--auth-token-file', join(this.da.directory, 'tokens', 'read.jwt')]
  }

  /** Where the coordinator stands: { seq, mode, pending, ... }. */
  status() {
    return statusOf(this.coordinator.url)
  }

  until(what, holds, timeoutMs) {
    return until(this.coordinator.url, what, holds, timeoutMs)
  }
}

async function statusOf(url) {
  const response = await fetch(url + '/status', { signal: AbortSignal.timeout(5_000) })
  return response.json()
}

/** What a service says of itself as soon as it is so. */
export async function until(url, what, holds, timeoutMs = 60_000) {
  const end = Date.now() + timeoutMs
  let last
  for (;;) {
    try {
      last = await statusOf(url)
      if (await holds(last)) return last
    } catch (error) {
      last = { error: error.message }
    }
    if (Date.now() > end) throw new Error(`no ${what} within ${timeoutMs} ms: ${JSON.stringify(last)}`)
    await sleep(100)
  }
}
