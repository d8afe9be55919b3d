// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import { IBookRecords, IOrderBook } from "../../../../contracts/interfaces/IOrderBook.sol";
import { BatchPacker } from "../../../../contracts/periphery/BatchPacker.sol";
import { LmsrMaker } from "../../../../contracts/periphery/makers/LmsrMaker.sol";
import { LmsrMakerFactory } from "../../../../contracts/periphery/makers/LmsrMakerFactory.sol";
import { MakerTerms } from "../../../../contracts/periphery/makers/ILmsrMaker.sol";
import { SignedPackage, TradePackage } from "../../../../contracts/Types.sol";
import { Baskets } from "../../support/Baskets.sol";
import { Orders } from "../../support/Orders.sol";
import { Packing } from "../../support/Packing.sol";
import { VM } from "../../support/Vm.sol";

/// @title The tempting maker: it prices when the book asks for its signature, from its position as it is then
contract PricedOnDemand is IERC1271 {
    IOrderBook private immutable BOOK;
    LmsrMaker private immutable PRICES; // with the same position: none

    constructor(IOrderBook book, LmsrMaker prices) {
        (BOOK, PRICES) = (book, prices);
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        TradePackage memory p = abi.decode(signature, (TradePackage));
        (, , , bytes32 own) = BOOK.linksOf(p);
        int256 lots = -int256(p.quantityLots);
        bool isGood = own == digest && lots > 0 && int256(p.priceTicks) * lots >= PRICES.cost(p.marketBranchId, lots);
        return isGood ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

/// @dev Trades through the maker and then, in the same transaction, tries what the maker has signed.
contract Reuser {
    function run(IOrderBook book, LmsrMaker maker, SignedPackage calldata order, TradePackage calldata own) external {
        maker.trade(order, 20, 20);
        (, , , bytes32 digest) = book.linksOf(own);
        require(maker.isValidSignature(digest, "") != IERC1271.isValidSignature.selector, "still approved");
        TradePackage memory again = own;
        ++again.nonce;
        try book.createTrade(SignedPackage(again, "", 0, 0, 0), 0, 10) {
            revert("taken again");
        } catch (bytes memory reason) {
            require(bytes4(reason) == IBookRecords.Book_SignatureInvalid.selector, "another reason");
        }
    }
}

/// @title Given orders at the price of a moment ago, when they are brought in one batch, then the maker has signed none of them
contract StalePricesTest is Baskets {
    uint256 private constant KEY = 0xA11CE;
    uint64 private constant ORDERS = 8; // as many wallets as a batch asks

    LmsrMaker private maker;
    address private taker = VM.addr(KEY);

    function setUp() external {
        uint128[] memory quantities = new uint128[](2);
        (quantities[0], quantities[1]) = (1e21, 1e21);
        _openSession(quantities, 1e21);
        VM.warp(block.timestamp + 2 days);
        uint16[] memory prior = new uint16[](2);
        (prior[0], prior[1]) = (1, 1);
        maker = LmsrMaker(new LmsrMakerFactory().create(MakerTerms(_book, 0, 1_000, prior, new int32[](0))));
        _session.approve(address(maker), type(uint256).max);
        maker.fund(maker.depositNeeded());
        _book.deposit(taker, 50e18);
    }

    /// @dev The book asks all wallets of a call before anything changes: each order is priced as if it were the only one.
    function test_TheTemptingMaker_SellsAllAtTheFirstPrice() external {
        PricedOnDemand naive = new PricedOnDemand(_book, maker);
        _book.deposit(address(naive), 10e18);
        (int256 got, int256 paid) = _robInOneBatch(address(naive), true);
        assertEq(got, 800, "lots, all of them");
        int256 fair = maker.cost(1, 800);
        assertTrue(paid < fair, "less than the cost function asks");
        assertEq(paid, 4_100_000, "5 125 each");
        assertEq(fair, 4_779_535, "ticks lots that eight hundred lots cost");
    }

    function test_TheMaker_HasSignedNoneOfThem() external {
        (int256 got, int256 paid) = _robInOneBatch(address(maker), false);
        assertEq(got, 0, "lots");
        assertEq(paid, 0, "ticks lots");
        assertEq(_book.positionOf(address(maker), 1)[0], int256(0), "of the maker");
    }

    function test_AfterATrade_InTheSameTransaction_NothingIsSigned() external {
        TradePackage memory p = Orders.plain(_book, taker, 1, 9_999, 100);
        TradePackage memory own = p;
        SignedPackage memory order = Orders.signed(_book, p, KEY);
        own = TradePackage(1, 1, address(maker), 5_125, -100, p.previousLink, 0, uint40(block.timestamp), 0);
        new Reuser().run(_book, maker, order, own);
        assertEq(_book.positionOf(address(maker), 1)[0], int256(-100), "the one trade");
    }

    /// @dev Several orders through the maker in one transaction each pay the price that the one before has left.
    function test_TradesInOneTransaction_PayWhatTheCostFunctionAsks() external {
        int256 paid;
        (int256 before, , , ) = _book.accountOf(address(maker));
        for (uint256 i; i < ORDERS; ++i) {
            maker.trade(Orders.signed(_book, Orders.plain(_book, taker, 1, 9_999, 100), KEY), 20, 20);
        }
        (int256 claim, int256 worst, , ) = _book.accountOf(address(maker));
        assertEq(_book.positionOf(address(maker), 1)[0], int256(-800), "sold");
        // The claim counts the last leg; a lot of the first is paid if it wins.
        paid = (claim - before) / 1e11;
        assertGe(paid, int256(4_779_535), "at least the cost of all at once");
        assertGe(claim + worst, int256(0), "covered");
    }

    function _robInOneBatch(address house, bool signs_) private returns (int256 got, int256 paid) {
        bytes memory orders;
        bytes memory signatures;
        for (uint64 i; i < ORDERS; ++i) {
            TradePackage memory p = Orders.plain(_book, house, 1, 5_125, -100);
            p.nonce += i;
            bytes memory signature = signs_ ? abi.encode(p) : bytes("");
            orders = bytes.concat(orders, BatchPacker.orderOfWallet(p, signature.length, 0, 0));
            signatures = bytes.concat(signatures, signature);
        }
        SignedPackage memory bid = Orders.signed(_book, Orders.plain(_book, taker, 1, 9_999, 800), KEY);
        bytes memory header = BatchPacker.header(false, 50, 50, 0, uint16(ORDERS + 1), 0, uint8(ORDERS));
        (int256 before, , , ) = _book.accountOf(taker);
        _book.createTrades(bytes.concat(header, orders, Packing.order(bid), signatures));
        got = _book.positionOf(taker, 1)[0];
        (int256 afterwards, , , ) = _book.accountOf(taker);
        paid = (before - afterwards) / 1e11;
    }
}
