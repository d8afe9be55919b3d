// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { ERC20FlashMint } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20FlashMint.sol";
import { ERC20Votes } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title Test only: a token with votes that lends any amount of itself for the time of a call (ERC-3156)
contract VotesAsset is ERC20("Votes", "VOTE"), EIP712("Votes", "1"), ERC20Votes, ERC20FlashMint {
    bool private immutable BY_TIME;

    /// @param byTime whether its clock is time, and not block numbers
    constructor(bool byTime) {
        BY_TIME = byTime;
    }

    /// @notice Creates `amount` smallest units for `to`.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function clock() public view override returns (uint48) {
        // Casts: numbers of blocks and seconds.
        return BY_TIME ? uint48(block.timestamp) : uint48(block.number);
    }

    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public view override returns (string memory) {
        return BY_TIME ? "mode=timestamp" : "mode=blocknumber&from=default";
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}
