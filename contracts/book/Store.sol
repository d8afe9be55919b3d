// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CheckpointWord } from "../libraries/CheckpointWord.sol";
import { MarketWord } from "../libraries/MarketWord.sol";
import { OrderWord } from "../libraries/OrderWord.sol";
import { TraderWord } from "../libraries/TraderWord.sol";

/// @title Where the words of the order path are stored
/// @dev Each kind of word has a base of its own and lies at base + index: no hashing. A base is the ERC-7201 location of its name,
/// keccak256(abi.encode(uint256(keccak256(name)) - 1)) & ~bytes32(uint256(0xff)), with the name session-contracts.book.<kind>.
/// Bases lie further apart than any index reaches, which is below 2^161, and none is so high that a sum would wrap.
library Store {
    /// @dev + address.
    uint256 internal constant TRADERS = 0x20e6af0581e7713c43e2794ea73e244be7038bd50066403478728d7ae0a3cf00;
    /// @dev + number of a trader: its address.
    uint256 internal constant NAMES = 0xee9fb0a10a3ea3d5fb4224d96702ec17d56326f02f7d0b34b94ea8ee79b3d700;
    /// @dev + place.
    uint256 internal constant ORDERS = 0xfb5bd50a778b024e1e5318fc61a0b49776b9c3ea8c7c4727b55c8680f0cc5700;
    /// @dev + MarketId.
    uint256 internal constant MARKETS = 0x19c112a958634cf784fede9c00f67506a86f3ec637f6258534e1489c2d7dcc00;
    /// @dev + number of the checkpoint modulo RING.
    uint256 internal constant CHECKPOINTS = 0x6df65c31702253b835943e1b81aecfa44f1f505b8fc07d0ba28ac089e66ae900;
    /// @dev + number of a trader 32 | root 24 | word 8.
    uint256 internal constant POSITIONS = 0x12bdce9213759325fd003d9a19244b7fa196aa3b230c99c6e707a508ac9e6600;
    /// @dev + root.
    uint256 internal constant ROOTS = 0xbac19c07d804bcfc9fe9ebef37bd4c0259d94a0a9c0a6eb7638321cb88ed3900;

    /// @dev Checkpoints kept, and so the largest chainWindow. A power of two.
    uint256 internal constant RING = 256;

    function trader(uint256 address_) internal view returns (TraderWord word) {
        return TraderWord.wrap(_load(TRADERS, address_));
    }

    function setTrader(uint256 address_, TraderWord word) internal {
        _store(TRADERS, address_, TraderWord.unwrap(word));
    }

    /// @notice The address of a trader's number, 0 if there is none.
    function nameOf(uint256 number) internal view returns (uint256 address_) {
        return _load(NAMES, number);
    }

    function setName(uint256 number, uint256 address_) internal {
        _store(NAMES, number, address_);
    }

    function order(uint256 place) internal view returns (OrderWord) {
        return OrderWord.wrap(_load(ORDERS, place));
    }

    function setOrder(uint256 place, OrderWord word) internal {
        _store(ORDERS, place, OrderWord.unwrap(word));
    }

    function market(uint256 id) internal view returns (MarketWord) {
        return MarketWord.wrap(_load(MARKETS, id));
    }

    function setMarket(uint256 id, MarketWord word) internal {
        _store(MARKETS, id, MarketWord.unwrap(word));
    }

    /// @notice What the ring has in the place of checkpoint `number`.
    function checkpoint(uint256 number) internal view returns (CheckpointWord) {
        return CheckpointWord.wrap(_load(CHECKPOINTS, number & (RING - 1)));
    }

    function setCheckpoint(uint256 number, CheckpointWord word) internal {
        _store(CHECKPOINTS, number & (RING - 1), CheckpointWord.unwrap(word));
    }

    /// @notice Where word 0 of a position lies.
    function positionKey(uint256 number, uint256 rootId) internal pure returns (uint256) {
        // Below 2^64 on top of a base below 2^253.
        unchecked {
            return POSITIONS + ((number << 32) | (rootId << 8));
        }
    }

    function root(uint256 rootId) internal view returns (uint256) {
        return _load(ROOTS, rootId);
    }

    function setRoot(uint256 rootId, uint256 word) internal {
        _store(ROOTS, rootId, word);
    }

    function _load(uint256 base, uint256 index) private view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(add(base, index))
        }
    }

    function _store(uint256 base, uint256 index, uint256 word) private {
        assembly ("memory-safe") {
            sstore(add(base, index), word)
        }
    }
}
