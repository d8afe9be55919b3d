// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

import { ISession } from "../../interfaces/ISession.sol";
import { ISessionFactory } from "../../interfaces/ISessionFactory.sol";
import { BookTerms } from "../../Types.sol";
import { IRoller, RollTerms } from "./IRoller.sol";
import { Roller } from "./Roller.sol";
import { RollInbox } from "./RollInbox.sol";

/// @title Makes rollers, at addresses that follow from their terms
/// @notice Whoever makes one has no part in it. Terms with which no roll could ever succeed are refused.
contract RollerFactory {
    /// @notice The sessions of this factory can be rolled, and it makes the next ones.
    ISessionFactory public immutable FACTORY;
    /// @notice What is cloned.
    address public immutable IMPLEMENTATION;

    uint256 private constant LATEST = type(uint32).max;
    uint256 private constant NAME_BYTES = 31;

    /// @notice A roller with these terms is at `roller`.
    event RollerCreated(address indexed roller, address indexed from, RollTerms terms);

    constructor(ISessionFactory factory) {
        FACTORY = factory;
        IMPLEMENTATION = address(new Roller(factory, address(new RollInbox())));
    }

    /// @notice Makes the roller with these terms, or finds it if somebody has.
    function create(RollTerms calldata terms) external returns (address roller) {
        roller = addressOf(terms);
        if (roller.code.length != 0) return roller;
        ISession from = terms.from;
        if (!FACTORY.isSession(address(from))) revert IRoller.Roller_NotASession(address(from), address(FACTORY));
        _requireTimes(terms);
        uint256 least = leastMinimum(from);
        if (terms.minimum < least) revert IRoller.Roller_MinimumTooSmall(terms.minimum, least);
        (uint256 name, uint256 symbol) = (bytes(terms.name).length, bytes(terms.symbol).length);
        if (name == 0 || name > NAME_BYTES || symbol == 0 || symbol > NAME_BYTES) {
            revert ISessionFactory.Factory_NameLength(name, symbol, NAME_BYTES);
        }
        Clones.cloneDeterministicWithImmutableArgs(IMPLEMENTATION, abi.encode(terms), 0);
        emit RollerCreated(roller, address(from), terms);
    }

    /// @notice Where the roller with these terms is, or will be.
    function addressOf(RollTerms calldata terms) public view returns (address) {
        return Clones.predictDeterministicAddressWithImmutableArgs(IMPLEMENTATION, abi.encode(terms), 0);
    }

    /// @notice The least `minimum` of a roller of this session, wei: one basket lot, so that whoever gives is enough for a session; and for
    /// each asset what brings one smallest unit of it, by q and N, so that nobody's gift brings nothing.
    function leastMinimum(ISession from) public view returns (uint256 least) {
        BookTerms memory book = abi.decode(Clones.fetchCloneArgs(from.orderBook()), (BookTerms));
        // Cast: a scale is above zero.
        least = uint256(int256(book.basketScale)) * book.basketTickValue;
        (, uint128[] memory quantities) = from.basket();
        uint256 supply = from.fixedSupply();
        for (uint256 k; k < quantities.length; ++k) {
            least = Math.max(least, Math.ceilDiv(supply, quantities[k]));
        }
    }

    /// @dev The rest of what the factory will ask when it rolls.
    function _requireTimes(RollTerms calldata terms) private view {
        (, uint40 oldT2) = terms.from.window();
        (uint256 until, uint256 t1, uint256 t2) = (terms.givesUntil, terms.t1, terms.t2);
        if (until <= block.timestamp || until <= oldT2 || until >= t1) {
            revert IRoller.Roller_Times(block.timestamp, oldT2, until, t1);
        }
        if (t1 >= t2) revert ISessionFactory.Factory_Window(block.timestamp, t1, t2);
        if (terms.settleLimit < t2 || terms.settleLimit > LATEST) {
            revert ISessionFactory.Factory_SettleLimit(terms.settleLimit, t2, LATEST);
        }
    }
}
