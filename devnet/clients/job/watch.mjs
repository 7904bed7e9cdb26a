// New heads over WebSocket, as viem and ethers subscribe to them.

import { WebSocketProvider } from 'ethers'
import { createPublicClient, webSocket } from 'viem'
import { equal } from '../lib/report.mjs'
import { closeProvider } from '../lib/ethers.mjs'

export async function watchHeads({ wsUrl, rpc, report }) {
  await report.step('watch', 'viem sees a new head over WebSocket', async () => {
    const client = createPublicClient({ transport: webSocket(wsUrl) })
    const block = await within('a head', 30_000, (done, fail) => client.watchBlocks({ onBlock: done, onError: fail }))
    const same = await rpc.call('eth_getBlockByNumber', '0x' + block.number.toString(16), false)
    equal(block.hash, same.hash, 'hash of the head')
    await client.transport.getRpcClient().then(socket => socket.close())
    return `block ${block.number}`
  })
  await report.step('watch', 'ethers sees two heads in a row over WebSocket', async () => {
    const provider = new WebSocketProvider(wsUrl)
    const seen = []
    await within('two heads', 30_000, done => provider.on('block', number => { if (seen.push(number) === 2) done() }))
    equal(seen[1], seen[0] + 1, 'number of the second head')
    await closeProvider(provider)
    return `blocks ${seen[0]}, ${seen[1]}`
  })
}

/** Resolves when `begin` calls done; whatever function begin returns is called afterwards. */
async function within(what, ms, begin) {
  let end
  let timer
  try {
    return await new Promise((done, fail) => {
      timer = setTimeout(() => fail(new Error(`no ${what} within ${ms} ms`)), ms)
      end = begin(done, fail)
    })
  } finally {
    clearTimeout(timer)
    if (typeof end === 'function') end()
  }
}
