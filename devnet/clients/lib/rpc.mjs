// A bare JSON-RPC connection: what is sent and what comes back, with no client library between.

export class RpcError extends Error {
  constructor(method, error) {
    super(`${method}: ${error.code} ${error.message}`)
    this.code = error.code
    this.data = error.data
    this.text = error.message
  }
}

export class Rpc {
  #id = 0

  constructor(url, timeoutMs = 20_000) {
    this.url = url
    this.timeoutMs = timeoutMs
  }

  /** The result; a JSON-RPC error becomes an RpcError. */
  async call(method, ...params) {
    const reply = await this.post({ jsonrpc: '2.0', id: ++this.#id, method, params })
    if (reply.error) throw new RpcError(method, reply.error)
    return reply.result
  }

  /** Results of many calls in one body, in their order; an error stays in its place as an RpcError. */
  async batch(calls) {
    const body = calls.map(([method, ...params], i) => ({ jsonrpc: '2.0', id: i, method, params }))
    const replies = await this.post(body)
    if (!Array.isArray(replies)) throw new RpcError('batch', replies.error ?? { code: 0, message: 'no array' })
    const byId = new Map(replies.map(reply => [reply.id, reply]))
    return calls.map(([method], i) => {
      const reply = byId.get(i)
      if (!reply) return new RpcError(method, { code: 0, message: 'no reply in the batch' })
      return reply.error ? new RpcError(method, reply.error) : reply.result
    })
  }

  /** The whole reply to any body. */
  async post(body) {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(this.timeoutMs),
    })
    const text = await response.text()
    return text === '' ? undefined : JSON.parse(text)
  }

  /** Asks until the answer satisfies; undefined and a thrown connection error count as not yet. */
  async until(what, ask, timeoutMs = 30_000) {
    const end = Date.now() + timeoutMs
    let last
    while (Date.now() < end) {
      try {
        const answer = await ask(this)
        if (answer !== undefined && answer !== null && answer !== false) return answer
      } catch (error) {
        last = error
      }
      await sleep(50)
    }
    throw new Error(`${what}: not within ${timeoutMs} ms${last ? ` (${last.message})` : ''}`)
  }

  receipt(hash, timeoutMs = 30_000) {
    return this.until(`receipt of ${hash}`, rpc => rpc.call('eth_getTransactionReceipt', hash), timeoutMs)
  }
}

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

export const hex = n => '0x' + BigInt(n).toString(16)
