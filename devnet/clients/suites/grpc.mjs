// The gRPC layer (consensus/Grpc) as the official JavaScript client sees it, and, for what that client never sends, as plain HTTP/2.

import * as grpc from '@grpc/grpc-js'
import { once } from 'node:events'
import http2 from 'node:http2'
import { connect, createServer } from 'node:net'
import { collect, Echo, failure, openServer, unary } from '../lib/grpc.mjs'
import { check, equal } from '../lib/report.mjs'
import { sleep } from '../lib/rpc.mjs'
import { Suite } from '../lib/tap.mjs'

const suite = new Suite('grpc')
const { status } = grpc
const large = Buffer.alloc(700_000, 7)
const noLimit = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 }

suite.test('unary: a request comes back', async ({ client }) => {
  const { reply } = await unary(client, 'Unary', { text: 'halo', data: large, count: 7 })
  equal(reply.text, 'halo', 'text')
  equal(reply.count, 7, 'count')
  check(Buffer.compare(reply.data, large) === 0, 'the bytes differ')
})

suite.test('unary: an empty request comes back', async ({ client }) => {
  equal((await unary(client, 'Unary', {})).reply.text, '', 'text')
})

suite.test('unary: sixty at once on one connection', async ({ client }) => {
  const replies = await Promise.all(Array.from({ length: 60 }, (_, count) => unary(client, 'Unary', { count })))
  replies.forEach(({ reply }, count) => equal(reply.count, count, 'count'))
})

suite.test('server streaming: every reply in order, then OK', async ({ client }) => {
  const { replies, status: end } = await collect(client.Down({ count: 500, text: 'x' }))
  equal(end.code, status.OK, 'status')
  equal(replies.length, 500, 'replies')
  replies.forEach((reply, i) => equal(reply.count, i, 'order'))
})

suite.test('server streaming: a status after replies stands in the trailers', async ({ client }) => {
  const { replies, status: end } = await collect(client.Down({ count: 3, fail: status.DATA_LOSS, text: 'later' }))
  equal(replies.length, 3, 'replies')
  equal(end.code, status.DATA_LOSS, 'status')
  equal(end.details, 'later', 'message')
})

suite.test('client streaming: one reply to all requests', async ({ client }) => {
  const reply = await new Promise((resolve, reject) => {
    const call = client.Up((error, value) => (error ? reject(error) : resolve(value)))
    for (let i = 0; i < 200; i++) call.write({ data: Buffer.alloc(1000) })
    call.end()
  })
  equal(reply.count, 200, 'requests')
  equal(reply.text, '200000', 'bytes')
})

suite.test('client streaming: the server may fail before the last request', async ({ client }) => {
  const error = await failure(new Promise((resolve, reject) => {
    const call = client.Up((error, value) => (error ? reject(error) : resolve(value)))
    call.on('error', () => {})
    call.write({ fail: status.ABORTED, text: 'enough' })
  }))
  equal(error.code, status.ABORTED, 'status')
  equal(error.details, 'enough', 'message')
})

suite.test('bidirectional streaming: each request is answered before the next is sent', async ({ client }) => {
  const call = client.Both()
  const ended = collect(call, (_, received) => (received < 50 ? call.write({ count: received }) : call.end()))
  call.write({ count: 0 })
  const { replies, status: end } = await ended
  equal(end.code, status.OK, 'status')
  equal(replies.length, 50, 'replies')
  replies.forEach((reply, i) => equal(reply.count, i, 'order'))
})

suite.test('bidirectional streaming: more than the flow-control windows, both ways', async ({ client }) => {
  const call = client.Both()
  const ended = collect(call)
  for (let i = 0; i < 30; i++) call.write({ count: i, data: large })
  call.end()
  const { replies, status: end } = await ended
  equal(end.code, status.OK, 'status')
  equal(replies.reduce((sum, reply) => sum + reply.data.length, 0), 30 * large.length, 'bytes')
})

suite.test('metadata: text in the headers, bytes in the trailers', async ({ client }) => {
  const metadata = new grpc.Metadata()
  metadata.set('echo', 'text of a header')
  metadata.set('echo-bin', Buffer.from([0, 1, 254, 255]))
  const { headers, status: end } = await unary(client, 'Unary', {}, { metadata })
  equal(headers.get('echo')[0], 'text of a header', 'header')
  equal(end.metadata.get('echo-bin')[0].toString('hex'), '0001feff', 'trailer')
})

