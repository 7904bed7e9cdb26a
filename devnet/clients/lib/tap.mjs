// A suite of named tests against a running server, one after another; the result is TAP on standard output.

import { stringify } from './text.mjs'

export class Skip extends Error {}

export class Suite {
  #tests = []

  constructor(name, filter = process.env.DSDN_FILTER ?? '') {
    this.name = name
    this.filter = filter.toLowerCase()
  }

  test(name, run) {
    const full = `${this.name}: ${name}`
    if (full.toLowerCase().includes(this.filter)) this.#tests.push({ full, run })
  }

  /** What the tests need is started only where one of them is wanted. */
  async run(open = async () => ({}), close = async () => {}) {
    let failed = 0
    if (this.#tests.length > 0) {
      let context
      try {
        context = await open()
        for (const [i, { full, run }] of this.#tests.entries()) failed += await this.#one(i + 1, full, () => run(context))
      } catch (error) {
        process.stdout.write(`not ok ${this.#tests.length} - ${this.name}: could not be started\n${diagnostic(error)}`)
        failed++
      } finally {
        if (context) await close(context)
      }
    }
    process.stdout.write(`1..${this.#tests.length}\n`)
    process.exit(failed === 0 ? 0 : 1)
  }

  async #one(number, name, run) {
    try {
      await run()
      process.stdout.write(`ok ${number} - ${name}\n`)
      return 0
    } catch (error) {
      if (error instanceof Skip) {
        process.stdout.write(`ok ${number} - ${name} # SKIP ${error.message}\n`)
        return 0
      }
      process.stdout.write(`not ok ${number} - ${name}\n${diagnostic(error)}`)
      return 1
    }
  }
}

function diagnostic(error) {
  const text = error instanceof Error ? (error.stack ?? error.message) : stringify(error)
  return text.split('\n').slice(0, 80).map(line => `  # ${line.slice(0, 400)}\n`).join('')
}
