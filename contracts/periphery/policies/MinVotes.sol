// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC5805 } from "@openzeppelin/contracts/interfaces/IERC5805.sol";

import { IParticipationPolicy } from "../../interfaces/IParticipationPolicy.sol";

/// @title Admits who had enough votes of a token a moment ago
/// @notice Votes are counted at the last moment of the token's own clock (ERC-6372) that is over, so what is borrowed and given back
/// within a transaction, or within a block, never counts. Nothing is locked: the same votes can be lent to another address for its
/// registration. Where one holding must stand for one trader, use MinCapital.
contract MinVotes is IParticipationPolicy {
    /// @notice Whose votes count (ERC-5805).
    IERC5805 public immutable TOKEN;
    /// @notice Votes with which a trader is admitted, smallest units.
    uint256 public immutable MINIMUM;

    /// @notice The token has no code.
    error MinVotes_NoToken(address token);
    /// @notice Everybody has no votes.
    error MinVotes_MinimumZero();

    constructor(IERC5805 token, uint256 minimum) {
        if (address(token).code.length == 0) revert MinVotes_NoToken(address(token));
        if (minimum == 0) revert MinVotes_MinimumZero();
        (TOKEN, MINIMUM) = (token, minimum);
    }

    /// @inheritdoc IParticipationPolicy
    function admits(address, address trader) external view returns (bool) {
        return TOKEN.getPastVotes(trader, TOKEN.clock() - 1) >= MINIMUM;
    }
}