suite.test('status: every code arrives with its message, in any script', async ({ client }) => {
  for (let code = 1; code <= 16; code++) {
    const text = `kode ${code}: 100 % – ありがとう\n.`
    const error = await failure(unary(client, 'Unary', { fail: code, text }))
    equal(error.code, code, 'status')
    equal(error.details, text, 'message')
  }
})

suite.test('status: a handler that throws shows nothing of why', async ({ client }) => {
  const error = await failure(unary(client, 'Unary', { text: 'throw' }))
  equal(error.code, status.UNKNOWN, 'status')
  check(!error.details.includes('secret'), () => error.details)
})

suite.test('unknown service and method: UNIMPLEMENTED', async ({ server }) => {
  for (const [path, text] of [['/dsdn.test.v1.Echo/Nothing', 'unknown method'], ['/no.Such/Unary', 'unknown service'], ['/', 'unknown service']]) {
    const answer = await plain(server.port, { ':path': path })
    equal(answer['grpc-status'], '12', `status of ${path}`)
    check(answer['grpc-message'].startsWith(text), () => answer['grpc-message'])
  }
})

suite.test('deadline: exceeded at the client, and the server was told', async ({ client }) => {
  const before = await cancelled(client)
  const started = performance.now()
  const { status: end } = await collect(client.Down({ pauseMs: 20 }, { deadline: Date.now() + 150 }))
  equal(end.code, status.DEADLINE_EXCEEDED, 'status')
  check(performance.now() - started < 5_000, 'it took too long')
  await until(async () => (await cancelled(client)) > before, 'the handler was not cancelled')
})

suite.test('deadline: the server ends the call by itself', async ({ server }) => {
  const answer = await plain(server.port, { ':path': '/dsdn.test.v1.Echo/Unary', 'grpc-timeout': '100m' }, frame(0, Buffer.from([0x20, 0xa0, 0x9c, 0x01])))
  equal(answer['grpc-status'], '4', 'status')
})

suite.test('deadline: one that is none is refused', async ({ server }) => {
  for (const timeout of ['', '1', 'm', '123456789m', '-1m', '1.5S', '1x']) {
    const answer = await plain(server.port, { ':path': '/dsdn.test.v1.Echo/Unary', 'grpc-timeout': timeout }, frame(0, Buffer.alloc(0)))
    equal(answer['grpc-status'], timeout === '' ? '0' : '3', `status of '${timeout}'`)
  }
})

suite.test('cancel: in the middle of a server stream', async ({ client }) => {
  const before = await cancelled(client)
  const call = client.Down({ pauseMs: 5 })
  const { replies, status: end } = await collect(call, (_, received) => received === 5 && call.cancel())
  equal(end.code, status.CANCELLED, 'status')
  check(replies.length >= 5 && replies.length < 50, () => `${replies.length} replies`)
  await until(async () => (await cancelled(client)) > before, 'the handler was not cancelled')
})

suite.test('cancel: in the middle of a bidirectional stream', async ({ client }) => {
  const before = await cancelled(client)
  const call = client.Both()
  const ended = collect(call, () => call.cancel())
  call.write({ text: 'one', pauseMs: 60_000 })
  equal((await ended).status.code, status.CANCELLED, 'status')
  await until(async () => (await cancelled(client)) > before, 'the handler was not cancelled')
})

suite.test('size: a request over the limit ends with RESOURCE_EXHAUSTED, the connection goes on', async ({ client }) => {
  const error = await failure(unary(client, 'Unary', { data: Buffer.alloc(1024 * 1024 + 1) }))
  equal(error.code, status.RESOURCE_EXHAUSTED, 'status')
  equal((await unary(client, 'Unary', { text: 'still' })).reply.text, 'still', 'text')
})

suite.test('size: the length of a frame is believed by nobody', async ({ server }) => {
  const header = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff])
  equal((await plain(server.port, { ':path': '/dsdn.test.v1.Echo/Unary' }, header))['grpc-status'], '8', 'status')
})

