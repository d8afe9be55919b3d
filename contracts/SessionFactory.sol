// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

import { ISessionFactory } from "./interfaces/ISessionFactory.sol";
import { Session } from "./Session.sol";
import { BookTerms, SessionParams, SessionTerms } from "./Types.sol";

/// @title Opens sessions
contract SessionFactory is ISessionFactory {
    /// @dev Every loop over the basket is bounded by this (R42).
    uint256 public constant MAX_ASSETS = 16;
    /// @dev Keeps every sum over a session's accounts far inside an int128.
    uint256 public constant MAX_SUPPLY = type(uint96).max;
    /// @dev The calls of one block make one checkpoint. With room for two, none of them takes a link out of the window that was
    /// the newest before the block.
    uint256 public constant MIN_CHAIN_WINDOW = 2;
    /// @dev The book keeps its last 256 checkpoints.
    uint256 public constant MAX_CHAIN_WINDOW = 256;
    /// @dev The book counts a trader's open orders in 8 bits.
    uint256 public constant MAX_OPEN_ORDERS = type(uint8).max;
    /// @dev No time of a session, nor of its markets, is later.
    uint256 public constant MAX_TIME = type(uint32).max;
    /// @dev The book keeps reserves in 16 bits (R15).
    uint256 private constant RESERVE_BITS = 16;
    /// @dev Names fit one word with their length.
    uint256 public constant MAX_NAME_BYTES = 31;

    address private immutable SESSION;
    address private immutable LEG_TOKEN;
    address private immutable ORDER_BOOK;

    mapping(address session => bool) public isSession;

    constructor(address sessionImplementation, address legTokenImplementation, address orderBookImplementation) {
        SESSION = sessionImplementation;
        LEG_TOKEN = legTokenImplementation;
        ORDER_BOOK = orderBookImplementation;
    }

    /// @inheritdoc ISessionFactory
    function createSession(SessionParams calldata params, bytes32 salt) external returns (address session) {
        _checkBasket(params);
        _checkRules(params);
        bytes32 ownSalt = keccak256(abi.encode(msg.sender, salt));
        session = Clones.cloneDeterministicWithImmutableArgs(SESSION, _sessionArgs(params), ownSalt);
        isSession[session] = true;
        address book = Clones.cloneDeterministicWithImmutableArgs(ORDER_BOOK, _bookArgs(params, session), ownSalt);
        address[] memory legTokens = new address[](params.assets.length);
        for (uint256 i; i < legTokens.length; ++i) {
            legTokens[i] = Clones.cloneDeterministicWithImmutableArgs(LEG_TOKEN, abi.encode(session, i + 1), ownSalt);
        }
        Session(session).wire(legTokens, book);
        emit SessionCreated(session, msg.sender, book, legTokens, params);
    }

    /// @inheritdoc ISessionFactory
    function implementations() external view returns (address session, address legToken, address orderBook) {
        return (SESSION, LEG_TOKEN, ORDER_BOOK);
    }

    function _checkBasket(SessionParams calldata p) private view {
        uint256 count = p.assets.length;
        if (count == 0 || count > MAX_ASSETS || p.quantities.length != count) {
            revert Factory_AssetCount(count, p.quantities.length, MAX_ASSETS);
        }
        for (uint256 i; i < count; ++i) {
            address asset = p.assets[i];
            if (asset.code.length == 0) revert Factory_AssetNotAContract(i, asset);
            if (p.quantities[i] == 0) revert Factory_QuantityZero(i);
            for (uint256 j; j < i; ++j) {
                if (p.assets[j] == asset) revert Factory_AssetRepeated(j, i, asset);
            }
        }
    }

    function _checkRules(SessionParams calldata p) private view {
        if (block.timestamp >= p.t1 || p.t1 >= p.t2) revert Factory_Window(block.timestamp, p.t1, p.t2);
        if (p.settleLimit < p.t2 || p.settleLimit > MAX_TIME) {
            revert Factory_SettleLimit(p.settleLimit, p.t2, MAX_TIME);
        }
        if (p.basketScale < 1 || p.basketTickValue == 0) revert Factory_BasketUnits(p.basketScale, p.basketTickValue);
        // Cast: basketScale is positive here.
        uint256 lotValue = uint256(int256(p.basketScale)) * p.basketTickValue;
        if (p.supply < lotValue || p.supply > MAX_SUPPLY) revert Factory_Supply(p.supply, lotValue, MAX_SUPPLY);
        if (p.chainWindow < MIN_CHAIN_WINDOW || p.chainWindow > MAX_CHAIN_WINDOW) {
            revert Factory_ChainWindow(p.chainWindow, MIN_CHAIN_WINDOW, MAX_CHAIN_WINDOW);
        }
        if (p.maxOpenOrders == 0 || p.maxOpenOrders > MAX_OPEN_ORDERS) {
            revert Factory_MaxOpenOrders(p.maxOpenOrders, MAX_OPEN_ORDERS);
        }
        uint256 nameLength = bytes(p.name).length;
        uint256 symbolLength = bytes(p.symbol).length;
        if (nameLength == 0 || nameLength > MAX_NAME_BYTES || symbolLength == 0 || symbolLength > MAX_NAME_BYTES) {
            revert Factory_NameLength(nameLength, symbolLength, MAX_NAME_BYTES);
        }
    }

    function _sessionArgs(SessionParams calldata p) private view returns (bytes memory) {
        return
            abi.encode(
                SessionTerms({
                    factory: address(this),
                    organiser: msg.sender,
                    supply: p.supply,
                    t1: p.t1,
                    t2: p.t2,
                    name: p.name,
                    symbol: p.symbol,
                    assets: p.assets,
                    quantities: p.quantities
                })
            );
    }

    function _bookArgs(SessionParams calldata p, address session) private view returns (bytes memory) {
        return
            abi.encode(
                BookTerms({
                    session: session,
                    policy: p.policy,
                    marketCreator: p.openMarkets ? address(0) : msg.sender,
                    t1: p.t1,
                    t2: p.t2,
                    settleLimit: p.settleLimit,
                    chainWindow: p.chainWindow,
                    maxOpenOrders: p.maxOpenOrders,
                    maxLots: p.maxLots,
                    // Cast: at most MAX_ASSETS.
                    assetCount: uint8(p.assets.length),
                    basketScale: p.basketScale,
                    basketTickValue: p.basketTickValue,
                    reserveShift: _reserveShift(p.supply)
                })
            );
    }

    /// @dev The least s with supply < 2^(16 + s).
    function _reserveShift(uint256 supply) private pure returns (uint8) {
        // The supply is at least 1 and below 2^96.
        unchecked {
            uint256 bits = Math.log2(supply) + 1;
            return bits > RESERVE_BITS ? uint8(bits - RESERVE_BITS) : 0;
        }
    }
}
