// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";

import { BookBase } from "../../../contracts/book/BookBase.sol";
import { Call } from "../../../contracts/book/Call.sol";
import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { BookTerms } from "../../../contracts/Types.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";

contract TermsReader is BookBase {
    function copied() external view returns (Call memory c) {
        _look(c);
    }

    function decoded() external view returns (BookTerms memory) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (BookTerms));
    }
}

/// @title Given a clone with terms in its code, when a call copies them, then they are what decoding them gives
contract TermsTest is Test {
    TermsReader private immutable CODE = new TermsReader();

    function testFuzz_Terms(BookTerms memory terms) external {
        bytes memory encoded = abi.encode(terms);
        TermsReader clone = TermsReader(Clones.cloneWithImmutableArgs(address(CODE), encoded));
        assertEq(keccak256(abi.encode(clone.decoded())), keccak256(encoded), "decoded");
        Call memory c = clone.copied();
        assertEq(keccak256(abi.encode(_termsOf(c))), keccak256(encoded), "copied");
        assertEq(c.lotValue, int256(terms.basketScale) * int256(uint256(terms.basketTickValue)), "value of a lot");
    }

    /// @dev What lies at the place of the terms is code there.
    function test_TheCodeItself_HasNone_AndRefuses() external {
        VM.expectRevert(abi.encodeWithSelector(IBookRecords.Book_NotTrading.selector, block.timestamp, 0, 0));
        CODE.copied();
    }

    /// @dev Casts: as they were encoded.
    function _termsOf(Call memory c) private pure returns (BookTerms memory t) {
        (t.session, t.policy) = (address(uint160(c.session)), address(uint160(c.policy)));
        (t.marketCreator, t.t1, t.t2) = (address(uint160(c.marketCreator)), uint40(c.t1), uint40(c.t2));
        (t.settleLimit, t.chainWindow) = (uint40(c.settleLimit), uint16(c.chainWindow));
        (t.maxOpenOrders, t.maxLots) = (uint16(c.maxOpenOrders), uint64(uint256(c.maxLots)));
        (t.assetCount, t.basketScale) = (uint8(c.assetCount), int32(c.basketScale));
        (t.basketTickValue, t.reserveShift) = (uint64(uint256(c.basketTickValue)), uint8(c.reserveShift));
    }
}
