// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { IOrderBook } from "../../interfaces/IOrderBook.sol";
import { MarketRecord } from "../../Types.sol";
import { IOptimisticOracleV3, IOptimisticOracleV3Recipient } from "./IOptimisticOracleV3.sol";
import { IRootSettler, Strikes } from "./IRootSettler.sol";

/// @notice What a settler by assertions is made of. All of it is in its code.
/// @param book whose roots it owns
/// @param oracle UMA's optimistic oracle, version 3, of this chain
/// @param currency of bonds; the oracle must allow it
/// @param liveness seconds in which an assertion can be disputed, at least two hours
/// @param bond smallest units of currency; the oracle's own least bond if that is more
struct UmaTerms {
    IOrderBook book;
    IOptimisticOracleV3 oracle;
    IERC20 currency;
    uint64 liveness;
    uint256 bond;
}

/// @notice What somebody has asserted through a settler.
/// @param marketRootId 0 if there is no such assertion
/// @param isResolved whether the oracle has said what it is
/// @param isTruthful what it has said
/// @param values the outcome: [y] of an interval, all weights of an event; ticks
struct Assertion {
    uint32 marketRootId;
    bool isResolved;
    bool isTruthful;
    int32[] values;
}

/// @title Settles roots by what anybody asserts and nobody refutes
/// @notice From a root's closesAt on anyone asserts its outcome and stakes a bond. If nobody disputes it while it lives, or UMA's voters
/// say that it is true, anyone records it, and the root is settled for good: the first that is recorded counts. A false one changes
/// nothing; somebody asserts anew. If nothing is recorded in time, the book's fallback applies (R39).
/// What is at stake in a root should be less than it costs to make UMA's voters lie, and bond and liveness such that somebody looks
/// (docs/settlement.md).
interface IUmaSettler is IRootSettler, IOptimisticOracleV3Recipient {
    /// @notice `asserter` has staked `bond` units of currency on this outcome.
    event OutcomeAsserted(
        uint32 indexed marketRootId,
        bytes32 indexed assertionId,
        address indexed asserter,
        int32[] values,
        uint256 bond
    );
    /// @notice The oracle has said whether the assertion is true.
    event OutcomeResolved(bytes32 indexed assertionId, bool isTruthful);

    /// @notice An assertion lives at least `minimum` seconds.
    error UmaSettler_LivenessTooShort(uint256 liveness, uint256 minimum);
    /// @notice Outcomes are asserted from closesAt on.
    error UmaSettler_StillOpen(uint256 timestamp, uint256 closesAt);
    /// @notice The root is settled; nothing is left to assert.
    error UmaSettler_Settled(uint32 marketRootId);
    /// @notice This contract has made no such assertion.
    error UmaSettler_UnknownAssertion(bytes32 assertionId);
    /// @notice The oracle has settled it and not called back.
    error UmaSettler_NotResolved(bytes32 assertionId);
    /// @notice The assertion is false. Assert the true outcome.
    error UmaSettler_AssertedFalsely(bytes32 assertionId);

    /// @notice Makes a root that this contract owns.
    /// @param record of a new root, with this contract as its owner; settleBy at least the liveness and seven days after closesAt
    /// @param strikes of sub-markets, which get the numbers from 2 on; none for an event
    /// @param organiserSignature the organiser's over the record, in a session where it permits roots: the organiser calls then. Else empty,
    /// and this contract must be a registered trader (`createUser`)
    /// @param description as for createMarket
    /// @return marketRootId its number
    function openRoot(
        MarketRecord calldata record,
        Strikes[] calldata strikes,
        bytes calldata organiserSignature,
        string calldata description
    ) external returns (uint32 marketRootId);

    /// @notice Asserts the outcome of a root. The caller pays the bond, by allowance, and gets it back, or more, if it is true.
    /// @param values [y] of an interval, which may lie beyond the bounds; all weights of an event
    function assertOutcome(uint32 marketRootId, int32[] calldata values) external returns (bytes32 assertionId);

    /// @notice Settles the root of a true assertion by it. Anyone may. Has the oracle settle the assertion first, if that is due.
    function record(bytes32 assertionId) external;

    /// @notice What it was made of.
    function terms() external view returns (UmaTerms memory);

    /// @notice An assertion as it stands.
    function assertionOf(bytes32 assertionId) external view returns (Assertion memory);

    /// @notice The text that is asserted of an outcome.
    function claimOf(uint32 marketRootId, int32[] calldata values) external view returns (bytes memory);

    /// @notice What an assertion costs to make now, units of currency; the caller's allowance must cover it.
    function bondNow() external view returns (uint256);
}
