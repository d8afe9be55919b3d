// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILegToken } from "../../../contracts/interfaces/ILegToken.sol";
import { IOrderBook } from "../../../contracts/interfaces/IOrderBook.sol";
import { ISession } from "../../../contracts/interfaces/ISession.sol";
import { ISessionFactory } from "../../../contracts/interfaces/ISessionFactory.sol";
import { TestAsset } from "../../../contracts/mocks/TestAsset.sol";
import { SessionParams } from "../../../contracts/Types.sol";
import { Deployment, plainParams } from "../support/Deployment.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";

/// @title Given any terms, when a session is created, then it carries exactly them, or the rule that they break is named
contract SessionFactoryTest is Test {
    uint256 private constant MOST_ASSETS = 16;

    ISessionFactory private _factory;
    address[] private _known;

    function setUp() external {
        _factory = new Deployment().FACTORY();
        for (uint256 i; i < MOST_ASSETS + 1; ++i) {
            _known.push(address(new TestAsset("Asset", "AST", 6)));
        }
    }

    function testFuzz_CreateSession_KeepsItsTerms(uint256 seed, bytes32 salt) external {
        SessionParams memory params = _goodParams(randomFrom(seed));
        ISession session = ISession(_factory.createSession(params, salt));
        assertTrue(_factory.isSession(address(session)), "isSession");
        assertEq(session.organiser(), address(this), "organiser");
        assertEq(session.fixedSupply(), params.supply, "supply");
        (uint40 t1, uint40 t2) = session.window();
        assertEq(t1, params.t1, "t1");
        assertEq(t2, params.t2, "t2");
        (address[] memory assets, uint128[] memory quantities) = session.basket();
        assertEq(
            keccak256(abi.encode(assets, quantities)),
            keccak256(abi.encode(params.assets, params.quantities)),
            "basket"
        );
        assertEq(uint256(session.phase()), uint256(ISession.Phase.Created), "phase");
        _assertWired(session, params);
        _assertReserveShift(session.orderBook().code, params.supply);
    }

    function testFuzz_CreateSession_OneSaltOfOneOrganiserIsUsedOnce(
        uint256 seed,
        bytes32 salt,
        bytes32 other
    ) external {
        SessionParams memory params = _goodParams(randomFrom(seed));
        address first = _factory.createSession(params, salt);
        VM.prank(address(0xB0B));
        assertTrue(_factory.createSession(params, salt) != first, "another organiser's has another address");
        if (other != salt) assertTrue(_factory.createSession(params, other) != first, "another salt");
        (bool again, ) = address(_factory).call(abi.encodeCall(ISessionFactory.createSession, (params, salt)));
        assertEq(again, false, "the same again");
    }

    function testFuzz_RevertWhen_AnAssetIsRepeated(uint256 seed) external {
        Random memory random = randomFrom(seed);
        SessionParams memory params = _goodParams(random);
        (params.assets, params.quantities) = _basket(random.between(2, MOST_ASSETS));
        uint256 later = random.between(1, params.assets.length - 1);
        uint256 earlier = random.below(later);
        params.assets[later] = params.assets[earlier];
        bytes4 selector = ISessionFactory.Factory_AssetRepeated.selector;
        VM.expectRevert(abi.encodeWithSelector(selector, earlier, later, params.assets[later]));
        _factory.createSession(params, 0);
    }

    function testFuzz_RevertWhen_AQuantityIsZero(uint256 seed) external {
        Random memory random = randomFrom(seed);
        SessionParams memory params = _goodParams(random);
        uint256 index = random.below(params.assets.length);
        params.quantities[index] = 0;
        VM.expectRevert(abi.encodeWithSelector(ISessionFactory.Factory_QuantityZero.selector, index));
        _factory.createSession(params, 0);
    }

    function testFuzz_RevertWhen_TheWindowIsNotAhead(uint256 seed, uint40 t1, uint40 t2) external {
        SessionParams memory params = _goodParams(randomFrom(seed));
        if (block.timestamp < t1 && t1 < t2) (t1, t2) = (t2, t1);
        (params.t1, params.t2) = (t1, t2);
        bytes4 selector = ISessionFactory.Factory_Window.selector;
        VM.expectRevert(abi.encodeWithSelector(selector, block.timestamp, t1, t2));
        _factory.createSession(params, 0);
    }

    function testFuzz_RevertWhen_SettlementMayEndBeforeT2(uint256 seed, uint40 settleLimit) external {
        SessionParams memory params = _goodParams(randomFrom(seed));
        params.settleLimit = uint40(bound(settleLimit, 0, params.t2 - 1));
        bytes4 selector = ISessionFactory.Factory_SettleLimit.selector;
        VM.expectRevert(abi.encodeWithSelector(selector, params.settleLimit, params.t2, type(uint32).max));
        _factory.createSession(params, 0);
    }

    function testFuzz_RevertWhen_SettlementMayEndInTheNextEra(uint256 seed, uint40 settleLimit) external {
        SessionParams memory params = _goodParams(randomFrom(seed));
        params.settleLimit = uint40(bound(settleLimit, 2 ** 32, type(uint40).max));
        if (seed % 2 == 0) params.t2 = params.settleLimit;
        bytes4 selector = ISessionFactory.Factory_SettleLimit.selector;
        VM.expectRevert(abi.encodeWithSelector(selector, params.settleLimit, params.t2, type(uint32).max));
        _factory.createSession(params, 0);
    }

    function testFuzz_RevertWhen_TheNumberOfOpenOrdersIsOutOfRange(uint256 seed, uint16 maxOpenOrders) external {
        SessionParams memory params = _goodParams(randomFrom(seed));
        params.maxOpenOrders = seed % 4 == 0 ? 0 : uint16(bound(maxOpenOrders, 256, type(uint16).max));
        bytes4 selector = ISessionFactory.Factory_MaxOpenOrders.selector;
        VM.expectRevert(abi.encodeWithSelector(selector, params.maxOpenOrders, 255));
        _factory.createSession(params, 0);
    }

    function testFuzz_RevertWhen_TheSupplyIsOutOfRange(uint256 seed, uint256 supply) external {
        SessionParams memory params = _goodParams(randomFrom(seed));
        uint256 lotValue = uint256(int256(params.basketScale)) * params.basketTickValue;
        if (supply >= lotValue && supply <= type(uint96).max) supply = seed % 2 == 0 ? lotValue - 1 : 2 ** 96;
        params.supply = supply;
        bytes4 selector = ISessionFactory.Factory_Supply.selector;
        VM.expectRevert(abi.encodeWithSelector(selector, supply, lotValue, type(uint96).max));
        _factory.createSession(params, 0);
    }

    /// @dev The last of the book's terms: the least s with supply < 2^(16 + s).
    function _assertReserveShift(bytes memory code, uint256 supply) private pure {
        uint256 shift;
        assembly ("memory-safe") {
            shift := mload(add(code, mload(code)))
        }
        assertTrue(supply < 2 ** (16 + shift), "65 536 units are more than the supply");
        if (shift != 0) assertTrue(supply >= 2 ** (15 + shift), "and half of them are not");
    }

    function _assertWired(ISession session, SessionParams memory params) private view {
        IOrderBook book = IOrderBook(session.orderBook());
        assertEq(book.session(), address(session), "the book's session");
        for (uint256 leg = 1; leg <= params.assets.length; ++leg) {
            ILegToken token = ILegToken(session.legToken(leg));
            assertEq(token.session(), address(session), "the leg's session");
            assertEq(token.leg(), leg, "the leg's number");
            (int32 least, int32 most, uint64 tickValue, , , ) = book.marketOf(1, uint16(leg));
            // A single leg has all the weight.
            assertEq(least, params.assets.length == 1 ? params.basketScale : int32(0), "least price");
            assertEq(most, params.basketScale, "largest price");
            assertEq(tickValue, params.basketTickValue, "tick value");
        }
    }

    function _goodParams(Random memory random) private view returns (SessionParams memory params) {
        (address[] memory assets, uint128[] memory quantities) = _basket(random.between(1, MOST_ASSETS));
        params = plainParams(assets, quantities, 0);
        params.basketScale = int32(random.betweenInt(1, type(int32).max));
        params.basketTickValue = uint64(random.between(1, type(uint64).max));
        uint256 lotValue = uint256(int256(params.basketScale)) * params.basketTickValue;
        params.supply = random.between(lotValue, type(uint96).max);
        params.t1 = uint40(random.between(block.timestamp + 1, type(uint32).max - 1));
        params.t2 = uint40(random.between(params.t1 + 1, type(uint32).max));
        params.settleLimit = uint40(random.between(params.t2, type(uint32).max));
        params.chainWindow = uint16(random.between(2, 256));
        params.maxOpenOrders = uint16(random.between(1, type(uint8).max));
        params.maxLots = uint64(random.between(0, type(uint64).max));
    }

    function _basket(uint256 count) private view returns (address[] memory assets, uint128[] memory quantities) {
        (assets, quantities) = (new address[](count), new uint128[](count));
        for (uint256 i; i < count; ++i) {
            (assets[i], quantities[i]) = (_known[i], uint128(i + 1));
        }
    }
}
