// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOrderBook } from "../../../contracts/interfaces/IOrderBook.sol";
import { ISession } from "../../../contracts/interfaces/ISession.sol";
import { TestAsset } from "../../../contracts/mocks/TestAsset.sol";
import { SessionParams } from "../../../contracts/Types.sol";
import { Deployment, plainParams } from "./Deployment.sol";
import { Test } from "./Test.sol";

/// @title A funded session of honest assets; the test contract is its organiser
abstract contract Baskets is Test {
    Deployment internal _deployment = new Deployment();
    TestAsset[] internal _assets;
    ISession internal _session;
    IOrderBook internal _book;

    /// @dev `quantities` smallest units of as many assets, and `supply` session tokens for this contract.
    function _openSession(uint128[] memory quantities, uint256 supply) internal {
        _openSession(_paramsFor(quantities, supply));
    }

    function _openSession(SessionParams memory params) internal {
        _session = ISession(_deployment.FACTORY().createSession(params, 0));
        _book = IOrderBook(_session.orderBook());
        for (uint256 i; i < params.assets.length; ++i) {
            _assets[i].mint(address(this), params.quantities[i]);
            _assets[i].approve(address(_session), params.quantities[i]);
        }
        _session.fund();
        _session.approve(address(_book), type(uint256).max);
    }

    function _paramsFor(uint128[] memory quantities, uint256 supply) internal returns (SessionParams memory) {
        address[] memory assets = new address[](quantities.length);
        for (uint256 i; i < assets.length; ++i) {
            _assets.push(new TestAsset("Asset", "AST", 18));
            assets[i] = address(_assets[i]);
        }
        return plainParams(assets, quantities, supply);
    }
}
