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
import { HostileAsset } from "./HostileAsset.sol";
import { Reference } from "./Reference.sol";
import { ReferenceTerms } from "./ReferenceAccounts.sol";
import { WatchingWallet } from "./WatchingWallet.sol";

/// @title One funded session, its people, and the reference book beside it
/// @dev Accounts: six traders (four plain keys, a key whose account has code, a contract wallet), then the organiser, somebody
/// who never registers by order, and the hostile asset itself.
abstract contract World is Test {
    uint256 internal constant TRADERS = 6;
    uint256 internal constant ACCOUNTS = TRADERS + 3;
    uint256 private constant CODED = 4;
    uint256 internal constant WALLET = 5;
    int32 internal constant SCALE = 100;
    uint64 internal constant TICK_VALUE = 1e13;
    uint256 internal constant LOT_VALUE = 1e15;
    uint256 internal constant SUPPLY = 4000 * LOT_VALUE + 7;
    uint16 internal constant CHAIN_WINDOW = 4;
    uint16 internal constant MAX_OPEN_ORDERS = 8;
    uint64 internal constant MAX_LOTS = 250;

    Deployment public deployment;
    ISession public session;
    IOrderBook public book;
    Reference public model;
    HostileAsset public hostile;
    uint256 public legCount;
    uint256 public t1;
    uint256 public t2;
    address[] public accounts;
    ILegToken[] public legTokens;
    uint256[] internal _keys;
    bytes32 internal _domain;
    WatchingWallet internal _wallet;

    constructor(uint256 legs) {
        legCount = legs;
        SessionParams memory params = _params();
        (t1, t2) = (params.t1, params.t2);
        address organiser = address(0x0E6A);
        _addPeople(organiser);
        _openSession(params, organiser);
        _domain = separatorOf(address(book));
        ReferenceTerms memory terms = ReferenceTerms(
            legs,
            SCALE,
            int64(TICK_VALUE),
            t1,
            t2,
            CHAIN_WINDOW,
            MAX_OPEN_ORDERS,
            SUPPLY,
            MAX_LOTS
        );
        model = new Reference(terms, _domain);
        _giveOut(organiser);
        _wallet.watch(book, accounts);
    }

    function accountCount() external pure returns (uint256) {
        return ACCOUNTS;
    }

    function keyOf(uint256 trader) internal view returns (uint256) {
        return _keys[trader];
    }

    function _params() private returns (SessionParams memory params) {
        address[] memory assets = new address[](legCount);
        uint128[] memory quantities = new uint128[](legCount);
        for (uint256 k; k < legCount; ++k) {
            assets[k] = address(new TestAsset("Asset", "AST", 18));
            quantities[k] = uint128(k % 2 == 0 ? 1e18 + 7 * k : 33_333_333 + k);
        }
        hostile = new HostileAsset();
        assets[legCount - 1] = address(hostile);
        params = plainParams(assets, quantities, SUPPLY);
        (params.basketScale, params.basketTickValue) = (SCALE, TICK_VALUE);
        (params.chainWindow, params.maxOpenOrders, params.maxLots) = (CHAIN_WINDOW, MAX_OPEN_ORDERS, MAX_LOTS);
    }

    function _addPeople(address organiser) private {
        for (uint256 i; i < TRADERS; ++i) {
            _keys.push(0xBEEF + i);
            accounts.push(VM.addr(_keys[i]));
        }
        VM.etch(accounts[CODED], address(new Wallet(address(1), Manner.Reverting)).code);
        _wallet = new WatchingWallet(accounts[WALLET]);
        accounts[WALLET] = address(_wallet);
        accounts.push(organiser);
        accounts.push(address(0x0DD));
        accounts.push(address(hostile));
    }

    function _openSession(SessionParams memory params, address organiser) private {
        deployment = new Deployment();
        VM.startPrank(organiser);
        session = ISession(deployment.FACTORY().createSession(params, 0));
        for (uint256 k; k < legCount; ++k) {
            TestAsset(params.assets[k]).mint(organiser, params.quantities[k]);
            TestAsset(params.assets[k]).approve(address(session), params.quantities[k]);
        }
        session.fund();
        VM.stopPrank();
        book = IOrderBook(session.orderBook());
        for (uint256 k = 1; k <= legCount; ++k) {
            legTokens.push(ILegToken(session.legToken(k)));
        }
        hostile.enter(session);
    }

    /// @dev Everybody holds session tokens and some of each leg, and has a little in the book.
    function _giveOut(address organiser) private {
        for (uint256 i; i < ACCOUNTS; ++i) {
            address account = accounts[i];
            if (account != organiser) {
                VM.prank(organiser);
                session.transfer(account, 400 * LOT_VALUE + i);
            }
            VM.startPrank(account);
            session.approve(address(book), type(uint256).max);
            session.split(150 * LOT_VALUE);
            for (uint256 k; k < legCount; ++k) {
                legTokens[k].approve(address(book), type(uint256).max);
            }
            if (i < TRADERS || account == address(hostile)) {
                book.deposit(account, 16 * LOT_VALUE + i);
                book.depositLeg(account, uint16((i % legCount) + 1), 6);
                model.addCash(account, int256(16 * LOT_VALUE + i));
                model.addLots(account, (i % legCount) + 1, 6);
            }
            VM.stopPrank();
        }
    }
}
