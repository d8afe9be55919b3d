// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IParticipationPolicy } from "../../interfaces/IParticipationPolicy.sol";

/// @title Asking a policy that may be hostile
library PolicyCalls {
    /// @dev Read-only, with at most `allowance` gas. Yes is the word 1 and nothing else: whatever the policy does instead (revert, use up
    /// its gas, answer another word or less than one) is a no. No more than that word is copied, however long the answer.
    function admits(
        address policy,
        uint256 allowance,
        address book,
        address trader
    ) internal view returns (bool isAdmitted) {
        bytes memory question = abi.encodeCall(IParticipationPolicy.admits, (book, trader));
        // Memory: the two words of scratch space only.
        assembly ("memory-safe") {
            let answered := staticcall(allowance, policy, add(question, 0x20), mload(question), 0, 0x20)
            isAdmitted := and(and(answered, gt(returndatasize(), 0x1f)), eq(mload(0), 1))
        }
    }
}
