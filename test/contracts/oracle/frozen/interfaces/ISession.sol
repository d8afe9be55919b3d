// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title The vault of one session, and its token
/// @notice Holds the basket q. One session token is a claim on 1/N of every asset; it splits into one leg token of each
/// asset and merges back. From t2 on claims are redeemed in kind. No key, pause or upgrade exists (rules R1 to R9).
interface IOldSession is IERC20 {
    /// @notice Where a session stands; it follows from the clock and from funding alone.
    enum Phase {
        Created, // waits for the organiser's basket
        Cancelled, // was not funded before t1; there is nothing in it and never will be
        Funded, // the basket is in, trading begins at t1
        Open, // between t1 and t2
        Settling // from t2 on: claims are redeemed
    }

    /// @notice The whole basket has arrived and N session tokens exist from now on.
    event Funded(address indexed organiser, uint256 supply);
    /// @notice `amount` session tokens became `amount` leg tokens of every asset.
    event Split(address indexed holder, uint256 amount);
    /// @notice `amount` leg tokens of every asset became `amount` session tokens.
    event Merged(address indexed holder, uint256 amount);
    /// @notice `claims` (wei of claim tokens) on asset `leg` (1 to n) were paid with `assets` (smallest units of the asset).
    event Redeemed(address indexed holder, uint256 indexed leg, address to, uint256 claims, uint256 assets);

    /// @notice Only `expected` may call this.
    error Session_NotAllowed(address caller, address expected);
    /// @notice The legs and the book were already wired in.
    error Session_AlreadyWired();
    /// @notice The basket is already in the vault; send nothing more.
    error Session_AlreadyFunded(uint256 supply);
    /// @notice Funding ended at t1; create a new session.
    error Session_FundingClosed(uint256 timestamp, uint256 t1);
    /// @notice The asset did not deliver exactly the quantity of the basket (fee on transfer?); nothing was taken.
    error Session_ReceivedOtherAmount(address asset, uint256 received, uint256 expected);
    /// @notice There is nothing to split or merge before the session is funded.
    error Session_NotFunded();
    /// @notice Claims are redeemed from t2 on.
    error Session_NotSettling(uint256 timestamp, uint256 t2);
    /// @notice Legs are numbered 1 to `legCount`.
    error Session_UnknownLeg(uint256 leg, uint256 legCount);
    /// @notice Amounts must not be zero, and receivers not the vault itself.
    error Session_NothingToDo();

    /// @notice The organiser pays in the basket, exactly, before t1, once, and receives N session tokens.
    /// @dev Measures what each asset really delivered (R2).
    function fund() external;

    /// @notice Turns `amount` session tokens of the caller into `amount` leg tokens of every asset.
    function split(uint256 amount) external;

    /// @notice Turns `amount` leg tokens of every asset, all of the caller, into `amount` session tokens.
    function merge(uint256 amount) external;

    /// @notice From t2 on: burns `amount` session tokens of the caller and sends their share of every asset to `to`.
    /// @return paid smallest units of each asset, rounded down; the last claim takes the dust
    /// @dev One asset that refuses to move fails the whole call; split and redeem the legs one by one then.
    function redeem(uint256 amount, address to) external returns (uint256[] memory paid);

    /// @notice From t2 on: burns `amount` tokens of leg `leg` of the caller and sends their share of that asset to `to`.
    /// @return paid smallest units of the asset, rounded down; the last claim takes the dust
    function redeemLeg(uint256 leg, uint256 amount, address to) external returns (uint256 paid);

    /// @notice The phase at this block's time.
    function phase() external view returns (Phase);

    /// @notice Who may fund the session.
    function organiser() external view returns (address);

    /// @notice First second of trading, first second of settlement.
    function window() external view returns (uint40 t1, uint40 t2);

    /// @notice N: session-token wei minted when the session is funded.
    function fixedSupply() external view returns (uint256);

    /// @notice The basket: assets and their quantities q (smallest units).
    function basket() external view returns (address[] memory assets, uint128[] memory quantities);

    /// @notice The leg token of asset `leg`, 1 to n.
    function legToken(uint256 leg) external view returns (address);

    /// @notice The session's order book.
    function orderBook() external view returns (address);

    /// @notice Claims on asset `leg` that can still be redeemed: leg tokens and session tokens (wei).
    function outstandingClaims(uint256 leg) external view returns (uint256);
}
