// What people use the network for: files go up encrypted and come back, a lost disk and a lost zone heal while somebody watches, what is deleted is gone.

import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, openSync, closeSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { account, uses } from '../lib/accounts.mjs'
import { dsdn } from '../lib/network.mjs'
import { check, equal } from '../lib/report.mjs'

const run = promisify(execFile)

const MiB = 1 << 20
const fileBytes = 300 * MiB
const smallFiles = 2_000
const copies = 3
const password = 'the password of a test'

export async function runStorage({ network, report, stage = 'storage' }) {
  if (network.storage.length === 0) return
  const job = { network, report, stage, services: network.services, user: new User(network) }
  try {
    await nodesServe(job)
    await goUp(job)
    await comeBack(job)
    await throughTheIngress(job)
    await lostDisk(job)
    await lostZone(job)
    await lostCoordinators(job)
    await deleted(job)
  } finally {
    job.user.leave()
  }
}

/** Somebody with a wallet and a folder of files; knows nothing of the network but where a coordinator is. */
class User {
  constructor(network) {
    this.network = network
    this.home = join(network.options.logs, 'user')
    rmSync(this.home, { recursive: true, force: true })
    mkdirSync(this.home, { recursive: true })
    this.owner = account(uses.storage)
    this.environment = {
      DSDN_HOME: this.home, DSDN_PASSWORD: password, DSDN_RPC: network.nodes[0].url, DSDN_COORDINATOR: network.services.coordinator.address, DSDN_INGRESS: network.ingress.address,
    }
  }

  async cli(...line) {
    return JSON.parse(await dsdn([...line, '--json'], this.environment))
  }

  async key() {
    const secret = join(this.home, 'secret')
    writeFileSync(secret, this.owner.key + '\n', { mode: 0o600 })
    await dsdn(['keys', 'import', 'me', '--file', secret], this.environment)
    rmSync(secret)
  }

  status() {
    return this.cli('status', 'film.bin')
  }

  /** A file of random bytes, which no compression or repetition helps with. */
  write(path, bytes) {
    const file = openSync(path, 'w')
    for (let left = bytes; left > 0; left -= MiB) writeSync(file, randomBytes(Math.min(left, MiB)))
    closeSync(file)
  }

  folder(path) {
    for (let i = 0; i < smallFiles; i++) {
      const folder = join(path, `part ${i % 20}`, i % 2 ? 'odd' : 'even')
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, `${i}-ruang.bin`), randomBytes(i % 50 === 0 ? 0 : 200 + ((i * 37) % 4_000)))
    }
  }

  leave() {
    rmSync(this.home, { recursive: true, force: true })
  }
}

async function nodesServe({ stage, report, network, services }) {
  await report.step(stage, 'storage nodes in three zones are registered and follow the log', async () => {
    for (const node of network.storage) await node.until('registered and fresh', it => it.standing === 'active' && it.isFingerprintRegistered && it.isFresh)
    await services.until('nodes that answer', it => it.nodesGone === 0, 60_000)
    return `${network.storage.length} nodes at ${network.storage.map(node => node.address.split(':')[0]).join(' ')}`
  })
}

async function goUp({ stage, report, user }) {
  await user.key()
  user.file = join(user.home, 'film.bin')
  user.many = join(user.home, 'many')
  user.write(user.file, fileBytes)
  user.folder(user.many)
  await report.step(stage, 'the price is shown before anything is spent', async () => {
    const quote = await user.cli('agreement', 'quote', '2GiB', '--for', '30d')
    check(quote.price, `no price: ${JSON.stringify(quote)}`)
    await user.cli('agreement', 'open', '2GiB', '--for', '30d', '--yes')
    return `${BigInt(quote.price) / 10n ** 16n} hundredths of a NUSA for 2 GiB and 30 days`
  })
  await report.step(stage, 'a file of 300 MiB goes up encrypted', async () => {
    const started = performance.now()
    user.uploaded = await user.cli('upload', user.file, '--yes')
    const seconds = (performance.now() - started) / 1000
    equal(user.uploaded.state, 'certified', 'state')
    return `${user.uploaded.chunks} chunks, certified in batch ${user.uploaded.batch}, ${Math.round(fileBytes / MiB / seconds)} MiB/s with three copies`
  })
  await report.step(stage, 'a folder of 2,000 small files goes up', async () => {
    const started = performance.now()
    const uploaded = await user.cli('upload', user.many, '--yes')
    equal(uploaded.files, smallFiles, 'files')
    return `${uploaded.chunks} chunks in ${Math.round(performance.now() - started)} ms`
  })
  await report.step(stage, 'neither names nor content lie on the nodes\' disks', async () => {
    const sample = readFileSync(user.file).subarray(10 * MiB, 10 * MiB + 64)
    let files = 0
    for (const node of user.network.storage)
      for (const path of filesIn(join(node.directory, 'chunks'))) {
        const bytes = readFileSync(path)
        check(!bytes.includes(sample) && !bytes.includes('ruang.bin'), `${path} holds plain bytes`)
        files++
      }
    return `${files} files looked at`
  })
}