suite.test('compression: what the client compresses is refused with UNIMPLEMENTED', async ({ server }) => {
  const client = server.connect({ 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip })
  const error = await failure(unary(client, 'Unary', { data: large }))
  equal(error.code, status.UNIMPLEMENTED, 'status')
})

suite.test('compression: the flag alone is refused with UNIMPLEMENTED', async ({ server }) => {
  equal((await plain(server.port, { ':path': '/dsdn.test.v1.Echo/Unary' }, frame(1, Buffer.from([1]))))['grpc-status'], '12', 'status')
  equal((await plain(server.port, { ':path': '/dsdn.test.v1.Echo/Unary' }, frame(2, Buffer.from([1]))))['grpc-status'], '13', 'status of an unknown flag')
})

suite.test('frames: cut off, missing, doubled or no protobuf: INTERNAL', async ({ server }) => {
  for (const [what, body] of [
    ['no message', Buffer.alloc(0)],
    ['half a header', Buffer.from([0, 0, 0])],
    ['half a message', frame(0, Buffer.alloc(10)).subarray(0, 8)],
    ['two messages', Buffer.concat([frame(0, Buffer.alloc(0)), frame(0, Buffer.alloc(0))])],
    ['no protobuf', frame(0, Buffer.from([0xff, 0xff, 0xff]))],
  ]) equal((await plain(server.port, { ':path': '/dsdn.test.v1.Echo/Unary' }, body))['grpc-status'], '13', what)
})

suite.test('HTTP: another method or content type is no call', async ({ server }) => {
  equal((await plain(server.port, { ':path': '/dsdn.test.v1.Echo/Unary', ':method': 'PUT' }))[':status'], 405, 'status of PUT')
  equal((await plain(server.port, { ':path': '/dsdn.test.v1.Echo/Unary', 'content-type': 'application/grpc-web' }))[':status'], 415, 'status of grpc-web')
})

suite.test('concurrency: calls above the bound of the server wait for no one', async ({ server }) => {
  const clients = [server.connect({ 'grpc.use_local_subchannel_pool': 1 }), server.connect({ 'grpc.use_local_subchannel_pool': 1 })]
  const calls = Array.from({ length: 70 }, (_, i) => clients[i % 2].Down({ pauseMs: 50 }))
  const ended = calls.map(call => collect(call))
  await until(async () => (await Promise.all(ended.slice(0).map(end => Promise.race([end, null])))).filter(end => end?.status.code === status.RESOURCE_EXHAUSTED).length >= 6,
    'no call was refused')
  for (const call of calls) call.cancel()
  await Promise.all(ended)
})

suite.test('keepalive: a client that pings keeps its silent call', async ({ server }) => {
  const client = server.connect({ 'grpc.keepalive_time_ms': 100, 'grpc.keepalive_timeout_ms': 1_000, 'grpc.keepalive_permit_without_calls': 1, 'grpc.use_local_subchannel_pool': 1 })
  equal((await unary(client, 'Unary', { text: 'late', pauseMs: 1_500 })).reply.text, 'late', 'text')
})

suite.test('keepalive: the server gives up a client that answers no ping', async () => {
  const server = await openServer({ pingMs: 1_000 })
  const pipe = await silentPipe(server.port)
  try {
    const client = new Echo(`localhost:${pipe.port}`, grpc.credentials.createInsecure())
    const call = client.Down({ pauseMs: 3_600_000 })
    collect(call)
    await once(call, 'data')
    pipe.silence()
    const other = server.connect()
    await until(async () => (await cancelled(other)) === 1, 'the call of the silent client goes on', 30_000)
    client.close()
  } finally {
    pipe.close()
    await server.close()
  }
})

suite.test('shutdown: GOAWAY lets a call finish, new ones go elsewhere', async () => {
  const server = await openServer()
  const client = server.connect()
  const finishing = collect(client.Down({ count: 10, pauseMs: 60 }))
  await sleep(100)
  await unary(client, 'Stop', {})
  const { replies, status: end } = await finishing
  equal(end.code, status.OK, 'status')
  equal(replies.length, 10, 'replies')
  const error = await failure(unary(client, 'Unary', {}, { deadline: Date.now() + 3_000 }))
  check([status.UNAVAILABLE, status.DEADLINE_EXCEEDED].includes(error.code), () => `${error.code}: ${error.details}`)
  await server.close()
})

