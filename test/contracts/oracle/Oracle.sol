// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookAccounts, IBookMarkets, IOrderBook } from "../../../contracts/interfaces/IOrderBook.sol";
import { MarketRecord, RootInfo } from "../../../contracts/Types.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { VM } from "../support/Vm.sol";
import { OracleQuotes } from "./OracleQuotes.sol";
import { TwoBooks } from "./TwoBooks.sol";

/// @title One random history of two books
contract Oracle is OracleQuotes {
    uint256 private constant MAX_ROOTS = 6;

    constructor(uint256 legs_) TwoBooks(legs_) {}

    /// @notice One step of any kind, after which both books are compared. Each is a call of its own, with fresh memory.
    function step(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _passTime(random);
        uint256 kind = random.below(100);
        // From t2 on little but leaving is left to do.
        if (block.timestamp >= t2 && kind < 60) kind = 60 + (kind % 40);
        _do(kind, random);
        _assertSameState();
    }

    function warpTo(uint256 timestamp) external {
        if (block.timestamp < timestamp) VM.warp(timestamp);
    }

    function _do(uint256 kind, Random memory random) private {
        if (kind < 22) return _trade(random);
        if (kind < 34) return _batch(random);
        if (kind < 42) return _quotes(random);
        if (kind < 48) return _batchBehindCancellations(random);
        if (kind < 53) return _matchTrades(random);
        if (kind < 60) return _offset(random);
        if (kind < 64) return _cancelTrades(random);
        if (kind < 74) return _record(random);
        if (kind < 80) return _settle(random);
        _money(kind, random);
    }

    function _passTime(Random memory random) private {
        if (random.chance(50)) VM.roll(block.number + random.between(1, 3));
        if (random.chance(40)) VM.warp(block.timestamp + random.below(random.chance(98) ? 1 hours : 12 hours));
    }

    // ------------------------------------------------------------------ money

    function _money(uint256 kind, Random memory random) private {
        address trader = _someone(random);
        (int256 claim, int256 less, , ) = book.accountOf(trader);
        // Casts: never negative; small.
        uint256 amount = _amount(random, uint256(claim + less));
        uint16 leg = uint16(random.between(random.chance(97) ? 1 : 0, legs + (random.chance(97) ? 0 : 1)));
        (uint64 floor, ) = book.noncesOf(trader);
        floor = random.chance(80) ? 0 : floor + uint64(random.below(4));
        if (kind < 84) {
            _bothAlike(trader, abi.encodeCall(IBookAccounts.deposit, (_someone(random), random.below(2 * LOT_VALUE))));
        } else if (kind < 87) {
            uint64 lots = uint64(random.below(5));
            _bothAlike(trader, abi.encodeCall(IBookAccounts.depositLeg, (_someone(random), leg, lots)));
        } else if (kind < 91) {
            _bothAlike(trader, abi.encodeCall(IBookAccounts.withdraw, (amount, trader, floor)));
        } else if (kind < 94) {
            uint64 lots = uint64(amount / LOT_VALUE + random.below(2));
            _bothAlike(trader, abi.encodeCall(IBookAccounts.withdrawLeg, (leg, lots, trader, floor)));
        } else if (kind < 96) {
            _bothAlike(trader, abi.encodeCall(IBookAccounts.invalidateNonces, (floor)));
        } else if (kind < 97) {
            address who = random.chance(50) ? trader : address(uint160(random.below(1000)));
            _bothAlike(trader, abi.encodeCall(IBookAccounts.createUser, (who)));
        } else {
            _bothAlike(trader, abi.encodeCall(IBookAccounts.exit, (trader, random.chance(50))));
        }
    }

    function _amount(Random memory random, uint256 most) private pure returns (uint256) {
        uint256 kind = random.below(8);
        if (kind == 0) return most;
        if (kind == 1) return most + 1;
        return random.below(most / 3 + 2);
    }

    // ------------------------------------------------------------------ markets

    /// @dev A new root, a new sub-market or tighter bounds; most are good.
    function _record(Random memory random) private {
        uint32 created = book.createdRoots();
        MarketRecord memory r;
        r.owner = address(this);
        string memory description;
        uint256 kind = random.below(10);
        if (created == 0 || (kind < 3 && created < MAX_ROOTS)) {
            _newRoot(random, r);
            description = "a market";
        } else {
            // Casts: few roots and branches, small numbers.
            r.marketRootId = uint32(random.between(2, created + 1));
            RootInfo memory info = book.rootOf(r.marketRootId);
            bool isNew = kind < 6;
            r.marketBranchId = isNew ? info.branchCount + 1 : uint16(random.between(1, info.branchCount));
            if (isNew) r.parentBranchId = uint16(random.between(1, info.branchCount));
            (int256 lo, int256 hi) = random.pairOfInts(info.lo - 1, int256(info.hi) + 1);
            if (!isNew && random.chance(75)) (lo, hi) = (info.lo + int256(random.below(2)), info.hi);
            (r.marketMin, r.marketMax) = (int32(lo), int32(hi));
        }
        _send(random, r, description);
    }

    function _newRoot(Random memory random, MarketRecord memory r) private view {
        r.marketBranchId = 1;
        r.kind = random.chance(60) ? 2 : 1;
        r.tickValue = uint128(1e13 * random.between(1, 20));
        r.closesAt = uint40(block.timestamp + random.between(0, random.chance(50) ? 3 days : 30 days));
        r.settleBy = r.closesAt + uint40(random.below(3 days));
        r.descriptionHash = keccak256("a market");
        // Casts: small.
        if (r.kind == 2) {
            (int256 lo, int256 hi) = random.pairOfInts(-15, 25);
            (r.marketMin, r.marketMax) = (int32(lo), int32(hi));
            r.fallbackOutcome = int32(random.betweenInt(lo, hi));
        } else {
            (r.outcomes, r.marketMax) = (uint16(random.between(2, 5)), int32(random.betweenInt(1, 30)));
            r.fallbackOutcome = int32(random.betweenInt(1, int256(uint256(r.outcomes))));
        }
    }

    function _send(Random memory random, MarketRecord memory r, string memory description) private {
        IOrderBook other = IOrderBook(address(old));
        bytes32 oldLink;
        if (r.marketRootId == 0) {
            (, uint32 last, ) = book.chainState();
            uint32 age = uint32(random.below(random.chance(85) ? 2 : 2 * WINDOW));
            uint32 number = age < last ? last - age : 0;
            (r.previousLink, oldLink) = (book.checkpointAt(number), other.checkpointAt(number));
        } else {
            (r.previousLink, oldLink) = (book.rootOf(r.marketRootId).tip, other.rootOf(r.marketRootId).tip);
        }
        bytes memory data = abi.encodeCall(IBookMarkets.createMarket, (r, "", "", description));
        r.previousLink = oldLink;
        bytes memory oldData = abi.encodeCall(IBookMarkets.createMarket, (r, "", "", description));
        address caller = random.chance(97) ? address(this) : _someone(random);
        (bool success, bytes memory answer, bytes memory oldAnswer) = _both(caller, data, oldData);
        if (success) assertEq(keccak256(answer), keccak256(oldAnswer), "number of the root");
    }

    /// @dev What anybody may do to roots and to positions in them.
    function _settle(Random memory random) private {
        // Cast: few roots.
        uint32 root = uint32(random.between(1, book.createdRoots() + 2));
        uint256 kind = random.below(3);
        if (kind == 0) _bothAlike(_someone(random), abi.encodeCall(IBookMarkets.applyFallback, (root)));
        else if (kind == 1) _bothAlike(_someone(random), abi.encodeCall(IBookMarkets.realise, (root, traders)));
        else _bothAlike(_someone(random), abi.encodeCall(IBookMarkets.refresh, (root, traders)));
    }
}
