// Where the node may differ from Anvil 1.7.1, and why. A line that no request needs fails the suite.

const any = /^/
const blocks = /^eth_getBlockBy(Number|Hash)$/

export const allowed = [
  // Another chain below: its own state tree, genesis and proposer.
  { method: any, path: /\/(blockHash|parentHash|hash|stateRoot|mixHash|extraData|miner)$/, why: 'hashes of another chain; the block hash is checked by recomputing it' },
  { method: blocks, path: /\/result\/(blobGasUsed|excessBlobGas|withdrawals|withdrawalsRoot|parentBeaconBlockRoot|requestsHash|totalDifficulty)$/, why: 'the header is the 16-field London header' },
  { method: blocks, path: /\/result\/(size|timestamp)$/, why: 'the body holds a certificate; time is the proposer\'s' },
  { method: /Receipt/, path: /\/blockTimestamp$/, why: 'Anvil adds a member that the specification does not have in receipts' },
  { method: /^eth_getTransactionBy/, path: /\/blockTimestamp$/, why: 'Anvil writes it as it likes; ours follows the specification' },
  { method: any, path: /\/blobGas(Price|Used)$/, why: 'no blob transactions here' },
  { method: /^eth_getProof$/, path: /\/(accountProof|storageHash|storageProof)/, why: 'proofs of another tree; verified against the header elsewhere' },
  { method: /^eth_feeHistory$/, path: /\/(baseFeePerBlobGas|blobGasUsedRatio)/, why: 'no blob transactions here' },
  { method: /^web3_clientVersion$/, path: /\/result$/, why: 'another program' },

  { method: blocks, path: /\/transactions\/\d+\/blockTimestamp$/, why: 'time is the proposer\'s' },
  { method: any, path: /\/(baseFeePerGas|baseFeePerGas\/\d+|gasPrice|effectiveGasPrice|gasUsedRatio\/\d+)$/, why: 'the base fee has a floor of 1 gwei here; Anvil\'s falls below it' },
  { method: /^eth_feeHistory$/, params: /\[\]\]$/, path: /\/reward$/, why: 'no percentiles, no member: as geth' },
  { method: /^eth_feeHistory$/, params: /^\["0x0"/, path: /\/(oldestBlock|baseFeePerGas\/length|gasUsedRatio\/length)$/, why: 'no blocks asked, none given: as geth' },
  { method: /^eth_maxPriorityFeePerGas$/, path: /\/result$/, why: 'a suggestion from recent tips; Anvil\'s is a constant' },
  { method: any, params: /"(safe|finalized)"/, path: /\/result/, why: 'finality is at once here; Anvil\'s tags lag behind' },
  { method: /^eth_accounts$/, path: /\/result\/length$/, why: 'no node holds keys of users' },
  { method: /^eth_getUncleCountByBlockNumber$/, params: /"pending"/, path: /^\/(result|error)$/, why: 'the pending block has no uncles; Anvil knows it not' },

  // Errors: geth's code and words are ours (README of the recorded corpus).
  { method: /^eth_sendRawTransaction$/, path: /\/error/, why: 'Anvil answers pool errors with -32003 and its own words; geth uses -32000' },
  { method: /^eth_sendRawTransaction$/, path: /\/result$/, why: 'Anvil accepts what geth refuses' },
  { method: /^eth_(getBalance|getTransactionCount|getCode|getStorageAt|call)$/, path: /\/error/, why: 'an unknown block is -32602 BlockOutOfRangeError in Anvil, -32000 header not found in geth' },
  { method: any, path: /\/error\/words$/, why: 'words of parameter errors are each program\'s own; the code is compared' },
  { method: /^eth_getBlockTransactionCountByNumber$/, path: /\/error\/code$/, why: 'an unknown block, as above' },
  { method: /^eth_getUncleCountByBlockHash$/, path: /\/error\/code$/, why: 'an unknown block, as above' },
]
