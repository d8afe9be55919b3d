// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import { IOrderBook } from "../interfaces/IOrderBook.sol";
import { Domain } from "../libraries/Domain.sol";
import { Signatures } from "../libraries/Signatures.sol";
import { TypedData } from "../libraries/TypedData.sol";
import { SignedPackage, TradePackage } from "../Types.sol";
import { BatchPacker } from "./BatchPacker.sol";

/// @title A trader whose signature exists only while its own call runs
/// @notice A contract with an account in the book, which sends orders of its own. It has no key: the book asks it (ERC-1271), and it
/// says yes to exactly the packages that its running call has approved. So nobody can bring an order of it at another moment than
/// the one for which it was priced: not in the same batch a second time, not later in the same transaction, not ever.
/// @dev Approvals are in transient storage, which outlives the call: it lasts to the end of the transaction. So an approval carries
/// the number of the call that gave it, and is good for that call alone. Nothing depends on somebody taking it back.
/// word at CALL: 2 · number of calls that have ended, and 1 more while one runs. word at a digest: what CALL was when it was approved.
abstract contract TransientSigner is IERC1271 {
    /// @dev No digest of a package is this number, but by a collision of keccak256.
    bytes32 private constant CALL = keccak256("session-contracts.house.call");
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    /// @notice One call of this contract runs already; it was called back from within.
    error House_Busy();
    /// @notice Packages are approved only while a call that signs runs.
    error House_NotSigning();

    /// @dev The function signs orders of this contract. It cannot be entered from within another one that does.
    modifier signs() {
        uint256 call = _load(CALL);
        if (call & 1 == 1) revert House_Busy();
        _store(CALL, call + 1);
        _;
        _store(CALL, call + 2);
    }

    /// @inheritdoc IERC1271
    /// @notice Yes if the running call has approved the package with this digest; the signature is not looked at.
    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        uint256 call = _load(CALL);
        return call & 1 == 1 && _load(digest) == call ? IERC1271.isValidSignature.selector : bytes4(0);
    }

    /// @dev The book in which this contract trades. Its orders are good nowhere else (R21).
    function _book() internal view virtual returns (IOrderBook);

    /// @dev Says yes to this package from now on to the end of the running call, or until it is forgotten.
    /// @return digest of the package
    function _approve(TradePackage memory p) internal returns (bytes32 digest) {
        uint256 call = _load(CALL);
        if (call & 1 == 0) revert House_NotSigning();
        digest = _digestOf(p);
        _store(digest, call);
    }

    /// @dev Says no to it again, before the call ends.
    function _forget(bytes32 digest) internal {
        _store(digest, 0);
    }

    /// @dev What is signed of a package for this book (R21), as `linksOf` has it, without asking the book.
    function _digestOf(TradePackage memory p) internal view returns (bytes32) {
        bytes32 link = keccak256(abi.encode(TypedData.TRADE_PACKAGE_TYPEHASH, p));
        return Signatures.typedDigest(_separator(), link);
    }

    /// @dev An order of this contract for this second, in a batch; its signature has no bytes. The order must have been approved.
    function _packOwn(TradePackage memory p) internal pure returns (bytes memory) {
        return BatchPacker.orderOfWallet(p, 0, 0, 0);
    }

    /// @dev Somebody else's order in a batch, by its key or else by its wallet, as `createTrade` would take it.
    function _packOther(SignedPackage calldata o) internal view returns (bytes memory, bytes memory, uint8) {
        return _packOther(o, o.tradePackage);
    }

    /// @dev The same where its package has been read.
    /// @param p its package
    /// @return packed the order
    /// @return behind what has to stand behind all orders: the signature of a wallet; empty of a key
    /// @return wallets 1 if it is a wallet's, else 0
    function _packOther(
        SignedPackage calldata o,
        TradePackage memory p
    ) internal view returns (bytes memory packed, bytes memory behind, uint8 wallets) {
        (bytes32 r, bytes32 vs) = Signatures.compact(o.signature);
        if (p.trader.code.length == 0 || Signatures.isByKey(uint160(p.trader), _digestOf(p), r, vs)) {
            return (BatchPacker.order(p, r, vs, o.insertAfter, o.place), "", 0);
        }
        return (BatchPacker.orderOfWallet(p, o.signature.length, o.insertAfter, o.place), o.signature, 1);
    }

    /// @dev Computed anew each time: after a fork of the chain it is another one.
    function _separator() private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    DOMAIN_TYPEHASH,
                    keccak256(bytes(Domain.NAME)),
                    keccak256(bytes(Domain.VERSION)),
                    block.chainid,
                    _book()
                )
            );
    }

    function _load(bytes32 slot) private view returns (uint256 word) {
        assembly ("memory-safe") {
            word := tload(slot)
        }
    }

    function _store(bytes32 slot, uint256 word) private {
        assembly ("memory-safe") {
            tstore(slot, word)
        }
    }
}

/// @title A transient signer whose book is in its code
abstract contract House is TransientSigner {
    /// @notice The book in which this contract trades.
    IOrderBook public immutable BOOK;

    constructor(IOrderBook book) {
        BOOK = book;
    }

    function _book() internal view override returns (IOrderBook) {
        return BOOK;
    }
}
