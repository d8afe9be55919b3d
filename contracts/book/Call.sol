// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CheckpointWord } from "../libraries/CheckpointWord.sol";
import { MarketWord } from "../libraries/MarketWord.sol";
import { OrderWord } from "../libraries/OrderWord.sol";
import { TraderWord } from "../libraries/TraderWord.sol";

/// @dev Of a Call in memory.
uint256 constant CALL_BYTES = 0xa00;

/// @dev What one call works with: words only, each in a place of its own, written when it is known and read when it is needed.
/// Nothing is allocated once the records begin (Chain.begin): they grow at the free memory pointer, and what a hash or an event needs
/// is laid out behind them.
struct Call {
    // The package as its hash is taken, 10 words, and what its event says besides (Signing). Order and width are fixed.
    bytes32 typehash;
    uint256 rootId;
    uint256 branchId;
    uint256 trader;
    int256 price;
    int256 quantity;
    uint256 link;
    uint256 nonce;
    uint256 deadline;
    uint256 timeInForce;
    bytes32 r;
    bytes32 vs;
    // What came with it
    uint256 hints; // place of an order near its own 32 | place where it shall rest, if an order rested there and is gone 32
    uint256 approval; // who has to say that it is signed, see Signing
    uint256 wallets; // of a batch, see Batches
    uint256 approved;
    uint256 asked;
    uint256 signatureAt; // in the calldata, of a wallet's signature
    uint256 signatureLength;
    // The session's terms, as the factory has encoded them behind the clone's code (BookTerms). Order and width are fixed.
    uint256 session;
    uint256 policy;
    uint256 marketCreator;
    uint256 t1;
    uint256 t2;
    uint256 settleLimit;
    uint256 chainWindow;
    uint256 maxOpenOrders;
    int256 maxLots;
    uint256 assetCount;
    int256 basketScale;
    int256 basketTickValue;
    uint256 reserveShift;
    // The chain
    bytes32 domain; // its separator
    CheckpointWord newest; // before this call
    uint256 trades; // the last tradeRootId
    uint256 records; // where the words to fold begin, the newest checkpoint first
    // Limits
    uint256 maxMatches;
    uint256 maxWalk;
    uint256 strict; // of a batch: whether one refusal refuses everything
    uint256 gasToKeep; // with less left, steps have run out
    // The market; none if the id is NO_MARKET
    uint256 market; // MarketId
    bytes32 refusal; // why nothing can be traded in it; 0 if it can
    MarketWord word;
    MarketWord stored; // its word as storage has it
    uint256 kind; // of its root, see Zone
    uint256 root; // its terms, a RootWord
    int256 marketMin;
    int256 marketMax;
    int256 tickValue;
    int256 limit; // of lots in it
    int256 lotValue; // of a leg of the basket
    uint256 zone; // memory for what roots besides a basket of two need, once a call; 0: not taken yet
    uint256 positionBranches; // entries of a position in its root
    // The order that is matched, the taker
    uint256 id;
    uint256 taker; // its trader's address
    TraderWord t; // its trader's word
    int256 bound; // its limit price
    int256 left; // lots of it, signed
    uint256 prev; // the place behind which it will rest; 0: first
    uint256 restsAt; // the place where it rests
    bool immediate; // what is left is not to rest in the end
    int256 cut; // lots that were taken out because its trader could not bear them
    // The taker's position (see Position), and what was found out at admission about so many lots at its limit
    uint256 position;
    bool loaded;
    int256 coverLots; // 0: nothing
    int256 coverClaim;
    int256 coverNet;
    int256 coverWorst;
    // The order that came first on its side in this call and is not stored yet, see Queues
    uint256 heldPlace; // 0: none
    OrderWord held;
    uint256 heldTrader;
    TraderWord heldT;
    MarketWord behind; // the market's word without it
    // Of the held order, or else free for whichever maker is met
    uint256 makerPosition;
    bool makerLoaded;
    int256 makerLots;
    int256 makerClaim;
    int256 makerNet;
    int256 makerWorst;
    // What an explanation needs beyond the refusal itself
    int256 detail;
}
