// The main job of the devnet, done by clients that others wrote, against a running node.
// node main-job.mjs URL [WS_URL]: prints one JSON object; exit 1 if a step failed.

import { pathToFileURL } from 'node:url'
import { Report } from './lib/report.mjs'
import { Rpc } from './lib/rpc.mjs'
import { useModules } from './job/modules.mjs'
import { castTransfers, ethersTransfers, viemTransfers } from './job/transfers.mjs'
import { verifyChain } from './job/verify.mjs'
import { watchHeads } from './job/watch.mjs'

export async function mainJob(url, wsUrl, report) {
  const rpc = new Rpc(url)
  const chainId = Number(await rpc.call('eth_chainId'))
  const job = { url, wsUrl, rpc, report, chainId }
  await castTransfers(job)
  await ethersTransfers(job)
  await viemTransfers(job)
  const validator = await useModules(job)
  await watchHeads(job)
  await verifyChain({ ...job, validator })
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [url = 'http://127.0.0.1:8545', wsUrl = url.replace(/^http/, 'ws')] = process.argv.slice(2)
  const report = new Report()
  await mainJob(url, wsUrl, report).catch(() => {})
  process.stdout.write(JSON.stringify(report) + '\n')
  process.exit(report.passed ? 0 : 1)
}
