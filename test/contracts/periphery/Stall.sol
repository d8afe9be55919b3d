// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import { IOrderBook } from "../../../contracts/interfaces/IOrderBook.sol";
import { BatchPacker } from "../../../contracts/periphery/BatchPacker.sol";
import { House } from "../../../contracts/periphery/House.sol";
import { Placed, SignedPackage, TradePackage } from "../../../contracts/Types.sol";

/// @dev What is called while a stall's call runs.
interface IVisitor {
    function visit(bytes32 digest) external;
}

/// @title The least house there is: it sells whatever it is told to, at whatever price
contract Stall is House {
    constructor(IOrderBook book) House(book) {}

    /// @notice Own order and the taker's in one batch.
    function sell(
        TradePackage calldata own,
        SignedPackage calldata taker,
        bool strict
    ) external signs returns (Placed[] memory) {
        _approve(own);
        return BOOK.createTrades(_batch(own, taker, strict));
    }

    /// @notice Approves, then calls the caller back.
    function approveAndVisit(TradePackage calldata own, bool forget) external signs {
        bytes32 digest = _approve(own);
        if (forget) _forget(digest);
        IVisitor(msg.sender).visit(digest);
    }

    function approveWithoutSigning(TradePackage calldata own) external {
        _approve(own);
    }

    function digestOf(TradePackage calldata p) external view returns (bytes32) {
        return _digestOf(p);
    }

    function _batch(
        TradePackage calldata own,
        SignedPackage calldata taker,
        bool strict
    ) private view returns (bytes memory) {
        (bytes memory other, bytes memory behind, uint8 wallets) = _packOther(taker);
        bytes memory header = BatchPacker.header(strict, 20, 64, 0, 2, 0, 1 + wallets);
        return bytes.concat(header, _packOwn(own), other, behind);
    }
}

/// @title The same without a number of the call: what it has approved stays approved to the end of the transaction
contract CarelessStall is IERC1271 {
    IOrderBook private immutable BOOK;

    constructor(IOrderBook book) {
        BOOK = book;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4 answer) {
        assembly ("memory-safe") {
            answer := tload(digest)
        }
    }

    function sell(TradePackage calldata own, SignedPackage calldata taker, bool) external returns (Placed[] memory) {
        (, , , bytes32 digest) = BOOK.linksOf(own);
        bytes32 yes = IERC1271.isValidSignature.selector;
        assembly ("memory-safe") {
            tstore(digest, yes)
        }
        (bytes32 r, bytes32 s) = abi.decode(taker.signature[0:64], (bytes32, bytes32));
        bytes32 vs = s | bytes32(uint256(uint8(taker.signature[64]) - 27) << 255);
        return
            BOOK.createTrades(
                bytes.concat(
                    BatchPacker.header(false, 20, 64, 0, 2, 0, 1),
                    BatchPacker.orderOfWallet(own, 0, 0, 0),
                    BatchPacker.order(taker.tradePackage, r, vs, 0, 0)
                )
            );
    }
}
