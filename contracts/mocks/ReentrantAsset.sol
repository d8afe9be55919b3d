// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Test only: an asset that calls somebody back in the middle of a transfer
/// @notice It may hold claims itself, so that what it calls back with is its own right.
contract ReentrantAsset is ERC20("Reentrant", "REE") {
    address private _target;
    bytes private _call;
    bool private _swallows;

    /// @notice The call back was made; `answer` is what came back of it.
    event CalledBack(bool succeeded, bytes answer);

    /// @notice Somebody has brought a permit.
    event PermitAsked();

    /// @notice The call back failed and so must the transfer.
    error CallBackFailed(bytes reason);

    /// @notice Creates `amount` smallest units for `to`.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice From now on each transfer calls `target` with `data`; with `swallows` a failure of that is only recorded.
    function aim(address target, bytes calldata data, bool swallows) external {
        (_target, _call, _swallows) = (target, data, swallows);
    }

    /// @notice As ERC-2612 has it, but all it does is call back as a transfer does.
    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) external {
        emit PermitAsked();
        _callBack();
    }

    /// @notice Calls `target` on behalf of this asset: to give it an account, an allowance, claims.
    function act(address target, bytes calldata data) external returns (bytes memory answer) {
        bool succeeded;
        (succeeded, answer) = target.call(data);
        if (!succeeded) revert CallBackFailed(answer);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0)) _callBack();
    }

    function _callBack() private {
        if (_target == address(0)) return;
        (bool succeeded, bytes memory answer) = _target.call(_call);
        if (!succeeded && !_swallows) revert CallBackFailed(answer);
        emit CalledBack(succeeded, answer);
    }
}
