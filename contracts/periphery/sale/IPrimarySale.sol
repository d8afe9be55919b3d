// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { IParticipationPolicy } from "../../interfaces/IParticipationPolicy.sol";
import { ISession } from "../../interfaces/ISession.sol";

/// @notice What a sale is made of. All of it is fixed.
/// @param session whose tokens are sold, by its organiser
/// @param premium what buyers pay with; any ERC-20 token but the session's own
/// @param startPrice smallest units of the premium token for 10^18 wei, one session token, when the sale opens
/// @param endPrice the same, below which the price does not fall; 1 to startPrice
/// @param slope by how much it falls each second; 0 for a fixed price
/// @param opens first second of the sale, Unix time
/// @param closes first second in which nothing is sold any more; no later than t2
/// @param maxPerBuyer wei of session tokens that one address buys at most; 0 for no limit
/// @param policy who may buy; the zero address for everybody. It is asked as for the session's book, about whoever calls
struct SaleTerms {
    ISession session;
    IERC20 premium;
    uint128 startPrice;
    uint128 endPrice;
    uint128 slope;
    uint40 opens;
    uint40 closes;
    uint96 maxPerBuyer;
    IParticipationPolicy policy;
}

/// @title The organiser of a session sells its tokens, at a price that stands or falls with time
/// @notice price(t) = max(endPrice, startPrice - slope · (t - opens)); who buys `amount` wei pays amount · price / 10^18, rounded up to
/// the smallest unit, and has the tokens in the same call. What is for sale is paid in before the sale opens, and is all there is; what
/// is not sold goes back to the seller from `closes` on. The sale keeps nobody's claims, and its money never meets the session's.
interface IPrimarySale {
    /// @notice The seller has paid in `amount` wei of session tokens.
    event Offered(address indexed seller, uint256 amount);
    /// @notice `buyer` has bought `amount` wei for `paid` smallest units of the premium token, at `price`.
    event Bought(address indexed buyer, address indexed to, uint256 amount, uint256 paid, uint256 price);
    /// @notice The seller took `amount` smallest units of what buyers have paid, to `to`.
    event ProceedsCollected(address to, uint256 amount);
    /// @notice The seller took back `amount` wei of session tokens that were not sold, to `to`.
    event UnsoldReturned(address to, uint256 amount);

    /// @notice There is no code at the address of a session, a premium token or a policy.
    error Sale_NoCode(address target);
    /// @notice Session tokens are not paid for with themselves.
    error Sale_OwnToken(address premium);
    /// @notice It must hold 1 <= endPrice <= startPrice.
    error Sale_Prices(uint256 startPrice, uint256 endPrice);
    /// @notice It must hold now < opens < closes <= t2.
    error Sale_Window(uint256 timestamp, uint256 opens, uint256 closes, uint256 t2);
    /// @notice Only the seller, who is the session's organiser, does this.
    error Sale_NotSeller(address caller, address seller);
    /// @notice What is for sale is paid in before the sale opens.
    error Sale_OfferClosed(uint256 timestamp, uint256 opens);
    /// @notice The sale runs from `opens` until before `closes`.
    error Sale_NotOpen(uint256 timestamp, uint256 opens, uint256 closes);
    /// @notice The buyer wanted it done by `deadline`.
    error Sale_DeadlineExpired(uint256 timestamp, uint256 deadline);
    /// @notice Amounts are above zero.
    error Sale_AmountZero();
    /// @notice Not so much is left.
    error Sale_NotEnoughLeft(uint256 amount, uint256 unsold);
    /// @notice This address may buy `left` wei more.
    error Sale_OverLimit(address buyer, uint256 amount, uint256 left);
    /// @notice The sale's policy does not admit this address.
    error Sale_NotAdmitted(address buyer, address policy);
    /// @notice It costs `pay` smallest units now, and the buyer wanted to pay no more than `maxPay`.
    error Sale_TooDear(uint256 pay, uint256 maxPay);
    /// @notice What is not sold comes back from `closes` on.
    error Sale_StillOpen(uint256 timestamp, uint256 closes);

    /// @notice What it was made of.
    function terms() external view returns (SaleTerms memory);

    /// @notice The organiser of the session.
    function SELLER() external view returns (address);

    /// @notice Wei of session tokens that can still be bought.
    function unsold() external view returns (uint256);

    /// @notice Wei of session tokens that this address has bought.
    function boughtBy(address buyer) external view returns (uint256);

    /// @notice Smallest units of the premium token for 10^18 wei at a second; before the sale opens startPrice. It never rises.
    function priceAt(uint256 timestamp) external view returns (uint256);

    /// @notice What `amount` wei cost at a second, smallest units of the premium token, rounded up.
    function costAt(uint256 amount, uint256 timestamp) external view returns (uint256);

    /// @notice The seller pays `amount` wei of session tokens in, from its balance and allowance, before the sale opens.
    function offer(uint256 amount) external;

    /// @notice Buys `amount` wei of session tokens at this second's price, paid from the caller's balance and allowance.
    /// @param maxPay smallest units of the premium token: if it costs more, nothing is done
    /// @param to who gets them
    /// @param deadline last second in which it may be done
    /// @return pay what it cost
    function buy(uint256 amount, uint256 maxPay, address to, uint256 deadline) external returns (uint256 pay);

    /// @notice As `buy`, with the caller's ERC-2612 permit of the premium token for this sale, over `maxPay` and good until `deadline`.
    function buyWithPermit(
        uint256 amount,
        uint256 maxPay,
        address to,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 pay);

    /// @notice The seller takes all premium tokens that are here to `to`, at any time.
    function collect(address to) external returns (uint256 amount);

    /// @notice From `closes` on: the seller takes all session tokens that are here to `to`.
    function takeBack(address to) external returns (uint256 amount);
}
