// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookOrders, IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { TradePackage } from "../../../contracts/Types.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { VM, Vm } from "../support/Vm.sol";
import { OrderSteps } from "./OrderSteps.sol";
import { World } from "./World.sol";

/// @title Given a batch that is good but for some of its bytes, when it is sent, then it is refused with a code, or what it does was signed
/// @dev The batches are those of the random histories: with wallets, cancellations at their head, orders and quote sets with one thing wrong.
contract MalformedBatchesTest is OrderSteps {
    uint256 private constant HEADER = 14;
    uint256 private constant ORDER = 113;
    uint256 private constant CANCELLATION = 100;
    uint256 private constant TERMS = 40; // of an order
    /// @dev Enough for the results of as many orders as a header can say.
    uint256 private constant GAS = 100_000_000;

    /// @dev What TradeCreated says besides its topics.
    struct Logged {
        uint32 marketRootId;
        uint16 marketBranchId;
        int32 priceTicks;
        int64 quantityLots;
        bytes32 previousLink;
        uint64 nonce;
        uint40 deadline;
        uint8 timeInForce;
        bytes32 r;
        bytes32 vs;
    }

    bool private _success;
    bytes private _answer;

    constructor() World(3) {}

    function setUp() external {
        _keepFromReplay();
        VM.warp(t1);
        for (uint256 i; i < 12; ++i) {
            this.batch(i);
            this.quotes(i);
        }
    }

    function testFuzz_WhenBytesAreMissing_ItIsMalformed(uint256 seed, uint256 missing) external {
        bytes memory packed = _some(seed);
        uint256 length = packed.length - bound(missing, 1, packed.length);
        assembly ("memory-safe") {
            mstore(packed, length)
        }
        _assertMalformed(packed);
    }

    function testFuzz_WhenBytesFollow_ItIsMalformed(uint256 seed, bytes calldata more) external {
        if (more.length == 0) return;
        _assertMalformed(bytes.concat(_some(seed), more));
    }

    /// @dev Of the flags, and of the terms of any order.
    function testFuzz_WhenABitThatMeansNothingIsSet_ItIsMalformed(uint256 seed, uint256 which, uint8 bits) external {
        bytes memory packed = _some(seed);
        uint256 orders = _orders(packed);
        which = bound(which, 0, orders);
        if (which == 0) {
            bits = uint8(bound(bits, 1, 127)) << 1;
            packed[0] = bytes1(uint8(packed[0]) | bits);
        } else {
            // A batch that is to be taken as a whole may be refused for what is in front of it.
            packed[0] = 0;
            bits = uint8(bound(bits, 1, 31)) << 2;
            uint256 at_ = _firstOrder(packed) + (which - 1) * ORDER + TERMS;
            packed[at_] = bytes1(uint8(packed[at_]) | bits);
        }
        _assertMalformed(packed);
    }

    function testFuzz_WhenACountIsWrong_ItIsMalformed(uint256 seed, uint256 which, uint8 count) external {
        bytes memory packed = _some(seed);
        // Cancellations, orders (of two bytes the lower, and the higher), quote sets, wallets.
        uint256 at_ = [uint256(9), 11, 10, 12, 13][which % 5];
        if (uint8(packed[at_]) == count) return;
        packed[at_] = bytes1(count);
        _send(packed);
        assertTrue(!_success, "refused");
        bytes4 reason = bytes4(_answer);
        bool known =
            reason == IBookRecords.Book_BatchMalformed.selector ||
                (at_ == 13 && count > 8 && reason == IBookRecords.Book_TooManyWallets.selector);
        assertTrue(known, "malformed, or more wallets than there may be");
    }

    /// @dev A set without quotes, or with a time in force that is none.
    function testFuzz_WhenAQuoteSetHasABadHead_ItIsMalformed(uint256 seed, uint8 timeInForce) external {
        bytes memory packed = _batch(randomFrom(seed), 1).packed;
        uint256 set = _firstOrder(packed) + _orders(packed) * ORDER;
        if (seed % 2 == 0) packed[set + 29] = 0;
        else packed[set + 28] = bytes1(uint8(bound(timeInForce, 4, 255)));
        _assertMalformed(packed);
    }

    /// @dev Of an order that a wallet has signed r means nothing.
    function testFuzz_WhenAWalletsOrderHasAnR_ItIsMalformed(uint256 seed, uint256 byte_, uint8 bits) external {
        for (uint256 i; i < 40; ++i) {
            bytes memory packed = _some(uint256(keccak256(abi.encode(seed, i))));
            for (uint256 k; k < _orders(packed); ++k) {
                uint256 order = _firstOrder(packed) + k * ORDER;
                if (uint8(packed[order + TERMS]) < 128) continue;
                packed[order + 49 + bound(byte_, 0, 31)] = bytes1(uint8(bound(bits, 1, 255)));
                _assertMalformed(packed);
                return;
            }
        }
        assertTrue(false, "a wallet's order among so many");
    }

    /// @dev Any bits anywhere. Either all of it is refused, with an error that the book declares, or what it does was signed.
    function testFuzz_WhenBitsAreFlipped_NothingUnsignedHappens(uint256 seed, uint256 flips) external {
        bytes memory packed = _some(seed);
        Random memory random = randomFrom(flips);
        for (uint256 i = random.between(1, 4); i != 0; --i) {
            uint256 at_ = random.chance(40) ? random.below(HEADER) : random.below(packed.length);
            packed[at_] ^= bytes1(uint8(1 << random.below(8)));
        }
        _sendAndJudge(packed);
    }

    function testFuzz_WhenItIsAnythingAtAll_NothingHappens(bytes calldata anything) external {
        _send(anything);
        // An empty batch has nothing but zeros for its counts.
        if (!_success) _assertDeclared();
        (, , uint32 trades) = book.chainState();
        assertEq(trades, model.trades(), "no order");
    }

    // ------------------------------------------------------------------ in detail

    function _sendAndJudge(bytes memory packed) private {
        VM.recordLogs();
        _send(packed);
        if (!_success) {
            _assertDeclared();
            return;
        }
        Vm.Log[] memory logs = VM.getRecordedLogs();
        _leaveOutUndoneSets(logs, 0);
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter != address(book)) continue;
            if (logs[i].topics[0] == IBookRecords.TradeCreated.selector) _assertSigned(logs, i);
            if (logs[i].topics[0] == IBookRecords.QuoteSetCreated.selector) _assertSetSigned(logs, i);
        }
        // R14, whatever has happened.
        for (uint256 k; k < legCount; ++k) {
            int256 claims;
            for (uint256 i; i < ACCOUNTS; ++i) {
                claims += netCollateral(accounts[i])[k];
            }
            uint256 held = session.balanceOf(address(book)) + legTokens[k].balanceOf(address(book));
            assertEq(claims, int256(held), "the claims are what the book holds");
        }
    }

    /// @dev By the trader's key, or by its wallet, which says yes to nothing else.
    function _assertSigned(Vm.Log[] memory logs, uint256 i) private view {
        Logged memory l = abi.decode(logs[i].data, (Logged));
        TradePackage memory p;
        p.trader = address(uint160(uint256(logs[i].topics[2])));
        (p.marketRootId, p.marketBranchId, p.priceTicks) = (l.marketRootId, l.marketBranchId, l.priceTicks);
        (p.quantityLots, p.previousLink, p.nonce) = (l.quantityLots, l.previousLink, l.nonce);
        (p.deadline, p.timeInForce) = (l.deadline, l.timeInForce);
        (, , , bytes32 digest) = book.linksOf(p);
        if (l.r == 0) {
            assertEq(p.trader, accounts[WALLET], "a wallet has approved it");
            assertEq(logs[i + 1].topics[0], IBookRecords.TradeApproved.selector, "and the log says so");
            return;
        }
        bytes32 s = l.vs & bytes32(type(uint256).max >> 1);
        address signer = ecrecover(digest, uint8(27 + (uint256(l.vs) >> 255)), l.r, s);
        assertEq(signer, p.trader, "its trader has signed it");
    }

    /// @dev Over the links of all its quotes, of those that were left out, too.
    function _assertSetSigned(Vm.Log[] memory logs, uint256 i) private view {
        TradePackage memory p;
        p.trader = address(uint160(uint256(logs[i].topics[2])));
        bytes32 r;
        bytes32 vs;
        uint256 left;
        (p.previousLink, p.nonce, p.deadline, p.timeInForce, r, vs, left) = abi.decode(
            logs[i].data,
            (bytes32, uint64, uint40, uint8, bytes32, bytes32, uint256)
        );
        bytes memory links;
        for (++i; left != 0; ++i) {
            bytes32 link = _linkOfQuote(logs[i], p);
            if (link == 0) continue;
            links = bytes.concat(links, link);
            --left;
        }
        bytes32 hash = keccak256(abi.encode(SET_TYPE_HASH, keccak256(links)));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domain, hash));
        bytes32 s = vs & bytes32(type(uint256).max >> 1);
        address signer = ecrecover(digest, uint8(27 + (uint256(vs) >> 255)), r, s);
        assertEq(signer, p.trader, "its trader has signed the set");
    }

    /// @param p what all quotes of the set have in common
    /// @return link of the quote that the log is about; 0 if it is about none
    function _linkOfQuote(Vm.Log memory log, TradePackage memory p) private view returns (bytes32 link) {
        if (log.topics[0] == IBookRecords.QuoteSkipped.selector) {
            (, link, ) = abi.decode(log.data, (uint256, bytes32, bytes4));
        } else if (log.topics[0] == IBookRecords.QuoteCreated.selector) {
            (p.marketRootId, p.marketBranchId, p.priceTicks, p.quantityLots, ) = abi.decode(
                log.data,
                (uint32, uint16, int32, int64, uint32)
            );
            (link, , , ) = book.linksOf(p);
        }
    }

    function _assertMalformed(bytes memory packed) private {
        _send(packed);
        assertTrue(!_success, "refused");
        assertEq(bytes32(bytes4(_answer)), bytes32(IBookRecords.Book_BatchMalformed.selector), "malformed");
    }

    function _assertDeclared() private view {
        bytes4[6] memory declared = [
            IBookRecords.Book_BatchMalformed.selector,
            IBookRecords.Book_TooManyWallets.selector,
            IBookRecords.Book_PackageRefused.selector,
            IBookRecords.Book_CancellationRefused.selector,
            IBookRecords.Book_QuoteSetRefused.selector,
            IBookRecords.Book_OutOfGas.selector
        ];
        for (uint256 i; i < declared.length; ++i) {
            if (bytes4(_answer) == declared[i]) return;
        }
        assertEq(VM.toString(_answer), "", "an error that the book declares");
    }

    function _send(bytes memory packed) private {
        _wallet.remember();
        (_success, _answer) = address(book).call{ gas: GAS }(abi.encodeCall(IBookOrders.createTrades, (packed)));
    }

    function _some(uint256 seed) private view returns (bytes memory) {
        return _batch(randomFrom(seed), seed % 3).packed;
    }

    function _orders(bytes memory packed) private pure returns (uint256) {
        return (uint256(uint8(packed[10])) << 8) | uint8(packed[11]);
    }

    function _firstOrder(bytes memory packed) private pure returns (uint256 at_) {
        at_ = HEADER;
        for (uint256 i = uint8(packed[9]); i != 0; --i) {
            at_ += CANCELLATION + 4 * uint256(uint8(packed[at_ + 35]));
        }
    }
}
