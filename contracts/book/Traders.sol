// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { IParticipationPolicy } from "../interfaces/IParticipationPolicy.sol";
import { TraderWord, TraderWords } from "../libraries/TraderWord.sol";
import { BookState } from "./BookBase.sol";
import { Store } from "./Store.sol";

/// @title Who trades
library Traders {
    /// @notice Gives `trader` the next number, if the policy admits it (paper: createUser).
    function register(BookState storage s, uint256 policy, address trader) internal returns (TraderWord t) {
        if (trader == address(0)) revert IBookRecords.Book_ZeroAddress();
        t = Store.trader(uint160(trader));
        // Casts: numbers are uint32.
        if (!t.isNone()) revert IBookRecords.Book_TraderExists(trader, uint32(t.number()));
        // Cast: an address as the factory has encoded it.
        address policy_ = address(uint160(policy));
        if (policy_ != address(0) && !_admits(policy_, trader)) revert IBookRecords.Book_NotAdmitted(trader, policy_);
        uint32 number = ++s.traders;
        t = TraderWords.fresh(number);
        Store.setTrader(uint160(trader), t);
        Store.setName(number, uint160(trader));
        emit IBookRecords.UserCreated(number, trader);
    }

    function registered(address trader) internal view returns (TraderWord t) {
        t = Store.trader(uint160(trader));
        if (t.isNone()) revert IBookRecords.Book_TraderUnknown(trader);
    }

    /// @dev Read-only, so that a policy can change nothing here; whatever it does instead of saying yes is a no.
    function _admits(address policy, address trader) private view returns (bool) {
        (bool answered, bytes memory answer) = policy.staticcall(
            abi.encodeCall(IParticipationPolicy.admits, (address(this), trader))
        );
        return answered && answer.length >= 32 && abi.decode(answer, (uint256)) == 1;
    }
}
