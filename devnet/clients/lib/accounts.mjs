// The devnet's ten accounts (m/44'/60'/0'/0/i), one use each, so that clients do not race for nonces.

import { HDNodeWallet, Mnemonic } from 'ethers'

export const phrase = 'test test test test test test test test test test test junk'

const mnemonic = Mnemonic.fromPhrase(phrase)

/** @returns {{address: string, key: string}} */
export function account(i) {
  const wallet = HDNodeWallet.fromMnemonic(mnemonic, `m/44'/60'/0'/0/${i}`)
  return { address: wallet.address, key: wallet.privateKey }
}

export const uses = { cast: 0, ethers: 1, viem: 2, validator: 3, storage: 4, web3: 5, joiner: 5, hardhat: 6, load: [7, 8, 9] }

export const NUSA = 10n ** 18n
