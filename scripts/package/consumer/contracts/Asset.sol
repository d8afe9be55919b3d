// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Something to put into a basket
contract Asset is ERC20 {
    constructor(string memory name_, uint256 supply) ERC20(name_, name_) {
        _mint(msg.sender, supply);
    }
}
