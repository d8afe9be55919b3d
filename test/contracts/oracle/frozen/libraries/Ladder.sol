// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Room for the 64 strikes and the ends of 32 branches.
uint256 constant LADDER_WORDS = 10;

/// @title The strikes of an interval root, packed, and the sweep over them (R12)
/// @notice A ladder lists the root's strikes, each once, by rising value, and says for every branch at which two of them it begins
/// and ends. Branch 1 has none outside of it (R37), so it runs from the first to the last. Branches are counted from 0 here.
/// @dev Words, lowest bits first, in storage and, with no more of them than are used, in memory:
/// 0: strikes 0 to 3, 4 * 32 | ends of branches 1 to 10, 10 * 12 | number of strikes, 8
/// 1: ends of branches 11 to 31, 21 * 12
/// 2 to 9: strikes 4 to 63, 8 * 32 each
/// The ends of a branch: index of its lower strike 6 | index of its upper strike 6.
library Ladder {
    uint256 private constant HEAD_STRIKES = 4;
    uint256 private constant HEAD_BRANCHES = 11; // the first needs no ends

    /// @dev A ladder while a branch is added.
    struct Rungs {
        int256[] strikes;
        uint256[] lowerAt;
        uint256[] upperAt;
    }

    // ------------------------------------------------------------------ reading

    /// @notice Words that a ladder with this head and as many branches has in memory. Word 1 is always among them.
    function lengthOf(uint256 head) internal pure returns (uint256) {
        // At most 64 strikes; none beyond word 0 for up to four.
        unchecked {
            return 2 + ((head >> 248) + 3) / 8;
        }
    }

    /// @notice Whether word 1 of a ladder says anything.
    function hasMoreEnds(uint256 branches) internal pure returns (bool) {
        return branches > HEAD_BRANCHES;
    }

    /// @notice Lower and upper strike of a branch, ticks.
    function strikesOf(uint256[] memory ladder, uint256 branch) internal pure returns (int256 lower, int256 upper) {
        (uint256 lowerAt, uint256 upperAt) = _endsOf(ladder, branch);
        return (_strikeAt(ladder, lowerAt), _strikeAt(ladder, upperAt));
    }

    /// @notice Lower and upper strikes of all branches, ticks.
    function spansOf(
        uint256[] memory ladder,
        uint256 branches
    ) internal pure returns (int256[] memory lower, int256[] memory upper) {
        (lower, upper) = (new int256[](branches), new int256[](branches));
        for (uint256 b; b < branches; ++b) {
            (lower[b], upper[b]) = strikesOf(ladder, b);
        }
    }

    // ------------------------------------------------------------------ the sweep

    /// @notice f(y) = sum of lots_b * clamp(y, lower_b, upper_b) for y in [lo, hi] is piecewise linear, so its minimum is at lo, at
    /// hi or at a strike between them. The tests judge it by its plain form.
    /// @dev With L_i the lots of the branches that begin at strike K_i and d_i = L_i less the lots of those that end there:
    /// f(y) = sum L_i * K_i + sum over K_i < y of d_i * (y - K_i). One pass over the branches gathers L and d, one over the strikes
    /// adds up the first sum and finds the least of the second. In assembly, on packed words, because most of what a check of
    /// many branches costs is this.
    /// @param lots one entry a branch, at most 32, each below 2^65 in size
    /// @return worst the minimum, in ticks * lots
    /// @return bindingOutcome the (lowest) outcome where it is
    function worstOf(
        int256[] memory lots,
        uint256[] memory ladder,
        int256 lo,
        int256 hi
    ) internal pure returns (int256 worst, int256 bindingOutcome) {
        (uint256 steps, uint256 last) = _steps(lots, ladder);
        uint256 source;
        assembly ("memory-safe") {
            source := add(ladder, 0x20)
        }
        // Two int32: the width fits.
        unchecked {
            (worst, bindingOutcome) = _sweep(source, steps, last, lo, hi - lo);
        }
        // Nothing was allocated since: without this a call that makes many checks would pay for ever more memory.
        assembly ("memory-safe") {
            mstore(0x40, steps)
        }
    }

    /// @dev A step is L << 128, plus d, and so are the sums of steps and of steps times strikes: one addition for both halves. The
    /// second sum at a strike is the lower half of sum * strike - moment, the first sum in the end the upper half of moment. The
    /// second is nought at lo, because steps below lo are taken as if they were at lo; what that changes goes to the first.
    /// Bounds: lots of 32 branches add up to less than 2^70, times ticks to less than 2^103: each half fits its 128 bits.
    /// @param source where word 0 of the ladder is
    /// @param steps where the first of the steps is
    /// @param last behind the last of them
    /// @param width hi - lo
    function _sweep(
        uint256 source,
        uint256 steps,
        uint256 last,
        int256 lo,
        int256 width
    ) private pure returns (int256 worst, int256 bindingOutcome) {
        assembly ("memory-safe") {
            let strikes := mload(source) // the next one in the lowest bits
            source := add(source, 0x40)
            let sum
            let moment
            bindingOutcome := lo
            // Word 0 holds four strikes, all from word 2 on eight.
            let until := add(steps, 0x80)
            for {} 1 {} {
                if gt(until, last) {
                    until := last
                }
                for {} lt(steps, until) {
                    steps := add(steps, 0x20)
                    strikes := shr(32, strikes)
                } {
                    let step := mload(steps)
                    if iszero(step) {
                        continue
                    }
                    let strike := signextend(3, strikes)
                    if iszero(lt(sub(strike, lo), width)) {
                        let change := signextend(15, step)
                        let first := sub(step, change)
                        if iszero(slt(strike, lo)) {
                            moment := add(moment, mul(first, strike)) // hi or above
                            continue
                        }
                        moment := add(moment, mul(sub(shl(128, change), first), sub(lo, strike)))
                        strike := lo
                    }
                    let value := signextend(15, sub(mul(sum, strike), moment))
                    if slt(value, worst) {
                        worst := value
                        bindingOutcome := strike
                    }
                    sum := add(sum, step)
                    moment := add(moment, mul(step, strike))
                }
                if eq(steps, last) {
                    break
                }
                strikes := mload(source)
                source := add(source, 0x20)
                until := add(until, 0x100)
            }
            let value := signextend(15, sub(mul(sum, add(lo, width)), moment))
            if slt(value, worst) {
                worst := value
                bindingOutcome := add(lo, width)
            }
            value := signextend(15, moment)
            worst := add(worst, sar(128, sub(moment, value)))
        }
    }

    /// @dev What begins and ends at each strike: L_i << 128, plus d_i. At most 64 words, allocated until the sweep is over.
    function _steps(int256[] memory lots, uint256[] memory ladder) private pure returns (uint256 steps, uint256 last) {
        assembly ("memory-safe") {
            let head := mload(add(ladder, 0x20))
            let count := shr(248, head)
            steps := mload(0x40)
            last := add(steps, shl(5, count))
            mstore(0x40, last)
            // Reading behind the end of calldata gives zeros.
            calldatacopy(steps, calldatasize(), shl(5, count))
            let entry := add(lots, 0x20)
            let end := add(entry, shl(5, mload(lots)))
            // Before those of word 0, the ends of branch 0: the first strike and the last.
            let ends := or(shl(12, shr(128, head)), shl(6, sub(count, 1)))
            for {
                let until := add(entry, 0x160)
            } 1 {
                until := end
            } {
                if gt(until, end) {
                    until := end
                }
                for {} lt(entry, until) {
                    entry := add(entry, 0x20)
                } {
                    let held := mload(entry)
                    if held {
                        // 32 times the index of the lower strike, then of the upper strike
                        let at := add(steps, and(shl(5, ends), 0x7e0))
                        mstore(at, add(mload(at), add(shl(128, held), held)))
                        at := add(steps, and(shr(1, ends), 0x7e0))
                        mstore(at, sub(mload(at), held))
                    }
                    ends := shr(12, ends)
                }
                if eq(entry, end) {
                    break
                }
                ends := mload(add(ladder, 0x40))
            }
        }
    }

    // ------------------------------------------------------------------ making

    /// @notice The ladder of a root with one branch: its word 0; the others are empty.
    function start(int256 lower, int256 upper) internal pure returns (uint256 head) {
        return (2 << 248) | (_bits(upper) << 32) | _bits(lower);
    }

    /// @notice The ladder with one more branch between strikes that lie within the first branch's. Costs no care: once a branch.
    function withBranch(
        uint256[] memory ladder,
        uint256 branches,
        int256 lower,
        int256 upper
    ) internal pure returns (uint256[LADDER_WORDS] memory) {
        Rungs memory rungs = _unpack(ladder, branches);
        uint256 lowerAt = _insert(rungs, branches, lower);
        rungs.lowerAt[branches] = lowerAt;
        // The upper strike comes later in the order, so the lower one stays where it is.
        rungs.upperAt[branches] = _insert(rungs, branches, upper);
        return _pack(rungs);
    }

    /// @dev Index of a strike, which is put in if it is new; the ends of `branches` branches move along.
    function _insert(Rungs memory rungs, uint256 branches, int256 strike) private pure returns (uint256 index) {
        int256[] memory strikes = rungs.strikes;
        uint256 count = strikes.length;
        while (index < count && strikes[index] < strike) ++index;
        if (index < count && strikes[index] == strike) return index;
        rungs.strikes = new int256[](count + 1);
        for (uint256 i; i <= count; ++i) {
            if (i == index) rungs.strikes[i] = strike;
            else rungs.strikes[i] = strikes[i < index ? i : i - 1];
        }
        for (uint256 b; b < branches; ++b) {
            if (rungs.lowerAt[b] >= index) ++rungs.lowerAt[b];
            if (rungs.upperAt[b] >= index) ++rungs.upperAt[b];
        }
    }

    /// @dev With room for one more branch.
    function _unpack(uint256[] memory ladder, uint256 branches) private pure returns (Rungs memory rungs) {
        rungs.strikes = new int256[](ladder[0] >> 248);
        for (uint256 i; i < rungs.strikes.length; ++i) {
            rungs.strikes[i] = _strikeAt(ladder, i);
        }
        (rungs.lowerAt, rungs.upperAt) = (new uint256[](branches + 1), new uint256[](branches + 1));
        for (uint256 b; b < branches; ++b) {
            (rungs.lowerAt[b], rungs.upperAt[b]) = _endsOf(ladder, b);
        }
    }

    function _pack(Rungs memory rungs) private pure returns (uint256[LADDER_WORDS] memory words) {
        words[0] = rungs.strikes.length << 248;
        for (uint256 i; i < rungs.strikes.length; ++i) {
            (uint256 word, uint256 shift) = _placeOfStrike(i);
            words[word] |= _bits(rungs.strikes[i]) << shift;
        }
        for (uint256 b = 1; b < rungs.lowerAt.length; ++b) {
            (uint256 word, uint256 shift) = _placeOfEnds(b);
            words[word] |= ((rungs.upperAt[b] << 6) | rungs.lowerAt[b]) << shift;
        }
    }

    // ------------------------------------------------------------------ packing

    /// @dev Indices of the strikes at which a branch begins and ends.
    function _endsOf(uint256[] memory ladder, uint256 branch) private pure returns (uint256 lowerAt, uint256 upperAt) {
        if (branch == 0) return (0, (ladder[0] >> 248) - 1);
        (uint256 word, uint256 shift) = _placeOfEnds(branch);
        uint256 ends = ladder[word] >> shift;
        return (ends & 0x3f, (ends >> 6) & 0x3f);
    }

    /// @dev Casts: cut out the field.
    function _strikeAt(uint256[] memory ladder, uint256 index) private pure returns (int256) {
        (uint256 word, uint256 shift) = _placeOfStrike(index);
        return int32(uint32(ladder[word] >> shift));
    }

    /// @dev index < 64.
    function _placeOfStrike(uint256 index) private pure returns (uint256 word, uint256 shift) {
        unchecked {
            if (index < HEAD_STRIKES) return (0, 32 * index);
            index -= HEAD_STRIKES;
            return (2 + index / 8, 32 * (index % 8));
        }
    }

    /// @dev 0 < branch < 32.
    function _placeOfEnds(uint256 branch) private pure returns (uint256 word, uint256 shift) {
        unchecked {
            if (branch < HEAD_BRANCHES) return (0, 116 + 12 * branch);
            return (1, 12 * (branch - HEAD_BRANCHES));
        }
    }

    /// @dev Casts keep the two's complement of int32 values.
    function _bits(int256 strike) private pure returns (uint256) {
        return uint32(int32(strike));
    }
}
