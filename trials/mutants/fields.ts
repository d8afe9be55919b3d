/** Fields of words and of batches that are read wrongly: one fault for each that has none in the table of the others. */
import { type Mutant, of } from "./mutant.js";

const trader = of("libraries/TraderWord.sol");
const order = of("libraries/OrderWord.sol");
const market = of("libraries/MarketWord.sol");
const checkpoint = of("libraries/CheckpointWord.sol");
const root = of("libraries/RootWord.sol");
const position = of("book/Position.sol");
const batch = of("book/Batch.sol");

const OF_WORDS: readonly Mutant[] = [
  trader("claim", "int256(TraderWord.unwrap(t) >> CLAIM_SHIFT)", "int256(TraderWord.unwrap(t)) >> CLAIM_SHIFT"),
  trader("used nonces", "uint32(TraderWord.unwrap(t) >> USED_SHIFT)", "uint24(TraderWord.unwrap(t) >> USED_SHIFT)"),
  trader("reserve", "return uint16(TraderWord.unwrap(t));", "return uint8(TraderWord.unwrap(t));"),
  order("lots", "int256(OrderWord.unwrap(o)) >> LOTS_SHIFT", "int256(OrderWord.unwrap(o) >> LOTS_SHIFT)"),
  order("price", "return int32(uint32(", "return int256(uint256("),
  order("trader", "uint32(OrderWord.unwrap(o) >> TRADER_SHIFT)", "uint24(OrderWord.unwrap(o) >> TRADER_SHIFT)"),
  order("next", "uint32(OrderWord.unwrap(o) >> NEXT_SHIFT)", "uint24(OrderWord.unwrap(o) >> NEXT_SHIFT)"),
  order("prev", "uint32(OrderWord.unwrap(o) >> PREV_SHIFT)", "uint24(OrderWord.unwrap(o) >> PREV_SHIFT)"),
  order("id", "return uint32(OrderWord.unwrap(o));", "return uint24(OrderWord.unwrap(o));"),
  market("best", "and(shr(shl(5, bids), m), 0xffffffff)", "and(shr(shl(5, bids), m), 0xffffff)"),
  market("known", "shr(add(128, bids), m)", "shr(129, m)"),
  market("used", "USED = 1 << 130", "USED = 0"),
  market("crossed", "return MarketWord.unwrap(m) & CROSSED !=", "return MarketWord.unwrap(m) & CROSSING !="),
  market("side of the crossing", "unwrap(m) & CROSSING_BID != 0", "unwrap(m) & CROSSED != 0"),
  market("kind of the crossing", "unwrap(m) & CROSSING_IOC != 0", "unwrap(m) & CROSSING_BID != 0"),
  checkpoint("trades", "uint32(CheckpointWord.unwrap(c) >> 32)", "uint24(CheckpointWord.unwrap(c) >> 32)"),
  checkpoint("number", "uint32(CheckpointWord.unwrap(c));", "uint24(CheckpointWord.unwrap(c));"),
  root("kind", "RootKind((RootWord.unwrap(r) >> 248) & 0x3f)", "RootKind((RootWord.unwrap(r) >> 248) & 0x1)"),
  root("settled", "unwrap(r) & SETTLED != 0", "unwrap(r) & (SETTLED | BOUNDED) != 0"),
  root("bounded", "unwrap(r) & BOUNDED != 0", "unwrap(r) & SETTLED != 0"),
  root("branches", "uint8(RootWord.unwrap(r) >> BRANCHES_SHIFT)", "uint16(RootWord.unwrap(r) >> BRANCHES_SHIFT)"),
  root("lo", "int32(uint32(RootWord.unwrap(r) >> LO_SHIFT))", "int24(uint24(RootWord.unwrap(r) >> LO_SHIFT))"),
  root(
    "hi",
    "return int32(uint32(RootWord.unwrap(r) >> HI_SHIFT))",
    "return int256(uint256(uint32(RootWord.unwrap(r) >> HI_SHIFT)))",
  ),
  root("closesAt", "uint32(RootWord.unwrap(r) >> CLOSES_SHIFT)", "uint24(RootWord.unwrap(r) >> CLOSES_SHIFT)"),
  root("createdAt", "uint32(RootWord.unwrap(r) >> CREATED_SHIFT)", "uint40(RootWord.unwrap(r) >> CREATED_SHIFT)"),
  root("strikes up to lo", "uint8(RootWord.unwrap(r) >> 16)", "uint16(RootWord.unwrap(r) >> 16)"),
  root("strikes below hi", "uint8(RootWord.unwrap(r) >> 8)", "uint8(RootWord.unwrap(r) >> 7)"),
  root("strikes", "return uint8(RootWord.unwrap(r));", "return uint16(RootWord.unwrap(r));"),
  position("worst", "worst_ := signextend(10, mload", "worst_ := signextend(11, mload"),
  position("base", "base := signextend(10, shr(88,", "base := signextend(11, shr(88,"),
  position("lots", "lots := signextend(4, shr(shift, mload(", "lots := signextend(5, shr(shift, mload("),
  position("stored lots", "lots := signextend(4, shr(shift, sload(", "lots := and(0xffffffffff, shr(shift, sload("),
];

