// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IParticipationPolicy } from "../../interfaces/IParticipationPolicy.sol";
import { PolicyCalls } from "./PolicyCalls.sol";

/// @title Several policies as one
/// @notice Children are named once and never change. Each is asked as a book would ask it, at most once, in the order of their naming,
/// until the answer is known. A child that reverts, burns its gas, answers garbage or nothing has said no: that is all it can do. One
/// that answers differently the next time has been asked already; a book does not ask again about who is registered.
/// @dev A child never gets more than its share of the gas that is left, so whatever one burns, the others have theirs. Who sends too
/// little gas can only make a yes into a no, for itself.
abstract contract PolicySet is IParticipationPolicy {
    /// @notice Children of a set.
    uint256 public constant MAX_POLICIES = 8;
    /// @notice Gas that a child is given at most.
    uint256 public constant POLICY_GAS = 250_000;

    address[] private _policies;

    /// @notice A set has 1 to `maximum` policies.
    error PolicySet_Count(uint256 policies, uint256 maximum);
    /// @notice The policy at `index` (from 0) has no code.
    error PolicySet_NoCode(uint256 index, address policy);

    constructor(address[] memory policies_) {
        uint256 count = policies_.length;
        if (count == 0 || count > MAX_POLICIES) revert PolicySet_Count(count, MAX_POLICIES);
        for (uint256 i; i < count; ++i) {
            if (policies_[i].code.length == 0) revert PolicySet_NoCode(i, policies_[i]);
        }
        _policies = policies_;
    }

    /// @notice The children, in the order in which they are asked.
    function policies() external view returns (address[] memory) {
        return _policies;
    }

    /// @dev Whether some child's answer is `wanted`.
    function _anyAnswers(bool wanted, address book, address trader) internal view returns (bool) {
        uint256 count = _policies.length;
        for (uint256 i; i < count; ++i) {
            address policy = _policies[i];
            // One share for each that is still to be asked, and one for what is done here.
            uint256 share = gasleft() / (count - i + 1);
            uint256 allowance = share < POLICY_GAS ? share : POLICY_GAS;
            if (PolicyCalls.admits(policy, allowance, book, trader) == wanted) return true;
        }
        return false;
    }
}
