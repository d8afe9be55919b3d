// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOrderBook } from "../../interfaces/IOrderBook.sol";
import { ISession } from "../../interfaces/ISession.sol";

/// @title Which book a session stands for
/// @notice What is paid or staked to be admitted counts for a book, since a policy is asked by a book.
/// @dev Anybody can write a session that names somebody else's book. Only a book's own session is believed about it: a book says truly
/// which that is, and what a made-up book says is of use to that book alone.
abstract contract SessionGate {
    /// @notice `session` names the book `book`, which is another session's.
    error Gate_NotItsBook(address session, address book);
    /// @notice Money is taken only once a session is funded, and until t2.
    error Gate_NotOpen(address session, ISession.Phase phase);

    /// @dev The book of a session that can be entered.
    function _bookOf(ISession session) internal view returns (address book) {
        book = session.orderBook();
        if (IOrderBook(book).session() != address(session)) revert Gate_NotItsBook(address(session), book);
        ISession.Phase phase = session.phase();
        if (phase != ISession.Phase.Funded && phase != ISession.Phase.Open) {
            revert Gate_NotOpen(address(session), phase);
        }
    }
}
