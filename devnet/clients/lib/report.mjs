// Named steps and what came of them; printed as a table for people, as one object for programs.

export class Report {
  steps = []

  constructor({ quiet = false } = {}) {
    this.quiet = quiet
  }

  get passed() {
    return this.steps.length > 0 && this.steps.every(step => step.ok)
  }

  /** Runs a step. Its result is its detail (a string, or an object with `detail`); a throw is its failure, and is thrown on. */
  async step(stage, name, action) {
    const started = performance.now()
    const finish = (ok, detail) => {
      const step = { stage, name, ok, ms: Math.round(performance.now() - started), detail }
      this.steps.push(step)
      if (!this.quiet) process.stderr.write(line(step) + '\n')
    }
    try {
      const result = await action()
      finish(true, typeof result === 'string' ? result : (result?.detail ?? ''))
      return result
    } catch (error) {
      finish(false, error.shortMessage ?? error.message ?? String(error))
      throw error
    }
  }

  toJSON() {
    return { ok: this.passed, steps: this.steps }
  }
}

function line(step) {
  const mark = step.ok ? 'ok  ' : 'FAIL'
  return `  ${mark} ${step.stage.padEnd(8)} ${step.name.padEnd(52)} ${String(step.ms).padStart(6)} ms  ${step.detail}`
}

export function check(condition, message) {
  if (!condition) throw new Error(typeof message === 'function' ? message() : message)
}

export function equal(actual, expected, what) {
  const text = value => (typeof value === 'bigint' ? value.toString() : JSON.stringify(value))
  if (text(actual) !== text(expected)) throw new Error(`${what}: ${text(actual)} instead of ${text(expected)}`)
}
