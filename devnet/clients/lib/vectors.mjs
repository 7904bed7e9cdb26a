// Outside data: $DSDN_SHARED, or `shared` beside the checkout; found by file name.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './node.mjs'
import { Skip } from './tap.mjs'

export function vector(name) {
  const shared = process.env.DSDN_SHARED ?? join(root, '../shared')
  const folder = join(shared, 'vectors')
  const path = existsSync(folder) && readdirSync(folder, { recursive: true }).find(file => file.split('/').at(-1) === name)
  if (!path) throw new Skip(`${name} is not under ${folder}`)
  return readFileSync(join(folder, path), 'utf8')
}
