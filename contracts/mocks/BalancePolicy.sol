// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { IParticipationPolicy } from "../interfaces/IParticipationPolicy.sol";

/// @title Test only: the tempting policy, which looks at a balance, and which a loan of one transaction deceives
contract BalancePolicy is IParticipationPolicy {
    IERC20 private immutable TOKEN;
    uint256 private immutable MINIMUM;

    constructor(IERC20 token, uint256 minimum) {
        (TOKEN, MINIMUM) = (token, minimum);
    }

    /// @inheritdoc IParticipationPolicy
    function admits(address, address trader) external view returns (bool) {
        return TOKEN.balanceOf(trader) >= MINIMUM;
    }
}
