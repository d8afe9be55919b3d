// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import { IOrderBook } from "../../../contracts/interfaces/IOrderBook.sol";
import { ISession } from "../../../contracts/interfaces/ISession.sol";

/// @dev What the asset does when it is asked to move.
enum Mood {
    Honest,
    Refusing,
    Reentering
}

/// @title An asset that may start to refuse, and that calls back in the middle of a payment
/// @dev It holds session tokens, leg tokens and an account in the book, so that its calls would do something.
contract HostileAsset is ERC20 {
    error HostileAsset_Refused();

    Mood public mood;
    ISession public session;
    /// @notice Whether a guarded function of the vault let it in while it was paying.
    bool public breached;
    /// @notice Whether it has left the book during somebody else's redemption, which it may.
    bool public exited;

    constructor() ERC20("Hostile", "HST") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function enter(ISession session_) external {
        session = session_;
    }

    function become(Mood mood_) external {
        mood = mood_;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (mood == Mood.Refusing) revert HostileAsset_Refused();
        if (mood == Mood.Reentering) _callBack();
        return super.transfer(to, amount);
    }

    function _callBack() private {
        _attempt(abi.encodeCall(ISession.redeem, (1, address(this))));
        _attempt(abi.encodeCall(ISession.redeemLeg, (1, 1, address(this))));
        _attempt(abi.encodeCall(ISession.split, (1)));
        _attempt(abi.encodeCall(ISession.merge, (1)));
        try IOrderBook(session.orderBook()).exit(address(this), false) {
            exited = true;
        } catch {}
    }

    function _attempt(bytes memory data) private {
        (bool success, ) = address(session).call(data);
        if (success) breached = true;
    }
}
