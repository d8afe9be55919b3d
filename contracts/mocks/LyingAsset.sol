// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Test only: an asset that says it moved the amount, and moves another
contract LyingAsset {
    mapping(address owner => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    uint256 private _moved;
    bool private _shrinks;

    /// @notice Every transfer will move `amount`, whatever was asked; with `shrinks` the receiver loses it instead.
    function moveInstead(uint256 amount, bool shrinks) external {
        (_moved, _shrinks) = (amount, shrinks);
    }

    /// @notice Creates `amount` smallest units for `to`.
    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256) external returns (bool) {
        return _move(to);
    }

    function transferFrom(address, address to, uint256) external returns (bool) {
        return _move(to);
    }

    function _move(address to) private returns (bool) {
        if (_shrinks) balanceOf[to] -= _moved;
        else balanceOf[to] += _moved;
        return true;
    }
}
