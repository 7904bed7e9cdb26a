// SPDX-License-Identifier: Apache-2.0
// Generated from the module's declaration; do not edit.
pragma solidity ^0.8.20;

/// Holds the treasury, the reward pool that unlocks over twenty years, and vesting grants. Nothing is minted or burned.
interface IEconomics {
    struct GrantsRow {
        uint256 total;
        uint256 claimed;
        uint64 startMs;
        uint64 durationMs;
    }

    /// No grant of the caller has anything to claim now. (DSDN-E-ECONOMICS-NOTHING-VESTED)
    error NothingVested(address beneficiary);

    /// The first four bytes of the data name no method of this module (data shorter than four bytes: zero-padded). (DSDN-E-CALL-UNKNOWN-METHOD)
    error UnknownMethod(bytes4 selector);

    /// The data behind the selector are not the canonical encoding of the arguments; position counts from the selector's end. (DSDN-E-CALL-INVALID-ARGUMENTS)
    error InvalidArguments(uint256 position);

    /// An amount above 2^128-1 base units. (DSDN-E-CALL-AMOUNT-TOO-LARGE)
    error AmountTooLarge(uint256 amount);

    /// Value was sent with a method that takes none. (DSDN-E-CALL-NOT-PAYABLE)
    error NotPayable();

    /// A read-only call reached a method or step that writes. (DSDN-E-CALL-STATIC)
    error StaticCall();

    /// A beneficiary was paid what had vested.
    event VestingClaimed(address indexed beneficiary, uint256 amount);

    /// The treasury holds this much now.
    event TreasuryChanged(uint256 balance);

    /// Balance moved by a module; reason is ASCII text padded with zeros.
    event Moved(address indexed from, address indexed to, uint256 amount, bytes32 indexed reason);

    /// Pays the caller what has vested of its grants.
    function claimVested() external returns (uint256 amount);

    /// The treasury, in base units.
    function treasury() external view returns (uint256 balance);

    /// The node and validator reward pool: what it began with, what time has unlocked, what was paid.
    function rewardPool() external view returns (uint256 total, uint256 unlocked, uint256 paid, uint64 startMs, uint64 durationMs);

    /// Sum over the grants of an account.
    function vested(address beneficiary) external view returns (uint256 total, uint256 unlocked, uint256 claimed, uint256 claimable);

    /// The grants of an account.
    function grants(address beneficiary) external view returns (GrantsRow[] memory grants);

    /// Yearly reward of validators' stake from the pool, in hundredths of a percent.
    function params() external view returns (uint16 stakingRewardBps);
}

IEconomics constant ECONOMICS = IEconomics(0x0000000000000000000000000000000000000808);
