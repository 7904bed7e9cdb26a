/** JSON with keys in order and big integers as decimal strings, so that equal values give equal text. */
export function stringify(value) {
  return JSON.stringify(value, (_, item) => {
    if (typeof item === 'bigint') return item.toString()
    if (item && typeof item === 'object' && !Array.isArray(item)) return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
    return item
  })
}
