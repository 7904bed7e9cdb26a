// Generated from the module's declaration; do not edit.
export const slashingAddress = '0x0000000000000000000000000000000000000805' as const

export const slashingAbi = [
  {"type":"function","name":"reportStorage","inputs":[{"name":"nodeId","type":"bytes32"},{"name":"audit","type":"uint64"},{"name":"anchor","type":"uint64"},{"name":"leaf","type":"bytes"},{"name":"proof","type":"bytes"}],"outputs":[{"name":"taken","type":"uint256"}],"stateMutability":"nonpayable"},
  {"type":"function","name":"reportLie","inputs":[{"name":"nodeId","type":"bytes32"},{"name":"first","type":"bytes"},{"name":"second","type":"bytes"}],"outputs":[{"name":"taken","type":"uint256"}],"stateMutability":"nonpayable"},
  {"type":"function","name":"storageReport","inputs":[{"name":"nodeId","type":"bytes32"}],"outputs":[{"name":"lastAudit","type":"uint64"},{"name":"lastMs","type":"uint64"},{"name":"silentUntilMs","type":"uint64"},{"name":"lastFailedAudit","type":"uint64"},{"name":"failedFines","type":"uint64"},{"name":"lastLie","type":"uint64"},{"name":"reports","type":"uint64"},{"name":"taken","type":"uint256"}],"stateMutability":"view"},
  {"type":"function","name":"storageParams","inputs":[],"outputs":[{"name":"silentMs","type":"uint64"},{"name":"silentBps","type":"uint16"},{"name":"silentCooldownMs","type":"uint64"},{"name":"failedInARow","type":"uint64"},{"name":"failedBps","type":"uint16"},{"name":"failedCooldownMs","type":"uint64"},{"name":"lieBps","type":"uint16"},{"name":"banMs","type":"uint64"},{"name":"freeMs","type":"uint64"}],"stateMutability":"view"},
  {"type":"function","name":"isPunished","inputs":[{"name":"operator","type":"address"}],"outputs":[{"name":"punished","type":"bool"}],"stateMutability":"view"},
  {"type":"function","name":"punishment","inputs":[{"name":"operator","type":"address"}],"outputs":[{"name":"punishment","type":"tuple","components":[{"name":"operator","type":"address"},{"name":"height","type":"uint64"},{"name":"infractionHeight","type":"uint64"},{"name":"kind","type":"uint8"},{"name":"evidence","type":"bytes32"},{"name":"fractionBps","type":"uint16"},{"name":"taken","type":"uint256"},{"name":"jailed","type":"bool"},{"name":"times","type":"uint64"}]}],"stateMutability":"view"},
  {"type":"function","name":"punishments","inputs":[{"name":"start","type":"address"},{"name":"limit","type":"uint64"}],"outputs":[{"name":"page","type":"tuple[]","components":[{"name":"operator","type":"address"},{"name":"height","type":"uint64"},{"name":"infractionHeight","type":"uint64"},{"name":"kind","type":"uint8"},{"name":"evidence","type":"bytes32"},{"name":"fractionBps","type":"uint16"},{"name":"taken","type":"uint256"},{"name":"jailed","type":"bool"},{"name":"times","type":"uint64"}]},{"name":"next","type":"address"}],"stateMutability":"view"},
  {"type":"function","name":"params","inputs":[],"outputs":[{"name":"doubleSignBps","type":"uint16"},{"name":"evidenceBlocksMax","type":"uint64"}],"stateMutability":"view"},
  {"type":"event","name":"EvidencePunished","inputs":[{"name":"operator","type":"address","indexed":true},{"name":"kind","type":"uint8","indexed":true},{"name":"infractionHeight","type":"uint64","indexed":false},{"name":"evidence","type":"bytes32","indexed":false},{"name":"fractionBps","type":"uint16","indexed":false},{"name":"taken","type":"uint256","indexed":false},{"name":"jailed","type":"bool","indexed":false}],"anonymous":false},
  {"type":"event","name":"StorageReported","inputs":[{"name":"nodeId","type":"bytes32","indexed":true},{"name":"kind","type":"uint8","indexed":true},{"name":"audit","type":"uint64","indexed":false},{"name":"fractionBps","type":"uint16","indexed":false},{"name":"taken","type":"uint256","indexed":false},{"name":"cooldownUntilMs","type":"uint64","indexed":false}],"anonymous":false},
  {"type":"event","name":"Moved","inputs":[{"name":"from","type":"address","indexed":true},{"name":"to","type":"address","indexed":true},{"name":"amount","type":"uint256","indexed":false},{"name":"reason","type":"bytes32","indexed":true}],"anonymous":false},
  {"type":"error","name":"NeverPunished","inputs":[{"name":"operator","type":"address"}]},
  {"type":"error","name":"PageTooLarge","inputs":[{"name":"maximum","type":"uint256"}]},
  {"type":"error","name":"UnknownNode","inputs":[{"name":"nodeId","type":"bytes32"}]},
  {"type":"error","name":"AlreadyReported","inputs":[{"name":"nodeId","type":"bytes32"},{"name":"audit","type":"uint64"}]},
  {"type":"error","name":"UnknownAnchor","inputs":[{"name":"index","type":"uint64"}]},
  {"type":"error","name":"WrongProof","inputs":[]},
  {"type":"error","name":"NotYet","inputs":[{"name":"kind","type":"uint8"},{"name":"inARow","type":"uint32"},{"name":"sinceMs","type":"uint64"}]},
  {"type":"error","name":"UnknownMethod","inputs":[{"name":"selector","type":"bytes4"}]},
  {"type":"error","name":"InvalidArguments","inputs":[{"name":"position","type":"uint256"}]},
  {"type":"error","name":"AmountTooLarge","inputs":[{"name":"amount","type":"uint256"}]},
  {"type":"error","name":"NotPayable","inputs":[]},
  {"type":"error","name":"StaticCall","inputs":[]},
  {"type":"error","name":"Panic","inputs":[{"name":"code","type":"uint256"}]}
] as const
