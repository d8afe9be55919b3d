// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { ISession } from "../../interfaces/ISession.sol";
import { IPriceSource } from "./IPriceSource.sol";

/// @notice What a window is made of. All of it is in its code.
/// @param session whose claims are offered
/// @param prices what they are sold at; asked once for each leg, by the first who buys of it
/// @param cash an ERC-20 in which buyers pay
/// @param opens first second of buying, and the end of offering, since 1970; after t2
/// @param closes end of buying; what was sold and what was not is taken from then on. At most an hour after the second that is priced
struct WindowTerms {
    ISession session;
    IPriceSource prices;
    IERC20 cash;
    uint40 opens;
    uint40 closes;
}

/// @notice One leg of a window. Amounts are wei of its tokens, and smallest units of cash.
/// @param isPriced whether somebody has bought of it; `quantity` and `price` are set then
/// @param quantity q_k, smallest units of the asset
/// @param price S_k, 10^36 · cash units for a smallest unit of the asset
/// @param offered by all
/// @param sold of that
/// @param paid by all buyers
struct LegOfWindow {
    bool isPriced;
    uint128 quantity;
    uint256 price;
    uint256 offered;
    uint256 sold;
    uint256 paid;
}

/// @title A window in which holders of a settled session's claims get cash for them, at a price that was fixed
/// @notice The vault sells nothing. From t2 until the window opens holders offer leg tokens, or session tokens, which are split. While
/// it is open anyone buys legs: `amount` wei of leg k cost ⌈amount · q_k · S_k / N⌉ units of cash. From its close on each offerer takes
/// its share of what was paid for the leg, and its share of the tokens that nobody bought. Without a buyer, or without a price, all of
/// them come back: then claims are redeemed in kind. Nobody owns it, and it has no pause and no fee.
interface ICashWindow {
    /// @notice `holder` has offered `amount` wei of the tokens of `leg`.
    event LegOffered(address indexed holder, uint256 indexed leg, uint256 amount);
    /// @notice The price of `leg` is `price` from now on (10^36 · cash units for a smallest unit of its asset).
    event LegPriced(uint256 indexed leg, uint256 price);
    /// @notice `buyer` has paid `paid` units of cash for `amount` wei of `leg`, which went to `to` or were redeemed for it.
    event LegBought(address indexed buyer, uint256 indexed leg, address to, uint256 amount, uint256 paid);
    /// @notice `holder` has taken its share of what was paid for `leg`, units of cash.
    event CashPulled(address indexed holder, uint256 indexed leg, address to, uint256 amount);
    /// @notice `holder` has taken back its share of the tokens of `leg` that nobody bought, wei.
    event LegReturned(address indexed holder, uint256 indexed leg, address to, uint256 amount);

    /// @notice A window opens after `t2`, not before the second `time` that is priced, and closes after that, `latest` at the latest.
    error Window_Times(uint256 opens, uint256 closes, uint256 t2, uint256 time, uint256 latest);
    /// @notice Claims are offered from `t2` until just before `opens`.
    error Window_NotOffering(uint256 timestamp, uint256 t2, uint256 opens);
    /// @notice Legs are bought from `opens` until just before `closes`.
    error Window_NotOpen(uint256 timestamp, uint256 opens, uint256 closes);
    /// @notice What is left is taken from `closes` on.
    error Window_StillOpen(uint256 timestamp, uint256 closes);
    /// @notice Amounts are above zero.
    error Window_NothingToDo();
    /// @notice Legs are numbered 1 to `legCount`.
    error Window_UnknownLeg(uint256 leg, uint256 legCount);
    /// @notice There is no price of this leg, or it is zero.
    error Window_NoPrice(uint256 leg);
    /// @notice So much is not for sale any more.
    error Window_NotOffered(uint256 leg, uint256 requested, uint256 available);
    /// @notice It costs more than the buyer allows, units of cash.
    error Window_TooDear(uint256 leg, uint256 cost, uint256 maxCost);
    /// @notice `holder` has nothing of this kind in this leg, or has taken it.
    error Window_NothingLeft(address holder, uint256 leg);

    /// @notice Offers `amount` wei of the tokens of `leg`, by allowance. An offer stands until the close.
    function offer(uint256 leg, uint256 amount) external;

    /// @notice Splits `amount` wei of session tokens, by allowance, and offers as many tokens of each leg.
    function offerSession(uint256 amount) external;

    /// @notice Buys `amount` wei of the tokens of `leg` for `to`.
    /// @param maxCost most units of cash that the caller pays; by allowance
    /// @return paid units of cash, rounded up
    function buy(uint256 leg, uint256 amount, uint256 maxCost, address to) external returns (uint256 paid);

    /// @notice Buys `amount` wei of the tokens of `leg` and redeems them at once.
    /// @return paid units of cash, rounded up
    /// @return assets smallest units of the leg's asset that went to `to`
    function buyAndRedeem(
        uint256 leg,
        uint256 amount,
        uint256 maxCost,
        address to
    ) external returns (uint256 paid, uint256 assets);

    /// @notice From the close on: the caller's share of what was paid for `leg`: rounded down, and whoever comes last takes what is left.
    /// @return amount units of cash
    function pullCash(uint256 leg, address to) external returns (uint256 amount);

    /// @notice From the close on: the caller's share of the tokens of `leg` that nobody bought, in the same way. No cash is moved.
    /// @return amount wei
    function takeBack(uint256 leg, address to) external returns (uint256 amount);

    /// @notice What it was made of.
    function terms() external view returns (WindowTerms memory);

    /// @notice A leg as it stands.
    function legOf(uint256 leg) external view returns (LegOfWindow memory);

    /// @notice What `holder` has offered of `leg`, wei, and whether it has taken its cash and its tokens.
    function offerOf(
        address holder,
        uint256 leg
    ) external view returns (uint256 offered, bool hasPulled, bool hasTakenBack);

    /// @notice What `amount` wei of `leg` cost, units of cash, rounded up. Without a price it reverts.
    function costOf(uint256 leg, uint256 amount) external view returns (uint256);
}
