/** Faults that somebody could make in the words of the order path, one change of the source each. Every one must be caught. */

import { FIELDS } from "./fields.js";
import { type Mutant, of } from "./mutant.js";

const trader = of("libraries/TraderWord.sol");
const order = of("libraries/OrderWord.sol");
const market = of("libraries/MarketWord.sol");
const checkpoint = of("libraries/CheckpointWord.sol");
const root = of("libraries/RootWord.sol");
const position = of("book/Position.sol");
const chain = of("book/Chain.sol");
const margin = of("book/Margin.sol");
const simplex = of("book/Simplex.sol");
const batch = of("book/Batch.sol");
const packer = of("periphery/BatchPacker.sol");

const FITS = "return uint256(claim_) < CLAIM_LIMIT && int48(net_) == net_;";

export const MUTANTS: readonly Mutant[] = [
  trader("a claim beyond its field fits", FITS, "return int48(net_) == net_;"),
  trader("net lots beyond their field fit", FITS, "return uint256(claim_) < CLAIM_LIMIT;"),
  trader("negative net lots run over into the claim", "uint256(uint48(int48(net_)))", "uint256(net_)"),
  trader("net lots are read without their sign", "return int48(uint48(", "return int256(uint256("),
  trader(
    "the number is read too narrow",
    "return uint32(TraderWord.unwrap(t) >> NUMBER_SHIFT)",
    "return uint24(TraderWord.unwrap(t) >> NUMBER_SHIFT)",
  ),
  trader(
    "the floor is read too wide",
    "return uint24(TraderWord.unwrap(t) >> FLOOR_SHIFT)",
    "return uint32(TraderWord.unwrap(t) >> FLOOR_SHIFT)",
  ),
  trader(
    "the count of open orders is read too wide",
    "return uint8(TraderWord.unwrap(t) >> OPEN_SHIFT)",
    "return uint16(TraderWord.unwrap(t) >> OPEN_SHIFT)",
  ),
  trader(
    "what lies below net is not kept",
    "(TraderWord.unwrap(t) & BELOW_NET)",
    "(TraderWord.unwrap(t) & (BELOW_NET >> 1))",
  ),
  trader("a short position counts nothing at worst", "if (behind < 0) least", "if (behind > 0) least"),
  trader("a reserve runs over into the open orders", "if (units > MAX_RESERVE) units = MAX_RESERVE;", ""),
  trader("a smaller need lowers the reserve", "if (units > uint16(word)) word", "word"),
  trader("the reserve stays when the last order has gone", "== 0 ? word & ~MAX_RESERVE : word", "== 0 ? word : word"),
  trader("everything is a unit less than everything", "units == MAX_RESERVE ? units + 1 : units", "units"),
  trader("a nonce one beyond the reach is taken", "if (ahead >= NONCE_REACH ||", "if (ahead > NONCE_REACH ||"),
  trader("the last nonce is usable", "|| nonce >= MAX_FLOOR) return", ") return"),
  trader("a nonce that was used is taken again", "return used & bit == 0 ?", "return used & bit <= bit ?"),
  trader(
    "the next nonce forgets those ahead of it",
    "nonce == t.nonceFloor() && t.usedNonces() == 0 &&",
    "nonce == t.nonceFloor() &&",
  ),
  trader("a floor that is raised keeps old marks", "t.usedNonces() >> (floor - t.nonceFloor())", "t.usedNonces()"),
  order("a setter of lots clears the price's highest byte", "(type(uint256).max >> 40)", "(type(uint256).max >> 48)"),
  order("a setter of lots keeps old bits", "(OrderWord.unwrap(o) & (type(uint256).max >> 40))", "OrderWord.unwrap(o)"),
  order("a negative price runs over into the lots", "uint256(uint32(int32(price_)))", "uint256(price_)"),
  order(
    "a new next keeps bits of the old one",
    "(OrderWord.unwrap(o) & ~(PLACE_MASK << NEXT_SHIFT))",
    "OrderWord.unwrap(o)",
  ),
  order(
    "a new prev keeps bits of the old one",
    "(OrderWord.unwrap(o) & ~(PLACE_MASK << PREV_SHIFT))",
    "OrderWord.unwrap(o)",
  ),
  order(
    "a place whose order is gone is empty",
    "return OrderWord.wrap(uint32(OrderWord.unwrap(o)));",
    "return OrderWord.wrap(0);",
  ),
  order(
    "a place where nothing rested is dead",
    "return word != 0 && word >> LOTS_SHIFT == 0;",
    "return word >> LOTS_SHIFT == 0;",
  ),
  order(
    "the deadline is read too narrow",
    "return uint32(OrderWord.unwrap(o) >> DEADLINE_SHIFT)",
    "return uint24(OrderWord.unwrap(o) >> DEADLINE_SHIFT)",
  ),
  order(
    "the market is read too wide",
    "return uint24(OrderWord.unwrap(o) >> MARKET_SHIFT)",
    "return uint32(OrderWord.unwrap(o) >> MARKET_SHIFT)",
  ),
  market("the price of a bid that has gone is still known", "BID_FIELDS = BID_KNOWN | (", "BID_FIELDS = ("),
  market(
    "a bid's side keeps an old price",
    "BID_FIELDS = BID_KNOWN | (FIELD << 96) | (FIELD << 32)",
    "BID_FIELDS = BID_KNOWN | (FIELD << 32)",
  ),
  market(
    "an offer's side takes the bid's place with it",
    "ASK_FIELDS = ASK_KNOWN | (FIELD << 64) | FIELD",
    "ASK_FIELDS = ASK_KNOWN | (FIELD << 64) | (FIELD << 32) | FIELD",
  ),
  market(
    "the next crossing inherits immediate-or-cancel",
    "CROSSING = CROSSED | CROSSING_BID | CROSSING_IOC",
    "CROSSING = CROSSED | CROSSING_BID",
  ),
  market("a price is read without its sign", "price := signextend(3, shr(", "price := and(0xffffffff, shr("),
  checkpoint("the head runs over into the counts", "(uint256(head) & ~COUNTS)", "uint256(head)"),
  checkpoint("the genesis has counts", "uint256(domainSeparator) & ~COUNTS", "uint256(domainSeparator)"),
  checkpoint(
    "a mark is some low bits of the block",
    "return uint32(CheckpointWord.unwrap(c) >> 64)",
    "return uint16(CheckpointWord.unwrap(c) >> 64)",
  ),
  checkpoint("trades and mark change places", "(mark_ << 64) | (trades_ << 32)", "(mark_ << 32) | (trades_ << 64)"),
  root(
    "the kind is read with the flags",
    "return (RootWord.unwrap(r) >> 248) & 0x3f ==",
    "return (RootWord.unwrap(r) >> 248) & 0xff ==",
  ),
  root(
    "a tick value is read too narrow",
    "return uint64(RootWord.unwrap(r) >> TICK_VALUE_SHIFT)",
    "return uint56(RootWord.unwrap(r) >> TICK_VALUE_SHIFT)",
  ),
  root("bounds that meet do not settle", "lo_ == hi_ ? word | SETTLED : word", "word"),
  root("a new ladder clears the creation", "LADDER_FIELDS = 2 ** 48 - 1", "LADDER_FIELDS = 2 ** 80 - 1"),
  root(
    "the ladder is read too narrow",
    "return uint24(RootWord.unwrap(r) >> LADDER_SHIFT)",
    "return uint16(RootWord.unwrap(r) >> LADDER_SHIFT)",
  ),
  position(
    "lots run over into the branch in front",
    "and(shl(shift, add(shr(shift, held), lots)), mask)",
    "shl(shift, add(shr(shift, held), lots))",
  ),
  position("the worst runs over into the base", "shr(168, shl(168, worst_))", "worst_"),
  position("the base runs over into the lots", "shr(80, shl(168, base))", "shl(88, base)"),
  position("new sums clear lots", "shl(176, shr(176, mload(place)))", "shl(216, shr(216, mload(place)))"),
  position("the last branch of a word is left out", "1 + (branches + 3) / WORD_LOTS", "1 + (branches + 2) / WORD_LOTS"),
  position("a later word is not stored", "if word {", "if 0 {"),
  chain("the window is one longer", "last - number >= c.chainWindow ||", "last - number > c.chainWindow ||"),
  chain("a link is older than the market", "|| number < oldest) return", ") return"),
  chain("every call makes a checkpoint", "if (c.newest.mark() != block.number) ++number;", "++number;"),
  chain("a hint that is wrong is believed", "if (hint == 0 || word.number() != hint) word", "if (hint == 0) word"),
  chain(
    "the taker's match has the wrong sign",
    "mstore(add(end, 0x60), or(or(taker, matchAt), or(at_, bought)))",
    "mstore(add(end, 0x60), or(or(taker, matchAt), or(at_, sold)))",
  ),
  margin("lots beyond the limit are taken", ">= 0 && (lots > 0 ? net <= limit : net >= -limit)", ">= 0"),
  margin(
    "the second leg is sold at its own price",
    "(lots, price) = (-lots, c.basketScale - price)",
    "(lots, price) = (-lots, price)",
  ),
  margin("the part that is borne is a lot too large", "(-slack - 1) / -perLot + 1", "(-slack - 1) / -perLot"),
  margin("an offer needs what a bid needs", "lots > 0 ? c.marketMin : c.marketMax", "c.marketMin"),
  simplex(
    "lots of the last leg change the first alone",
    "if (isLast || k == leg) {",
    "if (isLast ? k == 0 : k == leg) {",
  ),
  simplex("an upper bound does not limit the pour", "if (weight > scale) weight = scale;", "weight = scale;"),
  batch("a price is read without its sign", "signextend(3, shr(40, first))", "and(shr(40, first), 0xffffffff)"),
  batch(
    "lots are read without their sign",
    "mstore(add(c, 0xa0), signextend(4, first))",
    "mstore(add(c, 0xa0), and(first, 0xffffffffff))",
  ),
  batch("a branch takes a bit of its root", "and(shr(72, first), 0x3f)", "and(shr(72, first), 0x7f)"),
  packer("lots are cut", "if (p.quantityLots != int40(p.quantityLots)) revert", "if (p.quantityLots == 0) revert"),
  ...FIELDS,
];
