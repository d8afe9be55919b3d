// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IAggregator } from "./IAggregator.sol";
import { IPriceSource } from "./IPriceSource.sol";

/// @notice A feed, and what it prices.
/// @param aggregator the feed's proxy; it tells what one whole unit of the asset costs, in whole units of cash
/// @param maxAge seconds that an answer may be older than T: the feed's heartbeat and a margin. At least 1
/// @param asset whose decimals a unit has; the zero address for what is no token, which has none
struct Feed {
    IAggregator aggregator;
    uint32 maxAge;
    address asset;
}

/// @notice What a fixing is made of. All of it is in its code or written once.
/// @param time T: the second whose prices are fixed, since 1970
/// @param delay seconds after T from which on the newest round counts although no later one follows it. At least 1
/// @param cash whose decimals a price has; the zero address for none. The feeds must tell prices in it
/// @param uptime a Chainlink feed that tells whether a rollup's sequencer runs: 0 it does; the zero address where there is none
/// @param grace seconds that the sequencer must have run before T
/// @param feeds of leg k at index k - 1; 1 to 16
struct FixingTerms {
    uint40 time;
    uint32 delay;
    address cash;
    IAggregator uptime;
    uint32 grace;
    Feed[] feeds;
}

/// @notice What was fixed.
/// @param isFixed whether it was
/// @param answer of the feed, in its own decimals, above zero
/// @param roundId the round at T
/// @param updatedAt when the feed had that answer
struct Fixed {
    bool isFixed;
    uint128 answer;
    uint80 roundId;
    uint40 updatedAt;
}

/// @title Fixes what Chainlink feeds told at one second
/// @notice Of each feed the last round up to T counts. Whoever fixes it names that round and the next one, and the contract checks both:
/// which answer it will be does not depend on who calls, and when only as far as a feed changes its own past (docs/settlement.md).
interface IChainlinkFixing is IPriceSource {
    /// @notice The price of `leg` is fixed: `answer` in the feed's decimals, of round `roundId`, as of `updatedAt`.
    event PriceFixed(uint256 indexed leg, uint256 answer, uint80 roundId, uint256 updatedAt);

    /// @notice A fixing has 1 to `maximum` feeds.
    error Fixing_FeedCount(uint256 feeds, uint256 maximum);
    /// @notice `delay`, and `maxAge` of each feed, are at least 1 second.
    error Fixing_NoTimeAllowed(uint256 leg);
    /// @notice Feeds, assets and cash have at most `maximum` decimals. leg 0 is the cash.
    error Fixing_TooManyDecimals(uint256 leg, uint256 decimals, uint256 maximum);
    /// @notice Legs are numbered 1 to `feeds`.
    error Fixing_UnknownLeg(uint256 leg, uint256 feeds);
    /// @notice The price of this leg is fixed already.
    error Fixing_AlreadyFixed(uint256 leg);
    /// @notice Prices are fixed after `from`: T, or T and the delay if no later round is named.
    error Fixing_TooEarly(uint256 timestamp, uint256 from);
    /// @notice The round was answered after T, or never: `updatedAt` is 0 then. Name an earlier one.
    error Fixing_RoundTooLate(uint256 leg, uint80 roundId, uint256 updatedAt, uint256 time);
    /// @notice `nextRoundId` was answered no later than T, or never: then it, or one after it, is the round at T.
    error Fixing_NextNotAfter(uint256 leg, uint80 nextRoundId, uint256 updatedAt, uint256 time);
    /// @notice Between these two rounds lie others, or the second is not behind the first.
    error Fixing_NotNext(uint256 leg, uint80 roundId, uint80 nextRoundId);
    /// @notice No next round was named, and `roundId` is not the newest.
    error Fixing_NotNewest(uint256 leg, uint80 roundId, uint80 newest);
    /// @notice The feed's next phase had a round by T, `firstOfNext`: the round at T is one of that phase or a later one.
    error Fixing_LaterPhase(uint256 leg, uint80 roundId, uint80 firstOfNext);
    /// @notice The answer was `age` seconds old at T.
    error Fixing_Stale(uint256 leg, uint256 age, uint256 maxAge);
    /// @notice Answers are above zero, and at most `maximum`.
    error Fixing_AnswerOutOfRange(uint256 leg, int256 answer, uint256 maximum);
    /// @notice The rollup's sequencer does not run (`status` is not 0), or only since `since`, which must lie before `before`.
    error Fixing_SequencerDown(int256 status, uint256 since, uint256 before);

    /// @notice Fixes the price of `leg` by the feed's round `roundId`, once. Anyone may.
    /// @param nextRoundId the round after it; 0 if there is none yet
    function fix(uint256 leg, uint80 roundId, uint80 nextRoundId) external;

    /// @notice What it was made of.
    function terms() external view returns (FixingTerms memory);

    /// @notice What was fixed for `leg`.
    function fixedOf(uint256 leg) external view returns (Fixed memory);

    /// @notice Decimals of the answers for `leg`, as its feed told them when this was made.
    function decimalsOf(uint256 leg) external view returns (uint8);
}
