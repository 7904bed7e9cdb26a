// Generated from the module's declaration; do not edit.
export const economicsAddress = '0x0000000000000000000000000000000000000808' as const

export const economicsAbi = [
  {"type":"function","name":"claimVested","inputs":[],"outputs":[{"name":"amount","type":"uint256"}],"stateMutability":"nonpayable"},
  {"type":"function","name":"treasury","inputs":[],"outputs":[{"name":"balance","type":"uint256"}],"stateMutability":"view"},
  {"type":"function","name":"rewardPool","inputs":[],"outputs":[{"name":"total","type":"uint256"},{"name":"unlocked","type":"uint256"},{"name":"paid","type":"uint256"},{"name":"startMs","type":"uint64"},{"name":"durationMs","type":"uint64"}],"stateMutability":"view"},
  {"type":"function","name":"vested","inputs":[{"name":"beneficiary","type":"address"}],"outputs":[{"name":"total","type":"uint256"},{"name":"unlocked","type":"uint256"},{"name":"claimed","type":"uint256"},{"name":"claimable","type":"uint256"}],"stateMutability":"view"},
  {"type":"function","name":"grants","inputs":[{"name":"beneficiary","type":"address"}],"outputs":[{"name":"grants","type":"tuple[]","components":[{"name":"total","type":"uint256"},{"name":"claimed","type":"uint256"},{"name":"startMs","type":"uint64"},{"name":"durationMs","type":"uint64"}]}],"stateMutability":"view"},
  {"type":"function","name":"params","inputs":[],"outputs":[{"name":"stakingRewardBps","type":"uint16"}],"stateMutability":"view"},
  {"type":"event","name":"VestingClaimed","inputs":[{"name":"beneficiary","type":"address","indexed":true},{"name":"amount","type":"uint256","indexed":false}],"anonymous":false},
  {"type":"event","name":"TreasuryChanged","inputs":[{"name":"balance","type":"uint256","indexed":false}],"anonymous":false},
  {"type":"event","name":"Moved","inputs":[{"name":"from","type":"address","indexed":true},{"name":"to","type":"address","indexed":true},{"name":"amount","type":"uint256","indexed":false},{"name":"reason","type":"bytes32","indexed":true}],"anonymous":false},
  {"type":"error","name":"NothingVested","inputs":[{"name":"beneficiary","type":"address"}]},
  {"type":"error","name":"UnknownMethod","inputs":[{"name":"selector","type":"bytes4"}]},
  {"type":"error","name":"InvalidArguments","inputs":[{"name":"position","type":"uint256"}]},
  {"type":"error","name":"AmountTooLarge","inputs":[{"name":"amount","type":"uint256"}]},
  {"type":"error","name":"NotPayable","inputs":[]},
  {"type":"error","name":"StaticCall","inputs":[]},
  {"type":"error","name":"Panic","inputs":[{"name":"code","type":"uint256"}]}
] as const