async function comeBack({ stage, report, user, services }) {
  await report.step(stage, 'both come back identical, with nothing but the wallet', async () => {
    const list = await user.cli('ls')
    check(list.uploads.length >= 2, `ls shows ${list.uploads.length}`)
    await user.cli('get', 'film.bin', join(user.home, 'back') + '/')
    await user.cli('get', 'many', join(user.home, 'back') + '/')
    equal(await digest(join(user.home, 'back', 'film.bin')), await digest(user.file), 'SHA-256 of the file')
    equal(await tree(join(user.home, 'back', 'many')), await tree(user.many), 'paths and SHA-256 of the folder')
    return `${list.uploads.length} uploads listed`
  })
  await report.step(stage, 'status says where the copies are', async () => {
    const status = await healed(user, services)
    return `${status.state}: margin ${status.margin}, ${status.zones} zones, last proof ${status.lastProof ?? 'none yet'}`
  })
}

/** What a browser or curl can do. */
async function throughTheIngress({ stage, report, user, network }) {
  const page = join(user.home, 'halo.html'), text = '<!doctype html><title>halo</title><p>Selamat datang'
  writeFileSync(page, text)
  let url
  await report.step(stage, 'a public object is served with its content type', async () => {
    const { objects } = await user.cli('upload', page, '--public', '--yes')
    url = `${network.ingress.address}/object/${objects[0].object}`
    const { stdout } = await run('curl', ['-sS', '-D', '-', url])
    check(/^HTTP\/1\.1 200/.test(stdout) && /content-type: text\/html/i.test(stdout) && stdout.endsWith(text), stdout.slice(0, 400))
    return url
  })
  await report.step(stage, 'curl gets ranges, conditions and HEAD answered', async () => {
    const head = (await run('curl', ['-sSI', url])).stdout
    const etag = /^etag: (.*)\r$/im.exec(head)[1]
    check(new RegExp(`^content-length: ${text.length}\r$`, 'im').test(head), head)
    equal((await run('curl', ['-sS', '-r', '15-18', url])).stdout, text.slice(15, 19), 'range')
    equal(await code('-H', `If-None-Match: ${etag}`, url), '304', 'If-None-Match')
    equal(await code('-H', 'If-Match: "other"', url), '412', 'If-Match')
    equal(await code('-r', '9999-', url), '416', 'range behind the end')
    equal(await code(`${network.ingress.address}/object/${'00'.repeat(32)}`), '404', 'an object that nobody has')
    return etag
  })
  await report.step(stage, 'a cut connection is resumed', async () => {
    const whole = join(user.home, 'large.bin'), part = join(user.home, 'large.part')
    user.write(whole, 40 * MiB)
    const { objects } = await user.cli('upload', whole, '--public', '--yes')
    const large = `${network.ingress.address}/object/${objects[0].object}`
    await run('curl', ['-sS', '--max-time', '1', '--limit-rate', '8M', '-o', part, large]).catch(() => {})
    const before = statSync(part).size
    check(before > 0 && before < 40 * MiB, `${before} bytes before the cut`)
    await run('curl', ['-sS', '-C', '-', '-o', part, large])
    equal(await digest(part), await digest(whole), 'SHA-256')
    return `cut at ${Math.round(before / MiB)} MiB`
  })
  await report.step(stage, 'an ingress that is behind says so with both numbers, never 404', async () => {
    const response = await fetch(url, { headers: { 'x-dsdn-min-seq': '999999999' } })
    equal(response.status, 503, 'status')
    const body = await response.json()
    check(JSON.stringify(body).includes('999999999'), JSON.stringify(body))
    return JSON.stringify(body).slice(0, 120)
  })
}

const code = async (...line) => (await run('curl', ['-sS', '-o', '/dev/null', '-w', '%{http_code}', ...line])).stdout

/** A node dies with its disk. */
async function lostDisk({ stage, report, user, network, services }) {
  const victim = network.storage[0]
  await report.step(stage, 'a storage node is killed and its disk is gone: the copies come back', async () => {
    await victim.kill()
    rmSync(join(victim.directory, 'chunks'), { recursive: true, force: true })
    const down = await services.until('the node is seen as down', it => it.nodesGone >= 1, 60_000)
    const started = performance.now()
    await healed(user, services)
    return `healed ${Math.round(performance.now() - started)} ms after it was down, ${down.nodesGone} gone`
  })
}

