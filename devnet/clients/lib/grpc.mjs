// Starts the gRPC test server and makes clients of the official package for it.

import * as grpc from '@grpc/grpc-js'
import protoLoader from '@grpc/proto-loader'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from './node.mjs'

const program = join(root, 'artifacts/bin/Dsdn.GrpcTestServer/release/Dsdn.GrpcTestServer')

/** The methods of echo.proto. */
export const { Echo } = grpc.loadPackageDefinition(
  protoLoader.loadSync(join(root, 'tests/GrpcServer/echo.proto'), { longs: Number, defaults: true })).dsdn.test.v1

/** @returns a running server: its port, and a client with the given channel options. */
export async function openServer({ tls = false, mutual = false, pingMs } = {}) {
  if (!existsSync(program)) throw new Error(`${program} is not built`)
  const pem = tls ? join(mkdtempSync(join(tmpdir(), 'dsdn-grpc-')), 'server.pem') : undefined
  const folder = mutual ? mkdtempSync(join(tmpdir(), 'dsdn-grpc-')) : undefined
  const args = [...(folder ? ['--mutual', folder] : []), ...(pem ? ['--tls', pem] : []), ...(pingMs ? ['--ping-ms', String(pingMs)] : [])]
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const [first] = await Promise.race([once(lines, 'line'), exited.then(([code]) => { throw new Error(`the server ended with ${code}`) })])
  const port = Number(/^ready (\d+)$/.exec(first)[1])
  const clients = []
  return {
    port,
    child,
    exited,
    connect(options = {}) {
      const credentials = pem ? grpc.credentials.createSsl(readFileSync(pem)) : grpc.credentials.createInsecure()
      const client = new Echo(`localhost:${port}`, credentials, options)
      clients.push(client)
      return client
    },
    /** With the certificate of that name, or with none. The server's own names its node key, no host. */
    connectAs(name) {
      const read = file => readFileSync(join(folder, file))
      const own = name ? [read(`${name}.key`), read(`${name}.pem`)] : []
      const credentials = grpc.credentials.createSsl(read('server.pem'), own[0], own[1], { checkServerIdentity: () => undefined })
      const client = new Echo(`localhost:${port}`, credentials, { 'grpc.use_local_subchannel_pool': 1 })
      clients.push(client)
      return client
    },
    async close() {
      for (const client of clients) client.close()
      child.stdin.end()
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await exited
      clearTimeout(timer)
    },
  }
}

/** A unary call as a promise of its reply, headers and trailers; rejects with the ServiceError. */
export function unary(client, method, request, { metadata = new grpc.Metadata(), ...options } = {}) {
  return new Promise((resolve, reject) => {
    const result = {}
    const call = client[method](request, metadata, options, (error, reply) => {
      if (error) reject(error)
      else setImmediate(() => resolve(Object.assign(result, { reply })))
    })
    call.on('metadata', headers => (result.headers = headers))
    call.on('status', status => (result.status = status))
  })
}

/** All replies of a stream and its status; a stream that fails gives the status as well. */
export function collect(call, onReply = () => {}) {
  return new Promise(resolve => {
    const replies = []
    call.on('data', reply => { replies.push(reply); onReply(reply, replies.length) })
    call.on('error', () => {})
    call.on('status', status => resolve({ replies, status }))
  })
}

/** The status of a call that must fail. */
export async function failure(promise) {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('the call succeeded')
}
