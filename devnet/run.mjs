// Starts the devnet, does its main job, prints the table and the URLs. Called by devnet/run, which installs and builds.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { mainJob } from './clients/main-job.mjs'
import { runConsensus } from './clients/job/consensus.mjs'
import { runDa } from './clients/job/da.mjs'
import { runStorage } from './clients/job/storage.mjs'
import { killAndRecover } from './clients/job/kill.mjs'
import { crossEpoch } from './clients/job/epoch.mjs'
import { Network } from './clients/lib/network.mjs'
import { root } from './clients/lib/node.mjs'
import { phrase } from './clients/lib/accounts.mjs'
import { Report } from './clients/lib/report.mjs'

const stages = ['chain', 'epoch', 'consensus', 'da', 'storage', 'kill']

/** Epochs are 60 blocks: a job that waits for several of them does not want to wait for the clock. */
const onceBlockTimeMs = '250'

const { values: options } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    validators: { type: 'string' },
    zones: { type: 'string' },
    processes: { type: 'boolean', default: false },
    port: { type: 'string', default: '8545' },
    'p2p-port': { type: 'string', default: '45831' },
    'block-time': { type: 'string' },
    data: { type: 'string' },
    reset: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const usage = `./devnet/run [--once] [--json] [--only STAGE]... [--validators 4] [--zones 3] [--processes] [--port 8545] [--p2p-port 45831] [--block-time MS] [--data DIR] [--reset]
Starts a network, does the main job on it, prints what was verified, and stays up until Ctrl-C.
  --once        stop after the job; exit 0 only if all of it was verified (fresh data unless --data is given; blocks every ${onceBlockTimeMs} ms unless --block-time is)
  --json        print one JSON object last, on standard output
  --only        one of: ${stages.join(', ')}
  --validators  1 to 7; default 4
  --zones       0 to 6, of two storage nodes each; default 3
  --processes   each validator in a process of its own, as services are in any case: then the stages consensus and da also kill some
  --port        JSON-RPC of the first; each next has one 10 higher. --p2p-port: each next has the next. Taken ones are replaced by free ones
  --data        the folder of the network (default devnet/data, kept between runs); --reset deletes the network in it first`

if (options.help) {
  process.stdout.write(usage + '\n')
  process.exit(0)
}
const wanted = options.only ?? stages
const unknown = wanted.filter(stage => !stages.includes(stage))
if (unknown.length) {
  process.stderr.write(`No such stage: ${unknown.join(', ')}. Stages: ${stages.join(', ')}\n`)
  process.exit(2)
}

const scratch = join(root, 'artifacts/devnet')
mkdirSync(scratch, { recursive: true })
const temporary = options.once && !options.data ? mkdtempSync(join(scratch, 'data-')) : undefined
const network = new Network({
  directory: options.data ?? temporary ?? join(root, 'devnet/data'),
  validators: options.validators === undefined ? undefined : Number(options.validators),
  zones: options.zones === undefined ? undefined : Number(options.zones),
  processes: options.processes,
  port: Number(options.port),
  p2pPort: Number(options['p2p-port']),
  blockTime: options['block-time'] ?? (options.once ? onceBlockTimeMs : undefined),
  logs: scratch,
})
const report = new Report()
let stopping

async function stop(code) {
  stopping ??= (async () => {
    await network.stop()
    if (temporary && report.passed) rmSync(temporary, { recursive: true, force: true })
    process.exit(code)
  })()
  await stopping
}

process.on('SIGINT', () => stop(options.once ? 1 : 0))
process.on('SIGTERM', () => stop(options.once ? 1 : 0))

const started = performance.now()
try {
  await report.step('start', options.processes ? 'a validator a process: dsdn node' : 'all validators in one process: dsdn dev up', async () => {
    await network.prepare({ reset: options.reset })
    const ready = await network.start()
    return `${network.nodes.length} validators ready in ${ready} ms`
  })
  const [node] = network.nodes
  if (wanted.includes('chain')) await mainJob(node.url, node.wsUrl, report)
  if (wanted.includes('epoch')) await crossEpoch({ node, report })
  if (wanted.includes('consensus') && network.nodes.length > 1) await runConsensus({ network, report })
  if (wanted.includes('da')) await runDa({ network, report })
  if (wanted.includes('storage')) await runStorage({ network, report })
  if (wanted.includes('kill')) await killAndRecover({ node: network.subject, report })
} catch (error) {
  if (stopping) await stopping
  if (report.passed) report.steps.push({ stage: 'run', name: 'unexpected', ok: false, ms: 0, detail: error.stack })
}

table()
if (options.json) process.stdout.write(JSON.stringify({ ...report.toJSON(), seconds: seconds(), urls: urls(), nodes: network.nodes.map(node => node.url), log: scratch }) + '\n')
if (options.once || !report.passed) {
  await stop(report.passed ? 0 : 1)
} else {
  process.stderr.write('\nThe network stays up until Ctrl-C.\n')
}

function table() {
  const failed = report.steps.filter(step => !step.ok)
  const lines = ['', `DSDN devnet: ${report.steps.length - failed.length} of ${report.steps.length} steps verified in ${seconds()} s`]
  for (const step of failed) lines.push(`  FAILED ${step.stage}: ${step.name}: ${step.detail}`)
  for (const [name, url] of Object.entries(urls())) lines.push(`  ${name.padEnd(10)} ${url}`)
  if (network.nodes.length > 1) lines.push(`  all nodes  ${network.nodes.map(node => node.url).join(' ')}`)
  lines.push(`  chain id   17847, accounts of the mnemonic "${phrase}"`, `  logs       ${scratch}`)
  process.stderr.write(lines.join('\n') + '\n')
}

function urls() {
  const [node] = network.nodes
  return node ? { rpc: node.url, websocket: node.wsUrl, health: node.url + '/health', metrics: node.url + '/metrics', da: network.services.da.url, coordinator: network.services.coordinator.url + '/status', ...(network.ingress && { ingress: network.ingress.address }) } : {}
}

function seconds() {
  return Math.round((performance.now() - started) / 100) / 10
}