suite.test('shutdown: a call that does not finish ends with UNAVAILABLE', async () => {
  const server = await openServer()
  const client = server.connect()
  const endless = collect(client.Down({ pauseMs: 50 }))
  await sleep(100)
  await unary(client, 'Stop', {})
  equal((await endless).status.code, status.UNAVAILABLE, 'status')
  await server.close()
})

suite.test('TLS: all four kinds over an encrypted connection', async ({ secure }) => {
  const client = secure.connect(noLimit)
  equal((await unary(client, 'Unary', { text: 'rahasia', data: large })).reply.text, 'rahasia', 'unary')
  equal((await collect(client.Down({ count: 20, data: large }))).replies.length, 20, 'server streaming')
  const call = client.Both()
  const ended = collect(call)
  for (let i = 0; i < 20; i++) call.write({ data: large })
  call.end()
  equal((await ended).replies.length, 20, 'bidirectional streaming')
})

suite.test('TLS: a client that does not know the certificate gets no further', async ({ secure }) => {
  const client = new Echo(`localhost:${secure.port}`, grpc.credentials.createSsl())
  const error = await failure(unary(client, 'Unary', {}, { deadline: Date.now() + 3_000 }))
  check([status.UNAVAILABLE, status.DEADLINE_EXCEEDED].includes(error.code), () => `${error.code}: ${error.details}`)
  client.close()
})

suite.test('mutual TLS: a client whose certificate is bound to a node key is served', async ({ mutual }) => {
  const client = mutual.connectAs('good')
  equal((await unary(client, 'Unary', { text: 'kenal', data: large })).reply.text, 'kenal', 'unary')
  equal((await collect(client.Down({ count: 20 }))).replies.length, 20, 'server streaming')
})

for (const [what, name] of [
  ['without a certificate', null], ['with an expired one', 'expired'], ['with one of another chain', 'other-chain'],
  ['with one of another role', 'other-role'], ['with one that no node key signed', 'stranger'],
]) suite.test(`mutual TLS: a client ${what} is refused`, async ({ mutual }) => {
  const error = await failure(unary(mutual.connectAs(name), 'Unary', { text: 'siapa' }, { deadline: Date.now() + 3_000 }))
  check([status.UNAVAILABLE, status.DEADLINE_EXCEEDED].includes(error.code), () => `${error.code}: ${error.details}`)
  equal((await unary(mutual.connectAs('good'), 'Unary', { text: 'lagi' })).reply.text, 'lagi', 'the next client')
})

async function cancelled(client) {
  return (await unary(client, 'Cancelled', {})).reply.count
}

async function until(condition, text, limitMs = 10_000) {
  const end = Date.now() + limitMs
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(text)
    await sleep(20)
  }
}

/** Passes TCP on until it is silenced; then both ends stay open and hear nothing more. */
async function silentPipe(port) {
  const sockets = []
  const listener = createServer(near => {
    const far = connect(port, '127.0.0.1')
    sockets.push(near, far)
    for (const socket of [near, far]) socket.on('error', () => {})
    near.pipe(far)
    far.pipe(near)
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    port: listener.address().port,
    silence() {
      for (const socket of sockets) socket.unpipe().pause()
    },
    close() {
      listener.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function frame(flag, body) {
  const header = Buffer.alloc(5)
  header[0] = flag
  header.writeUInt32BE(body.length, 1)
  return Buffer.concat([header, body])
}

/** One request over HTTP/2; headers and trailers of the answer together. */
async function plain(port, headers, body = Buffer.alloc(0)) {
  const session = http2.connect(`http://localhost:${port}`)
  try {
    const stream = session.request({ ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers', ...headers })
    const answer = {}
    stream.on('response', fields => Object.assign(answer, fields))
    stream.on('trailers', fields => Object.assign(answer, fields))
    stream.on('data', () => {})
    stream.end(body)
    await once(stream, 'close')
    return answer
  } finally {
    session.close()
  }
}

await suite.run(
  async () => {
    const server = await openServer()
    const secure = await openServer({ tls: true })
    const mutual = await openServer({ mutual: true })
    return { server, secure, mutual, client: server.connect(noLimit) }
  },
  async ({ server, secure, mutual }) => {
    await server.close()
    await secure.close()
    await mutual.close()
  })
