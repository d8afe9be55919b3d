// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

import { IAggregator } from "./IAggregator.sol";
import { Feed, Fixed, FixingTerms, IChainlinkFixing } from "./IChainlinkFixing.sol";
import { IPriceSource } from "./IPriceSource.sol";

/// @title Fixes what Chainlink feeds told at one second
/// @dev `answeredInRound` is looked at for one thing: an aggregator of the old kind gives a round that nobody answered the answer of an
/// earlier one, and the time at which it gave up. Then the earlier round tells how old the answer is.
contract ChainlinkFixing is IChainlinkFixing {
    uint256 internal constant MAX_FEEDS = 16;
    /// @dev So that a price has between 0 and 54 digits more than an answer.
    uint256 internal constant MAX_DECIMALS = 18;
    /// @dev Digits of a price behind its point.
    uint256 internal constant PRICE_DECIMALS = 36;
    /// @dev A round's number is phase 16 | round of its aggregator 64.
    uint256 private constant PHASE_SHIFT = 64;

    uint40 private immutable TIME;
    uint32 private immutable DELAY;
    address private immutable CASH;
    IAggregator private immutable UPTIME;
    uint32 private immutable GRACE;

    Feed[] private _feeds;
    /// @dev Of each feed: its answers' decimals, and the digits that make a price of an answer.
    uint8[] private _decimals;
    uint8[] private _digits;
    mapping(uint256 leg => Fixed) private _fixed;

    constructor(FixingTerms memory made) {
        uint256 count = made.feeds.length;
        if (count == 0 || count > MAX_FEEDS) revert Fixing_FeedCount(count, MAX_FEEDS);
        if (made.delay == 0) revert Fixing_NoTimeAllowed(0);
        (TIME, DELAY, CASH, UPTIME, GRACE) = (made.time, made.delay, made.cash, made.uptime, made.grace);
        uint256 ofCash = _decimalsOfToken(0, made.cash);
        for (uint256 leg = 1; leg <= count; ++leg) {
            Feed memory feed = made.feeds[leg - 1];
            if (feed.maxAge == 0) revert Fixing_NoTimeAllowed(leg);
            uint256 ofFeed = _within(leg, feed.aggregator.decimals());
            _feeds.push(feed);
            // Casts: 0 to 54, for each is at most 18.
            _decimals.push(uint8(ofFeed));
            _digits.push(uint8(PRICE_DECIMALS + ofCash - _decimalsOfToken(leg, feed.asset) - ofFeed));
        }
    }

    /// @inheritdoc IChainlinkFixing
    function fix(uint256 leg, uint80 roundId, uint80 nextRoundId) external {
        // Checks.
        Feed memory feed = _feedOf(leg);
        if (_fixed[leg].isFixed) revert Fixing_AlreadyFixed(leg);
        uint256 from = nextRoundId == 0 ? uint256(TIME) + DELAY : uint256(TIME) + 1;
        if (block.timestamp < from) revert Fixing_TooEarly(block.timestamp, from);
        _requireSequencer();
        (, int256 answer, , uint256 updatedAt, uint80 answeredIn) = feed.aggregator.getRoundData(roundId);
        if (updatedAt == 0 || updatedAt > TIME) revert Fixing_RoundTooLate(leg, roundId, updatedAt, TIME);
        if (nextRoundId == 0) _requireNewest(leg, feed.aggregator, roundId);
        else _requireNext(leg, feed.aggregator, roundId, nextRoundId);
        _requirePhaseAtT(leg, feed.aggregator, roundId);
        if (answeredIn < roundId) (, , , updatedAt, ) = feed.aggregator.getRoundData(answeredIn);
        if (TIME - updatedAt > feed.maxAge) revert Fixing_Stale(leg, TIME - updatedAt, feed.maxAge);
        uint256 most = Math.min(type(uint128).max, type(uint256).max / 10 ** _digits[leg - 1]);
        // Cast: above zero.
        if (answer <= 0 || uint256(answer) > most) revert Fixing_AnswerOutOfRange(leg, answer, most);
        // Effect. Casts: the answer is at most 2^128 - 1, its time no later than T.
        _fixed[leg] = Fixed(true, uint128(uint256(answer)), roundId, uint40(updatedAt));
        emit PriceFixed(leg, uint256(answer), roundId, updatedAt);
    }

    /// @inheritdoc IPriceSource
    function pricedAt() external view returns (uint40) {
        return TIME;
    }

    /// @inheritdoc IPriceSource
    function priceOf(uint256 leg) external view returns (bool isFixed, uint256 price) {
        _feedOf(leg);
        Fixed storage found = _fixed[leg];
        // No overflow: `fix` has looked.
        return (found.isFixed, found.answer * 10 ** _digits[leg - 1]);
    }

    /// @inheritdoc IChainlinkFixing
    function terms() external view returns (FixingTerms memory) {
        return FixingTerms(TIME, DELAY, CASH, UPTIME, GRACE, _feeds);
    }

    /// @inheritdoc IChainlinkFixing
    function fixedOf(uint256 leg) external view returns (Fixed memory) {
        _feedOf(leg);
        return _fixed[leg];
    }

    /// @inheritdoc IChainlinkFixing
    function decimalsOf(uint256 leg) external view returns (uint8) {
        _feedOf(leg);
        return _decimals[leg - 1];
    }

    // ------------------------------------------------------------------ rounds

    function _requireNewest(uint256 leg, IAggregator feed, uint80 roundId) private view {
        (uint80 newest, , , , ) = feed.latestRoundData();
        if (newest != roundId) revert Fixing_NotNewest(leg, roundId, newest);
    }

    /// @dev In one phase rounds are numbered without gaps. Of the next phase it must be the first with an answer, and then the round
    /// must be the last one of its own.
    function _requireNext(uint256 leg, IAggregator feed, uint80 roundId, uint80 nextRoundId) private view {
        (bool isThere, uint256 updatedAt) = _answered(feed, nextRoundId);
        if (!isThere || updatedAt <= TIME) revert Fixing_NextNotAfter(leg, nextRoundId, updatedAt, TIME);
        if (nextRoundId == uint256(roundId) + 1) return;
        bool isNext = nextRoundId >> PHASE_SHIFT == (roundId >> PHASE_SHIFT) + 1;
        if (isNext) (isThere, ) = _answered(feed, nextRoundId - 1);
        if (isNext && !isThere) (isThere, ) = _answered(feed, roundId + 1);
        if (!isNext || isThere) revert Fixing_NotNext(leg, roundId, nextRoundId);
    }

    /// @dev Two phases may run side by side for a while. Of those that ran at T the last one counts.
    function _requirePhaseAtT(uint256 leg, IAggregator feed, uint80 roundId) private view {
        uint256 first = (((uint256(roundId) >> PHASE_SHIFT) + 1) << PHASE_SHIFT) | 1;
        if (first > type(uint80).max) return;
        // Cast: just looked.
        (bool isThere, uint256 updatedAt) = _answered(feed, uint80(first));
        if (isThere && updatedAt <= TIME) revert Fixing_LaterPhase(leg, roundId, uint80(first));
    }

    /// @dev Whether a round has an answer. A caller who lets this call run out of gas, to hide a round, has a 63rd of what it used left:
    /// too little to write what is fixed.
    function _answered(IAggregator feed, uint80 roundId) private view returns (bool, uint256) {
        try feed.getRoundData(roundId) returns (uint80, int256, uint256, uint256 updatedAt, uint80) {
            return (updatedAt != 0, updatedAt);
        } catch {
            return (false, 0);
        }
    }

    function _requireSequencer() private view {
        if (address(UPTIME) == address(0)) return;
        (, int256 status, uint256 since, , ) = UPTIME.latestRoundData();
        uint256 before = TIME - Math.min(TIME, GRACE);
        if (status != 0 || since >= before) revert Fixing_SequencerDown(status, since, before);
    }

    // ------------------------------------------------------------------ terms

    function _feedOf(uint256 leg) private view returns (Feed memory) {
        if (leg == 0 || leg > _feeds.length) revert Fixing_UnknownLeg(leg, _feeds.length);
        return _feeds[leg - 1];
    }

    function _decimalsOfToken(uint256 leg, address token) private view returns (uint256) {
        return token == address(0) ? 0 : _within(leg, IERC20Metadata(token).decimals());
    }

    function _within(uint256 leg, uint256 decimals) private pure returns (uint256) {
        if (decimals > MAX_DECIMALS) revert Fixing_TooManyDecimals(leg, decimals, MAX_DECIMALS);
        return decimals;
    }
}
