// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";

import { MarketRecord, RootInfo, RootKind } from "../../Types.sol";
import { IOptimisticOracleV3, IOptimisticOracleV3Recipient } from "./IOptimisticOracleV3.sol";
import { Strikes } from "./IRootSettler.sol";
import { Assertion, IUmaSettler, UmaTerms } from "./IUmaSettler.sol";
import { RootSettler } from "./RootSettler.sol";

/// @title Settles roots by what anybody asserts and nobody refutes
/// @dev What the oracle says of an assertion is kept under its number, with the root and the outcome that were asserted here under the
/// same number. Anybody may name this contract as the callback of an assertion of its own: such numbers are unknown and stay so.
contract UmaSettler is RootSettler, IUmaSettler {
    using SafeERC20 for IERC20;
    using Strings for *;

    uint256 internal constant MIN_LIVENESS = 7_200; // seconds: two hours

    IOptimisticOracleV3 private immutable ORACLE;
    IERC20 private immutable CURRENCY;
    uint64 private immutable LIVENESS;
    uint256 private immutable BOND;

    mapping(bytes32 assertionId => Assertion) private _assertions;

    constructor(UmaTerms memory made) RootSettler(made.book) {
        if (made.liveness < MIN_LIVENESS) revert UmaSettler_LivenessTooShort(made.liveness, MIN_LIVENESS);
        (ORACLE, CURRENCY, LIVENESS, BOND) = (made.oracle, made.currency, made.liveness, made.bond);
    }

    /// @inheritdoc IUmaSettler
    function openRoot(
        MarketRecord calldata record_,
        Strikes[] calldata strikes,
        bytes calldata organiserSignature,
        string calldata description
    ) external returns (uint32) {
        _requireTimeToSettle(record_, uint256(record_.closesAt) + LIVENESS);
        return _open(record_, strikes, organiserSignature, description);
    }

    /// @inheritdoc IUmaSettler
    function assertOutcome(uint32 marketRootId, int32[] calldata values) external returns (bytes32 assertionId) {
        // Checks.
        RootInfo memory root = _requireOutcome(marketRootId, values);
        if (block.timestamp < root.closesAt) revert UmaSettler_StillOpen(block.timestamp, root.closesAt);
        if (root.settled) revert UmaSettler_Settled(marketRootId);
        // Interactions. The number is the oracle's to give; a currency that calls back finds nothing half done: no assertion can be
        // settled in the call that makes it.
        uint256 bond = bondNow();
        CURRENCY.safeTransferFrom(msg.sender, address(this), bond);
        CURRENCY.forceApprove(address(ORACLE), bond);
        assertionId = ORACLE.assertTruth(
            _claim(marketRootId, values, root),
            msg.sender,
            address(this),
            address(0),
            LIVENESS,
            CURRENCY,
            bond,
            ORACLE.defaultIdentifier(),
            0
        );
        // Effect.
        _assertions[assertionId] = Assertion(marketRootId, false, false, values);
        emit OutcomeAsserted(marketRootId, assertionId, msg.sender, values, bond);
    }

    /// @inheritdoc IOptimisticOracleV3Recipient
    /// @dev Never reverts: that would hold the asserter's bond.
    function assertionResolvedCallback(bytes32 assertionId, bool assertedTruthfully) external {
        if (msg.sender != address(ORACLE)) return;
        Assertion storage found = _assertions[assertionId];
        if (found.marketRootId == 0) return;
        (found.isResolved, found.isTruthful) = (true, assertedTruthfully);
        emit OutcomeResolved(assertionId, assertedTruthfully);
    }

    /// @inheritdoc IOptimisticOracleV3Recipient
    function assertionDisputedCallback(bytes32) external {} // solhint-disable-line no-empty-blocks

    /// @inheritdoc IUmaSettler
    function record(bytes32 assertionId) external {
        Assertion storage found = _assertions[assertionId];
        if (found.marketRootId == 0) revert UmaSettler_UnknownAssertion(assertionId);
        if (!found.isResolved) {
            ORACLE.settleAssertion(assertionId);
            if (!found.isResolved) revert UmaSettler_NotResolved(assertionId);
        }
        if (!found.isTruthful) revert UmaSettler_AssertedFalsely(assertionId);
        _settle(found.marketRootId, found.values);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IUmaSettler
    function terms() external view returns (UmaTerms memory) {
        return UmaTerms(BOOK, ORACLE, CURRENCY, LIVENESS, BOND);
    }

    /// @inheritdoc IUmaSettler
    function assertionOf(bytes32 assertionId) external view returns (Assertion memory) {
        return _assertions[assertionId];
    }

    /// @inheritdoc IUmaSettler
    function claimOf(uint32 marketRootId, int32[] calldata values) external view returns (bytes memory) {
        return _claim(marketRootId, values, _requireOutcome(marketRootId, values));
    }

    /// @inheritdoc IUmaSettler
    function bondNow() public view returns (uint256) {
        return Math.max(BOND, ORACLE.getMinimumBond(address(CURRENCY)));
    }

    // ------------------------------------------------------------------ the claim

    /// @dev All that a voter needs to find the description, which says the rest.
    function _claim(uint32 rootId, int32[] calldata values, RootInfo memory root) private view returns (bytes memory) {
        return
            abi.encodePacked(
                "Market ",
                uint256(rootId).toString(),
                " of the order book ",
                address(BOOK).toHexString(),
                " on chain ",
                block.chainid.toString(),
                " has the description that the book's event MarketRecorded shows, whose keccak256 hash is ",
                uint256(descriptionHashOf(rootId)).toHexString(32),
                ". By that description ",
                root.kind == RootKind.Interval
                    ? "the outcome, in ticks, is "
                    : "the weights of all outcomes in their order, in ticks, are ",
                _list(values),
                "."
            );
    }

    function _list(int32[] calldata values) private pure returns (bytes memory text) {
        for (uint256 k; k < values.length; ++k) {
            text = abi.encodePacked(text, k == 0 ? "" : ", ", int256(values[k]).toStringSigned());
        }
    }
}
