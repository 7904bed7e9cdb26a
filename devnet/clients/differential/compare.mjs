// Compares two JSON-RPC replies leaf by leaf. Every difference must be in the written list, and every line of the list must be needed.

/** @typedef {{method: RegExp, params?: RegExp, path: RegExp, why: string, used?: boolean}} Difference */

/** What differs and is not allowed: lines `path: ours | theirs`. */
export function differences(method, ours, theirs, allowed, params = []) {
  const line = JSON.stringify(params)
  const found = []
  walk('', normal(ours), normal(theirs), (path, a, b) => {
    const rule = allowed.find(rule => rule.method.test(method) && rule.path.test(path) && (!rule.params || rule.params.test(line)))
    if (rule) rule.used = true
    else found.push(`${path || '/'}: ${text(a)} | ${text(b)}`)
  })
  return found
}

/** An error is compared by code and by the words before the first colon; its data by presence. */
function normal(reply) {
  if (!reply?.error) return { result: reply?.result }
  const { code, message, data } = reply.error
  return { error: { code, words: message.split(':')[0].trim().toLowerCase(), data: data === undefined ? undefined : 'present' } }
}

function walk(path, a, b, differ) {
  if (a === b) return
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return differ(path + '/length', a.length, b.length)
    a.forEach((item, i) => walk(`${path}/${i}`, item, b[i], differ))
  } else if (isObject(a) && isObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) walk(`${path}/${key}`, a[key], b[key], differ)
  } else differ(path, a, b)
}

const isObject = value => value !== null && typeof value === 'object' && !Array.isArray(value)

const text = value => (value === undefined ? 'absent' : JSON.stringify(value)).slice(0, 120)
