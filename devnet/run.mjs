// Starts the devnet, does its main job, prints the table and the URLs. Called by devnet/run, which installs and builds.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { mainJob } from './clients/main-job.mjs'
import { killAndRecover } from './clients/job/kill.mjs'
import { crossEpoch } from './clients/job/epoch.mjs'
import { NodeProcess, root } from './clients/lib/node.mjs'
import { phrase } from './clients/lib/accounts.mjs'
import { Report } from './clients/lib/report.mjs'

const stages = ['chain', 'epoch', 'kill']

const { values: options } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    processes: { type: 'boolean', default: false }, // one node is one process already
    port: { type: 'string', default: '8545' },
    'block-time': { type: 'string' },
    data: { type: 'string' },
    reset: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const usage = `./devnet/run [--once] [--json] [--only STAGE]... [--port 8545] [--block-time MS] [--data DIR] [--reset]
Starts the network, does the main job on it, prints what was verified, and stays up until Ctrl-C.
  --once       stop after the job; exit 0 only if all of it was verified (fresh data unless --data is given)
  --json       print one JSON object last, on standard output
  --only       one of: ${stages.join(', ')}
  --data       the data folder (default devnet/data, kept between runs); --reset empties it first`

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
const node = new NodeProcess({
  network: 'devnet',
  data: options.data ?? temporary ?? join(root, 'devnet/data'),
  port: Number(options.port),
  blockTime: options['block-time'],
  log: join(scratch, 'node.log'),
})
const report = new Report()
let stopping

async function stop(code) {
  stopping ??= (async () => {
    await node.stop()
    if (temporary && report.passed) rmSync(temporary, { recursive: true, force: true })
    process.exit(code)
  })()
  await stopping
}

process.on('SIGINT', () => stop(options.once ? 1 : 0))
process.on('SIGTERM', () => stop(options.once ? 1 : 0))

const started = performance.now()
try {
  await report.step('start', 'dsdn node --network devnet', async () => `ready in ${await node.start({ reset: options.reset })} ms, pid ${node.pid}`)
  if (wanted.includes('chain')) await mainJob(node.url, node.wsUrl, report)
  if (wanted.includes('epoch')) await crossEpoch({ node, report })
  if (wanted.includes('kill')) await killAndRecover({ node, report })
} catch (error) {
  if (stopping) await stopping
  if (report.passed) report.steps.push({ stage: 'run', name: 'unexpected', ok: false, ms: 0, detail: error.stack })
}

table()
if (options.json) process.stdout.write(JSON.stringify({ ...report.toJSON(), seconds: seconds(), urls: urls(), log: node.options.log }) + '\n')
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
  lines.push(`  chain id   17847, accounts of the mnemonic "${phrase}"`, `  log        ${node.options.log}`)
  process.stderr.write(lines.join('\n') + '\n')
}

function urls() {
  return { rpc: node.url, websocket: node.wsUrl, health: node.url + '/health', metrics: node.url + '/metrics' }
}

function seconds() {
  return Math.round((performance.now() - started) / 100) / 10
}
