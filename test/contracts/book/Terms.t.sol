// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";

import { BookBase } from "../../../contracts/book/BookBase.sol";
import { BookTerms } from "../../../contracts/Types.sol";
import { Test } from "../support/Test.sol";

contract TermsReader is BookBase {
    function copied() external view returns (BookTerms memory) {
        return _terms();
    }

    function decoded() external view returns (BookTerms memory) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (BookTerms));
    }
}

/// @title Given a clone with terms in its code, when it copies them, then they are what decoding them gives
contract TermsTest is Test {
    TermsReader private immutable CODE = new TermsReader();

    function testFuzz_Terms(BookTerms memory terms) external {
        bytes memory encoded = abi.encode(terms);
        TermsReader clone = TermsReader(Clones.cloneWithImmutableArgs(address(CODE), encoded));
        assertEq(keccak256(abi.encode(clone.decoded())), keccak256(encoded), "decoded");
        assertEq(keccak256(abi.encode(clone.copied())), keccak256(encoded), "copied");
    }

    function testFuzz_CodeThatIsNoClone_OrHasOtherArguments_IsRefused(bytes memory arguments) external {
        if (arguments.length == 13 * 32) return;
        address clone = Clones.cloneWithImmutableArgs(address(CODE), arguments);
        (bool answered, bytes memory reason) = clone.staticcall(abi.encodeCall(TermsReader.copied, ()));
        assertTrue(!answered && reason.length == 0, "arguments of another length");
        (answered, ) = address(CODE).staticcall(abi.encodeCall(TermsReader.copied, ()));
        assertTrue(!answered, "no clone");
    }
}
