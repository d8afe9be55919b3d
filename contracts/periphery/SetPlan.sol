// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev One leg, and the order at which a walk along one side of it stands.
struct SetLeg {
    uint16 branch;
    int256 least; // that the market can still pay, ticks
    int256 most;
    uint32 place; // of the order; 0: none is left
    uint32 id;
    uint32 traderId;
    uint32 next;
    int256 price;
    uint256 lots; // that are left of it
    int256 limit; // what reaches all that was taken so far
}

/// @dev An order of the router's own that the taker will meet.
struct Rung {
    int256 price;
    uint256 lots;
    uint32 insertAfter; // place of the last order that the taker meets before
}

/// @dev Complete sets that could be made now. What is above the line is asked, the rest is the answer.
struct SetPlan {
    uint32 root;
    uint256 branches;
    int256 target; // what a set pays, ticks: the scale, less what legs pay that are determined
    bool mints; // all legs are sold, at bids; else all are bought, at offers
    uint16 branch; // of the taker; 0: there is none, all legs are those of resting orders
    int256 limit; // of the taker; 0 without one
    uint256 wanted; // lots
    address taker;
    uint32 favoured; // number of an order whose improvement is counted apart; 0: none
    uint256 float; // wei that may be at stake on the way
    uint256 room; // lots that the router's position has room for
    uint256 steps; // orders to pass, at most
    uint256 maxRungs;
    // ---
    int256 tickValue; // wei
    SetLeg[] legs; // but the taker's, and but those that are determined
    SetLeg direct; // the taker's leg, and the orders that it meets there
    uint256 pivot; // which leg has the highest price: of those that are sold the first, of those that are bought the last
    uint256 lots; // sets
    Rung[] rungs;
    int256 surplus; // ticks times lots that are left over, all in all
    int256 owed; // and those that the favoured order could have saved
    int256 first; // ticks that the taker pays for the first set, or gets
    int256 need; // ticks that a set has at stake on the way, at most
    uint32 takerId;
}
