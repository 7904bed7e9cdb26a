// Generated from the module's declaration; do not edit.
export const committeeAddress = '0x0000000000000000000000000000000000000802' as const

export const committeeAbi = [
  {"type":"function","name":"anchor","inputs":[{"name":"seq","type":"uint64"},{"name":"coreHash","type":"bytes32"},{"name":"stateRoot","type":"bytes32"},{"name":"daHeight","type":"uint64"},{"name":"daDataRoot","type":"bytes32"},{"name":"bitmap","type":"bytes"},{"name":"signatures","type":"bytes"}],"outputs":[{"name":"index","type":"uint64"}],"stateMutability":"nonpayable"},
  {"type":"function","name":"committee","inputs":[],"outputs":[{"name":"epoch","type":"uint64"},{"name":"t","type":"uint8"},{"name":"n","type":"uint8"},{"name":"groupKey","type":"bytes32"},{"name":"members","type":"tuple[]","components":[{"name":"validator","type":"address"},{"name":"key","type":"bytes32"},{"name":"exchangeKey","type":"bytes32"},{"name":"share","type":"bytes32"}]},{"name":"startMs","type":"uint64"},{"name":"endMs","type":"uint64"},{"name":"seed","type":"bytes32"},{"name":"hash","type":"bytes32"}],"stateMutability":"view"},
  {"type":"function","name":"lastAnchor","inputs":[],"outputs":[{"name":"anchor","type":"tuple","components":[{"name":"index","type":"uint64"},{"name":"seq","type":"uint64"},{"name":"epoch","type":"uint64"},{"name":"validatorSet","type":"bytes32"},{"name":"coreHash","type":"bytes32"},{"name":"stateRoot","type":"bytes32"},{"name":"daHeight","type":"uint64"},{"name":"daDataRoot","type":"bytes32"},{"name":"height","type":"uint64"},{"name":"timeMs","type":"uint64"},{"name":"signedPower","type":"uint64"},{"name":"totalPower","type":"uint64"},{"name":"submitter","type":"address"}]}],"stateMutability":"view"},
  {"type":"function","name":"anchorAt","inputs":[{"name":"index","type":"uint64"}],"outputs":[{"name":"anchor","type":"tuple","components":[{"name":"index","type":"uint64"},{"name":"seq","type":"uint64"},{"name":"epoch","type":"uint64"},{"name":"validatorSet","type":"bytes32"},{"name":"coreHash","type":"bytes32"},{"name":"stateRoot","type":"bytes32"},{"name":"daHeight","type":"uint64"},{"name":"daDataRoot","type":"bytes32"},{"name":"height","type":"uint64"},{"name":"timeMs","type":"uint64"},{"name":"signedPower","type":"uint64"},{"name":"totalPower","type":"uint64"},{"name":"submitter","type":"address"}]}],"stateMutability":"view"},
  {"type":"function","name":"feed","inputs":[],"outputs":[{"name":"sequence","type":"uint64"},{"name":"feed","type":"bytes32"}],"stateMutability":"view"},
  {"type":"function","name":"params","inputs":[],"outputs":[{"name":"anchorsKept","type":"uint64"},{"name":"graceBlocks","type":"uint64"}],"stateMutability":"view"},
  {"type":"event","name":"AnchorAttested","inputs":[{"name":"seq","type":"uint64","indexed":true},{"name":"index","type":"uint64","indexed":true},{"name":"coreHash","type":"bytes32","indexed":false},{"name":"stateRoot","type":"bytes32","indexed":false},{"name":"daHeight","type":"uint64","indexed":false},{"name":"daDataRoot","type":"bytes32","indexed":false},{"name":"epoch","type":"uint64","indexed":false},{"name":"signedPower","type":"uint64","indexed":false},{"name":"totalPower","type":"uint64","indexed":false}],"anonymous":false},
  {"type":"event","name":"CommitteeRotated","inputs":[{"name":"epoch","type":"uint64","indexed":true},{"name":"hash","type":"bytes32","indexed":false},{"name":"groupKey","type":"bytes32","indexed":false}],"anonymous":false},
  {"type":"event","name":"FeedExtended","inputs":[{"name":"sequence","type":"uint64","indexed":true},{"name":"feed","type":"bytes32","indexed":false},{"name":"record","type":"bytes","indexed":false}],"anonymous":false},
  {"type":"event","name":"Moved","inputs":[{"name":"from","type":"address","indexed":true},{"name":"to","type":"address","indexed":true},{"name":"amount","type":"uint256","indexed":false},{"name":"reason","type":"bytes32","indexed":true}],"anonymous":false},
  {"type":"error","name":"NoCommittee","inputs":[]},
  {"type":"error","name":"NoAnchor","inputs":[]},
  {"type":"error","name":"UnknownAnchor","inputs":[{"name":"index","type":"uint64"},{"name":"first","type":"uint64"},{"name":"last","type":"uint64"}]},
  {"type":"error","name":"InvalidAnchor","inputs":[]},
  {"type":"error","name":"AlreadyAnchored","inputs":[{"name":"seq","type":"uint64"},{"name":"coreHash","type":"bytes32"}]},
  {"type":"error","name":"StaleAnchor","inputs":[{"name":"seq","type":"uint64"},{"name":"last","type":"uint64"}]},
  {"type":"error","name":"WrongSigners","inputs":[{"name":"validators","type":"uint64"},{"name":"signatures","type":"uint64"}]},
  {"type":"error","name":"TooLittlePower","inputs":[{"name":"signed","type":"uint64"},{"name":"total","type":"uint64"}]},
  {"type":"error","name":"WrongSignature","inputs":[{"name":"epoch","type":"uint64"},{"name":"validatorSet","type":"bytes32"}]},
  {"type":"error","name":"UnknownMethod","inputs":[{"name":"selector","type":"bytes4"}]},
  {"type":"error","name":"InvalidArguments","inputs":[{"name":"position","type":"uint256"}]},
  {"type":"error","name":"AmountTooLarge","inputs":[{"name":"amount","type":"uint256"}]},
  {"type":"error","name":"NotPayable","inputs":[]},
  {"type":"error","name":"StaticCall","inputs":[]},
  {"type":"error","name":"Panic","inputs":[{"name":"code","type":"uint256"}]}
] as const
