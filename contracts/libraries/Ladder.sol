// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { RootWord } from "./RootWord.sol";

/// @title The strikes of an interval root, and the sweep over them (R12)
/// @notice A ladder lists the root's strikes, each once, by rising value, and says for every branch at which two of them it begins and
/// ends. It is the code of a contract that the book has made, a new one with each branch: reading all of it costs as much as reading
/// one word of storage. Branches are counted from 0 here.
/// @dev The code: STOP | for each of 32 branches the index of its lower strike 8 and of its upper strike 8 | up to 64 strikes, 32 bits
/// each. In memory it begins behind the STOP and is followed by nothing that matters.
library Ladder {
    uint256 internal constant MAX_BRANCHES = 32;
    /// @dev In memory: ends, strikes, and as much again as a word read at the last strike reaches.
    uint256 internal constant MEMORY_BYTES = 0x160;

    uint256 private constant ENDS_BYTES = 0x40;
    uint256 private constant CODE_BYTES = 0x140;
    uint256 private constant MAX_POINTER = type(uint24).max;

    /// @notice Reads the ladder of that number, made by this contract, to `ptr`.
    function load(uint256 ptr, uint256 pointer) internal view {
        address made = addressOf(pointer);
        assembly ("memory-safe") {
            extcodecopy(made, ptr, 1, CODE_BYTES)
        }
    }

    /// @notice Lower and upper strike of a branch.
    function strikesOf(uint256 ptr, uint256 branch) internal pure returns (int256 lower, int256 upper) {
        assembly ("memory-safe") {
            let ends := mload(add(ptr, shl(1, branch)))
            let strikes := add(ptr, ENDS_BYTES)
            lower := sar(224, mload(add(strikes, shl(2, byte(0, ends)))))
            upper := sar(224, mload(add(strikes, shl(2, byte(1, ends)))))
        }
    }

    /// @notice f(y) = sum of lots_b * clamp(y, lower_b, upper_b) for y in [lo, hi] is piecewise linear, so its minimum is at lo, at
    /// hi or at a strike between them.
    /// @dev With d_i the lots of the branches that begin at strike K_i less those of the branches that end there, and `base` the sum
    /// of lots_b * lower_b: f(y) = base + sum over K_i < y of d_i * (y - K_i). One pass over the lots gathers d, one over the strikes
    /// finds the least. In assembly, and written out for as many lots and strikes as come together, because most of what a check
    /// of many branches costs is this. |lots| < 2^41, ticks within 2^32, 32 branches: nothing comes near 2^80.
    /// @param root its word: bounds, strikes, and how these lie to each other
    /// @param ladder where it is in memory
    /// @param steps memory for 64 words
    /// @param position in memory, see Position
    /// @param branch of which `lots` more are looked at
    /// @return worst the minimum, in ticks times lots
    /// @return bindingOutcome the (lowest) outcome where it is
    // solhint-disable-next-line function-max-lines
    function worstOf(
        RootWord root,
        uint256 ladder,
        uint256 steps,
        uint256 position,
        uint256 branch,
        int256 lots
    ) internal pure returns (int256 worst, int256 bindingOutcome) {
        int256 value = _gather(root, ladder, steps, position);
        assembly ("memory-safe") {
            // The change.
            if lots {
                let ends := mload(add(ladder, shl(1, branch)))
                let ptr := byte(0, ends)
                value := add(value, mul(lots, sar(224, mload(add(add(ladder, ENDS_BYTES), shl(2, ptr))))))
                ptr := add(steps, shl(5, ptr))
                mstore(ptr, add(mload(ptr), lots))
                ptr := add(steps, shl(5, byte(1, ends)))
                mstore(ptr, sub(mload(ptr), lots))
            }
            let y := signextend(3, shr(208, root))
            let strikes := add(ladder, ENDS_BYTES)
            let end := add(strikes, and(shr(14, root), 0x3fc))
            let slope
            // Strikes up to lo.
            for {} lt(strikes, end) {
                strikes := add(strikes, 4)
                steps := add(steps, 0x20)
            } {
                let step := mload(steps)
                slope := add(slope, step)
                value := add(value, mul(step, sub(y, sar(224, mload(strikes)))))
            }
            worst := value
            bindingOutcome := y
            // Strikes between lo and hi, four at a time.
            end := add(add(ladder, ENDS_BYTES), and(shr(6, root), 0x3fc))
            for {
                let most := sub(end, 12)
            } lt(strikes, most) {
                strikes := add(strikes, 16)
                steps := add(steps, 0x80)
            } {
                {
                    let strike := sar(224, mload(strikes))
                    value := add(value, mul(slope, sub(strike, y)))
                    if slt(value, worst) {
                        worst := value
                        bindingOutcome := strike
                    }
                    y := strike
                    slope := add(slope, mload(steps))
                }
                {
                    let strike := sar(224, mload(add(strikes, 4)))
                    value := add(value, mul(slope, sub(strike, y)))
                    if slt(value, worst) {
                        worst := value
                        bindingOutcome := strike
                    }
                    y := strike
                    slope := add(slope, mload(add(steps, 0x20)))
                }
                {
                    let strike := sar(224, mload(add(strikes, 8)))
                    value := add(value, mul(slope, sub(strike, y)))
                    if slt(value, worst) {
                        worst := value
                        bindingOutcome := strike
                    }
                    y := strike
                    slope := add(slope, mload(add(steps, 0x40)))
                }
                {
                    let strike := sar(224, mload(add(strikes, 12)))
                    value := add(value, mul(slope, sub(strike, y)))
                    if slt(value, worst) {
                        worst := value
                        bindingOutcome := strike
                    }
                    y := strike
                    slope := add(slope, mload(add(steps, 0x60)))
                }
            }
            for {} lt(strikes, end) {
                strikes := add(strikes, 4)
                steps := add(steps, 0x20)
            } {
                {
                    let strike := sar(224, mload(strikes))
                    value := add(value, mul(slope, sub(strike, y)))
                    if slt(value, worst) {
                        worst := value
                        bindingOutcome := strike
                    }
                    y := strike
                    slope := add(slope, mload(steps))
                }
            }
            let hi := signextend(3, shr(176, root))
            value := add(value, mul(slope, sub(hi, y)))
            if slt(value, worst) {
                worst := value
                bindingOutcome := hi
            }
        }
    }

    /// @dev What begins and ends at each strike, at `steps`; and the position's base. Branches that a root has not made hold nothing,
    /// and their ends are 0 and 0.
    // solhint-disable-next-line function-max-lines
    function _gather(
        RootWord root,
        uint256 ladder,
        uint256 steps,
        uint256 position
    ) private pure returns (int256 base) {
        assembly ("memory-safe") {
            // Reading behind the end of calldata gives zeros.
            calldatacopy(steps, calldatasize(), shl(5, and(root, 0xff)))
            position := add(position, 0x20)
            let word := mload(position)
            base := signextend(10, shr(88, word))
            let ends := mload(ladder)
            {
                {
                    let held := sar(216, word)
                    let ptr := add(steps, shl(5, byte(0, ends)))
                    mstore(ptr, add(mload(ptr), held))
                    ptr := add(steps, shl(5, byte(1, ends)))
                    mstore(ptr, sub(mload(ptr), held))
                }
                {
                    let held := signextend(4, shr(176, word))
                    let ptr := add(steps, shl(5, byte(2, ends)))
                    mstore(ptr, add(mload(ptr), held))
                    ptr := add(steps, shl(5, byte(3, ends)))
                    mstore(ptr, sub(mload(ptr), held))
                }
            }
            // The last word that the root's branches reach.
            let last := and(shr(240, root), 0xff)
            last := mul(gt(last, 2), div(add(last, 3), 6))
            ladder := add(ladder, 4)
            for {
                last := add(position, shl(5, last))
            } lt(position, last) {} {
                position := add(position, 0x20)
                word := mload(position)
                ends := mload(ladder)
                {
                    let held := sar(216, word)
                    let ptr := add(steps, shl(5, byte(0, ends)))
                    mstore(ptr, add(mload(ptr), held))
                    ptr := add(steps, shl(5, byte(1, ends)))
                    mstore(ptr, sub(mload(ptr), held))
                }
                {
                    let held := signextend(4, shr(176, word))
                    let ptr := add(steps, shl(5, byte(2, ends)))
                    mstore(ptr, add(mload(ptr), held))
                    ptr := add(steps, shl(5, byte(3, ends)))
                    mstore(ptr, sub(mload(ptr), held))
                }
                {
                    let held := signextend(4, shr(136, word))
                    let ptr := add(steps, shl(5, byte(4, ends)))
                    mstore(ptr, add(mload(ptr), held))
                    ptr := add(steps, shl(5, byte(5, ends)))
                    mstore(ptr, sub(mload(ptr), held))
                }
                {
                    let held := signextend(4, shr(96, word))
                    let ptr := add(steps, shl(5, byte(6, ends)))
                    mstore(ptr, add(mload(ptr), held))
                    ptr := add(steps, shl(5, byte(7, ends)))
                    mstore(ptr, sub(mload(ptr), held))
                }
                {
                    let held := signextend(4, shr(56, word))
                    let ptr := add(steps, shl(5, byte(8, ends)))
                    mstore(ptr, add(mload(ptr), held))
                    ptr := add(steps, shl(5, byte(9, ends)))
                    mstore(ptr, sub(mload(ptr), held))
                }
                {
                    let held := signextend(4, shr(16, word))
                    let ptr := add(steps, shl(5, byte(10, ends)))
                    mstore(ptr, add(mload(ptr), held))
                    ptr := add(steps, shl(5, byte(11, ends)))
                    mstore(ptr, sub(mload(ptr), held))
                }
                ladder := add(ladder, 12)
            }
        }
    }

    // ------------------------------------------------------------------ making

    /// @notice The ladder of a root with one branch, as it lies in memory.
    function start(uint256 ptr, int256 lower, int256 upper) internal pure {
        assembly ("memory-safe") {
            calldatacopy(ptr, calldatasize(), MEMORY_BYTES)
            // Branch 0 goes from strike 0 to strike 1.
            mstore8(add(ptr, 1), 1)
            mstore(add(ptr, ENDS_BYTES), or(shl(224, lower), shr(32, shl(224, upper))))
        }
    }

    /// @notice One more branch between strikes that lie within the first branch's. Costs no care: once a branch.
    /// @return count how many strikes there are then
    function addBranch(
        uint256 ptr,
        uint256 strikes,
        uint256 branches,
        int256 lower,
        int256 upper
    ) internal pure returns (uint256 count) {
        uint256 lowerAt;
        uint256 upperAt;
        (lowerAt, count) = _insert(ptr, strikes, branches, lower);
        // The upper strike comes later in the order, so the lower one stays where it is.
        (upperAt, count) = _insert(ptr, count, branches, upper);
        assembly ("memory-safe") {
            let ends := add(ptr, shl(1, branches))
            mstore8(ends, lowerAt)
            mstore8(add(ends, 1), upperAt)
        }
    }

    /// @notice Strikes up to lo, and strikes below hi.
    function boundsAt(
        uint256 ptr,
        uint256 strikes,
        int256 lo,
        int256 hi
    ) internal pure returns (uint256 upToLo, uint256 belowHi) {
        for (uint256 i; i < strikes; ++i) {
            int256 strike = _strikeAt(ptr, i);
            if (strike <= lo) ++upToLo;
            if (strike < hi) ++belowHi;
        }
    }

    /// @notice Makes the contract whose code is the ladder at `ptr`. `pointer` is the nonce of this one.
    function make(uint256 ptr, uint256 strikes, uint256 pointer) internal {
        address made;
        // 0x40 + 4 * 64 bytes and the STOP: below 2^16.
        uint256 size = ENDS_BYTES + 4 * strikes + 1;
        assembly ("memory-safe") {
            let code := mload(0x40)
            // PUSH2 size, DUP1, PUSH1 10, RETURNDATASIZE, CODECOPY, RETURNDATASIZE, RETURN, STOP
            mstore(code, or(shl(232, or(0x610000, size)), shl(168, 0x80600a3d393df300)))
            mcopy(add(code, 11), ptr, sub(size, 1))
            made := create(0, code, add(size, 10))
        }
        if (made == address(0) || pointer > MAX_POINTER || made != addressOf(pointer)) revert Ladder_NotMade(pointer);
    }

    /// @notice A ladder could not be made: the call had too little gas, or there are 2^24 of them.
    error Ladder_NotMade(uint256 pointer);

    /// @notice Where CREATE puts what this contract makes with that nonce: keccak256(rlp([this, nonce])).
    function addressOf(uint256 nonce) internal view returns (address made) {
        assembly ("memory-safe") {
            switch lt(nonce, 0x80)
            case 1 {
                mstore(0x00, or(or(shl(240, 0xd694), shl(80, address())), shl(72, nonce)))
                made := shr(96, shl(96, keccak256(0x00, 0x17)))
            }
            default {
                let size := add(1, add(gt(nonce, 0xff), gt(nonce, 0xffff)))
                mstore(
                    0x00,
                    or(
                        or(shl(248, add(0xd6, size)), or(shl(240, 0x94), shl(80, address()))),
                        or(shl(72, add(0x80, size)), shl(sub(72, shl(3, size)), nonce))
                    )
                )
                made := shr(96, shl(96, keccak256(0x00, add(0x17, size))))
            }
        }
    }

    function _strikeAt(uint256 ptr, uint256 index) private pure returns (int256 strike) {
        assembly ("memory-safe") {
            strike := sar(224, mload(add(add(ptr, ENDS_BYTES), shl(2, index))))
        }
    }

    function _setStrike(uint256 ptr, uint256 index, int256 strike) private pure {
        assembly ("memory-safe") {
            let place := add(add(ptr, ENDS_BYTES), shl(2, index))
            mstore(place, or(shl(224, strike), shr(32, shl(32, mload(place)))))
        }
    }

    /// @dev Index of a strike, which is put in if it is new; the ends of `branches` branches move along.
    function _insert(
        uint256 ptr,
        uint256 strikes,
        uint256 branches,
        int256 strike
    ) private pure returns (uint256 index, uint256 count) {
        while (index < strikes && _strikeAt(ptr, index) < strike) ++index;
        if (index < strikes && _strikeAt(ptr, index) == strike) return (index, strikes);
        for (uint256 i = strikes; i > index; --i) {
            _setStrike(ptr, i, _strikeAt(ptr, i - 1));
        }
        _setStrike(ptr, index, strike);
        for (uint256 i; i < 2 * branches; ++i) {
            assembly ("memory-safe") {
                let end := byte(0, mload(add(ptr, i)))
                if iszero(lt(end, index)) {
                    mstore8(add(ptr, i), add(end, 1))
                }
            }
        }
        count = strikes + 1;
    }
}
