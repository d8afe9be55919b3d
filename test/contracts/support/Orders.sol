// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOrderBook } from "../../../contracts/interfaces/IOrderBook.sol";
import { BASKET_ROOT_ID, SignedPackage, TradePackage } from "../../../contracts/Types.sol";
import { VM } from "./Vm.sol";

/// @dev EIP-712: the separator of an order book's domain.
function separatorOf(address book) view returns (bytes32) {
    return
        keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Session Contracts"),
                keccak256("1"),
                block.chainid,
                book
            )
        );
}

/// @title Packages as a client would make them
library Orders {
    /// @dev Good till cancelled for an hour, over the newest link, with the lowest free nonce.
    function plain(
        IOrderBook book,
        address trader,
        uint16 leg,
        int32 price,
        int64 quantity
    ) internal view returns (TradePackage memory p) {
        (uint64 nonce, ) = book.noncesOf(trader);
        p.marketRootId = BASKET_ROOT_ID;
        p.marketBranchId = leg;
        p.trader = trader;
        p.priceTicks = price;
        p.quantityLots = quantity;
        p.previousLink = book.linkToSign();
        p.nonce = nonce;
        p.deadline = uint40(block.timestamp + 1 hours);
    }

    function signed(
        IOrderBook book,
        TradePackage memory package,
        uint256 key
    ) internal view returns (SignedPackage memory) {
        (, , , bytes32 digest) = book.linksOf(package);
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        return SignedPackage(package, abi.encodePacked(r, s, v), 0, 0, 0);
    }
}