async function healed(user, services, zones = 3) {
  await services.until('an empty repair queue', it => it.repairQueue === 0, 120_000)
  for (let end = Date.now() + 120_000; ; await sleep(500)) {
    const status = await user.status()
    if (status.state === 'whole' && status.zones >= zones) return status
    check(Date.now() < end, () => `not healed: ${JSON.stringify(status).slice(0, 300)}`)
  }
}

/** A whole zone stops and comes back. */
async function lostZone({ stage, report, user, network, services }) {
  const zone = network.storage.slice(-2)
  await report.step(stage, 'a whole zone is stopped: reads go on', async () => {
    for (const node of zone) await node.kill()
    rmSync(join(user.home, 'back'), { recursive: true, force: true })
    const started = performance.now()
    await user.cli('get', 'film.bin', join(user.home, 'back') + '/')
    equal(await digest(join(user.home, 'back', 'film.bin')), await digest(user.file), 'SHA-256')
    return `${fileBytes / MiB} MiB in ${Math.round(performance.now() - started)} ms`
  })
  await report.step(stage, 'degraded mode is shown', async () => {
    await services.until('two nodes more are down', it => it.nodesGone >= 3, 60_000)
    for (let end = Date.now() + 60_000; ; await sleep(500)) {
      const status = await user.status()
      if (status.state === 'degraded') return `${status.degraded} of ${status.chunks} chunks degraded, ${status.zones} zones`
      check(Date.now() < end, () => `not degraded: ${JSON.stringify(status).slice(0, 300)}`)
    }
  })
  await report.step(stage, 'uploads go on with a warning', async () => {
    const path = join(user.home, 'meanwhile.txt')
    writeFileSync(path, 'written while a zone was away')
    const uploaded = await user.cli('upload', path, '--yes')
    return `certified in batch ${uploaded.batch}, ${uploaded.zones} zones`
  })
  await report.step(stage, 'the zone is back: everything heals by itself', async () => {
    for (const node of zone) await node.start()
    const status = await healed(user, services)
    return `${status.state}: ${status.zones} zones`
  })
}

/** All coordinators lose everything but their keys. */
async function lostCoordinators({ stage, report, user, network, services }) {
  await report.step(stage, 'all coordinators restart with empty disks: the same state', async () => {
    const { coordinator } = network
    const before = await services.status()
    const until = before.seq
    const root = async data => JSON.parse(await dsdn(['log', 'replay', '--data', data, '--until', String(until), '--json']))
    const { stateRoot } = await root(coordinator.directory)
    await coordinator.kill()
    for (const entry of readdirSync(coordinator.directory)) if (entry !== 'node.key') rmSync(join(coordinator.directory, entry), { recursive: true })
    const ms = await coordinator.start()
    await services.until('new batches', it => it.seq > until + 2, 60_000)
    const again = await root(coordinator.directory)
    equal(again.stateRoot, stateRoot, `state root at batch ${until}`)
    equal((await healed(user, services)).state, 'whole', 'state')
    return `root ${stateRoot.slice(0, 18)} at batch ${until}, ready in ${ms} ms`
  })
}

async function deleted({ stage, report, user, network, services }) {
  await report.step(stage, 'the user deletes: after the grace time the chunks are gone', async () => {
    const bytes = () => network.storage.filter(node => node.isRunning).reduce((sum, node) => sum + filesIn(join(node.directory, 'chunks')).reduce((of, path) => of + statSync(path).size, 0), 0)
    const before = bytes()
    const removed = await user.cli('rm', 'film.bin', '--yes')
    for (let end = Date.now() + 120_000; ; await sleep(1_000)) {
      if (bytes() <= before - (copies * fileBytes)) break
      check(Date.now() < end, () => `${before - bytes()} bytes of ${copies * fileBytes} are gone`)
    }
    const list = await user.cli('ls')
    check(!JSON.stringify(list).includes('film.bin'), 'ls still shows it')
    return `${Math.round((before - bytes()) / MiB)} MiB erased, batch ${removed.batch}`
  })
}

function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name)).filter(existsSync)
}

async function digest(path) {
  const hash = createHash('sha256')
  for await (const part of createReadStream(path)) hash.update(part)
  return hash.digest('hex')
}

async function tree(folder) {
  const lines = []
  for (const path of filesIn(folder)) lines.push(`${relative(folder, path)} ${await digest(path)}`)
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex') + ` of ${lines.length}`
}