const OF_BATCHES: readonly Mutant[] = [
  batch("an order's root", "and(shr(78, first), 0x3ffff)", "and(shr(78, first), 0x1ffff)"),
  batch("an order's trader", "mstore(add(c, 0x60), shr(96, first))", "mstore(add(c, 0x60), shr(97, first))"),
  batch("an order's nonce", "and(shr(224, second), 0xffffff)", "and(shr(224, second), 0xffff)"),
  batch("an order's deadline", "and(shr(192, second), 0xffffffff)", "and(shr(192, second), 0x7fffffff)"),
  batch("an order's time in force", "and(terms, 0x03)", "and(terms, 0x01)"),
  batch("an order's signature", "add(ptr, 49), 0x40)", "add(ptr, 49), 0x3f)"),
  batch("an order's hints", "shr(120, second), 0xffffffffffffffff)", "shr(120, second), 0xffffffff)"),
  batch("an order's link", "lowest := shr(248, second)", "lowest := shr(249, second)"),
  batch("who has signed", "byWallet = true;", "byWallet = false;"),
  batch("what a wallet's signature has for r", "!= BY_WALLET || c.r != 0)", "!= BY_WALLET)"),
  batch("what no order's terms may have", "terms & ~TIME_IN_FORCE != BY_WALLET || c.r != 0", "c.r != 0"),
  batch("a set's trader", "mstore(add(c, 0x60), shr(96, bits))", "mstore(add(c, 0x60), shr(97, bits))"),
  batch("a set's nonce", "and(shr(64, bits), 0xffffff)", "and(shr(64, bits), 0xffff)"),
  batch("a set's deadline", "and(shr(32, bits), 0xffffffff)", "and(shr(32, bits), 0x7fffffff)"),
  batch("a set's time in force", "and(shr(24, bits), 0xff)", "and(shr(24, bits), 0x01)"),
  batch("a set's signature", "add(ptr, 30), 0x40)", "add(ptr, 30), 0x3f)"),
  batch("a set's link", "and(shr(88, bits), 0xff)", "and(shr(88, bits), 0x7f)"),
  batch("a set's count", "and(shr(16, bits), 0xff)", "and(shr(16, bits), 0x7f)"),
  batch("a quote's root", "shr(238, bits)", "shr(239, bits)"),
  batch("a quote's branch", "and(shr(232, bits), 0x3f)", "and(shr(232, bits), 0x7f)"),
  batch("a quote's price", "signextend(3, shr(200, bits))", "and(shr(200, bits), 0xffffffff)"),
  batch("a quote's lots", "signextend(4, shr(160, bits))", "and(shr(160, bits), 0xffffffffff)"),
  batch("a quote's hints", "and(shr(96, bits), 0xffffffffffffffff)", "and(shr(96, bits), 0xffffffff)"),
];

export const FIELDS = [...OF_WORDS, ...OF_BATCHES].map((mutant) => ({
  ...mutant,
  about: `wrongly read: ${mutant.about}`,
}));
