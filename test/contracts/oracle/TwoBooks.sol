// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILegToken } from "../../../contracts/interfaces/ILegToken.sol";
import { IOrderBook } from "../../../contracts/interfaces/IOrderBook.sol";
import { ISession } from "../../../contracts/interfaces/ISession.sol";
import { TestAsset } from "../../../contracts/mocks/TestAsset.sol";
import { SessionParams } from "../../../contracts/Types.sol";
import { Deployment, plainParams } from "../support/Deployment.sol";
import { separatorOf } from "../support/Orders.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";
import { Manner, Wallet } from "../support/Wallets.sol";
import { IOldOrderBook as IOldBook } from "./frozen/interfaces/IOrderBook.sol";
import { OldDeployment } from "./OldDeployment.sol";

/// @title Two funded sessions on the same terms, one with the frozen order book, and the people of both
/// @dev What both books answer alike is asked through the new interface. The organiser is this contract.
abstract contract TwoBooks is Test {
    uint256 internal constant TRADERS = 6;
    uint256 internal constant WALLET = 5; // the last of them is a contract that answers for a key
    int32 internal constant SCALE = 100;
    uint64 internal constant TICK_VALUE = 1e13;
    uint256 internal constant LOT_VALUE = 1e15;
    uint16 internal constant WINDOW = 5;
    uint16 internal constant MAX_OPEN_ORDERS = 7;

    IOrderBook public book;
    IOldBook public old;
    ISession[2] public sessions; // of the new book, of the old one
    bytes32[2] internal _domains;
    address[] public traders;
    uint256[] internal _keys;
    uint256 public legs;
    uint256 public t1;
    uint256 public t2;

    constructor(uint256 legs_) {
        legs = legs_;
        for (uint256 i; i < TRADERS; ++i) {
            _keys.push(0xACE0 + i);
            traders.push(VM.addr(_keys[i]));
        }
        traders[WALLET] = address(new Wallet(traders[WALLET], Manner.Honest));
        sessions[0] = _openSession(address(new Deployment().FACTORY()));
        sessions[1] = _openSession(address(new OldDeployment().FACTORY()));
        (book, old) = (IOrderBook(sessions[0].orderBook()), IOldBook(sessions[1].orderBook()));
        _domains = [separatorOf(address(book)), separatorOf(address(old))];
        for (uint256 s; s < 2; ++s) {
            _giveOut(sessions[s]);
        }
        VM.warp(t1);
    }

    /// @dev Baskets of more than two legs count their limit of lots otherwise (see the README), so they have none here.
    function _openSession(address factory) private returns (ISession session) {
        address[] memory assets = new address[](legs);
        uint128[] memory quantities = new uint128[](legs);
        for (uint256 k; k < legs; ++k) {
            (assets[k], quantities[k]) = (address(new TestAsset("Asset", "AST", 18)), uint128(1e18 + 7 * k));
        }
        SessionParams memory params = plainParams(assets, quantities, 4000 * LOT_VALUE + 7);
        (params.basketScale, params.basketTickValue) = (SCALE, TICK_VALUE);
        (params.chainWindow, params.maxOpenOrders) = (WINDOW, MAX_OPEN_ORDERS);
        params.t2 = params.t1 + 40 days; // room for long lives
        if (legs < 3) params.maxLots = 300;
        (t1, t2) = (params.t1, params.t2);
        (bool success, bytes memory answer) = factory.call(
            abi.encodeWithSignature(
                "createSession((string,string,address[],uint128[],uint256,uint40,uint40,address,uint40,bool,uint16,uint16,uint64,int32,uint64),bytes32)",
                params,
                bytes32(0)
            )
        );
        assertTrue(success, "createSession");
        session = ISession(abi.decode(answer, (address)));
        for (uint256 k; k < legs; ++k) {
            TestAsset(assets[k]).mint(address(this), quantities[k]);
            TestAsset(assets[k]).approve(address(session), quantities[k]);
        }
        session.fund();
    }

    /// @dev Everybody holds tokens of all kinds outside, and little in the book.
    function _giveOut(ISession session) private {
        address to = session.orderBook();
        for (uint256 i; i < TRADERS; ++i) {
            session.transfer(traders[i], 500 * LOT_VALUE);
            VM.startPrank(traders[i]);
            session.approve(to, type(uint256).max);
            session.split(200 * LOT_VALUE);
            for (uint256 k = 1; k <= legs; ++k) {
                ILegToken(session.legToken(k)).approve(to, type(uint256).max);
            }
            IOrderBook(to).deposit(traders[i], 16 * LOT_VALUE + i);
            IOrderBook(to).depositLeg(traders[i], uint16((i % legs) + 1), 6);
            VM.stopPrank();
        }
    }

    /// @dev A signature of that key for the new book (0) or the old one (1).
    function _sign(uint256 key, uint256 which, bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(
            key,
            keccak256(abi.encodePacked(hex"1901", _domains[which], structHash))
        );
        return abi.encodePacked(r, s, v);
    }
}
