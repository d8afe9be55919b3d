// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

import { ISession } from "../../interfaces/ISession.sol";
import { IPriceFeed } from "../IPriceFeed.sol";
import { ISessionTokenOracle } from "./ISessionTokenOracle.sol";

/// @title What a session token, or a leg token, is worth as collateral (see ISessionTokenOracle)
/// @dev Anyone makes one. All it knows is fixed when it is made; after that it only asks feeds.
contract SessionTokenOracle is ISessionTokenOracle {
    /// @dev One asset of the basket.
    /// @param unit 10^(36 + decimals of the loan - of the asset - of the feed)
    struct Part {
        IPriceFeed feed;
        uint32 maxAge;
        uint128 quantity;
        uint256 unit;
    }

    uint256 private constant SCALE_DECIMALS = 36;

    uint256 private immutable SUPPLY;
    Part[] private _parts;

    /// @param leg 0 for the session token, else the leg token's number
    /// @param feeds of the price of a whole asset, of each asset of the basket; for a leg token its own alone
    /// @param maxAges of each feed: how old an answer may be, seconds; its heartbeat and a margin
    constructor(ISession session, uint256 leg, IPriceFeed[] memory feeds, uint32[] memory maxAges, uint8 loanDecimals) {
        SUPPLY = session.fixedSupply();
        (address[] memory assets, uint128[] memory quantities) = session.basket();
        uint256 expected = leg == 0 ? assets.length : 1;
        if (feeds.length != expected || maxAges.length != expected) {
            revert Oracle_FeedCount(feeds.length, maxAges.length, expected);
        }
        // Refuses a leg that the session does not have.
        if (leg != 0) session.legToken(leg);
        for (uint256 i; i < expected; ++i) {
            uint256 k = leg == 0 ? i : leg - 1;
            uint256 unit = _unit(IERC20Metadata(assets[k]).decimals(), feeds[i].decimals(), loanDecimals);
            _parts.push(Part(feeds[i], maxAges[i], quantities[k], unit));
        }
    }

    /// @inheritdoc ISessionTokenOracle
    function price() external view returns (uint256 sum) {
        for (uint256 i; i < _parts.length; ++i) {
            Part memory part = _parts[i];
            (, int256 answer, , uint256 updatedAt, ) = part.feed.latestRoundData();
            if (answer <= 0) revert Oracle_NoPrice(address(part.feed), answer);
            if (block.timestamp > updatedAt + part.maxAge) {
                revert Oracle_StalePrice(address(part.feed), updatedAt, part.maxAge);
            }
            // Cast: above zero. The product is checked: a basket's worth in a feed's units is far below 2^256.
            sum += Math.mulDiv(part.quantity * uint256(answer), part.unit, SUPPLY);
        }
    }

    function _unit(uint256 asset, uint256 feed, uint256 loan) private pure returns (uint256) {
        if (asset + feed > SCALE_DECIMALS + loan) revert Oracle_TooManyDecimals(asset, feed, loan);
        return 10 ** (SCALE_DECIMALS + loan - asset - feed);
    }
}
