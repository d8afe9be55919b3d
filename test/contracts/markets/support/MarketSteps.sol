// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketRecordActions } from "./MarketRecordActions.sol";
import { Rand, Rands } from "./Rand.sol";
import { VM } from "./Vm.sol";

/// @title Steps of a random history, one function each; none ever reverts unless a sentence is broken
abstract contract MarketSteps is MarketRecordActions {
    uint256 internal count;

    /// @dev The runner may put the clock back between calls.
    modifier onTime() {
        VM.warp(clock);
        ++count;
        _;
    }

    constructor(address markets, uint256 seed) {
        Rand memory rand = Rands.from(seed);
        _open(markets);
        for (uint256 i; i < TRADERS; ++i) {
            _deposit(i, uint256(rand.between(1, 20e18)));
            _depositLeg(i, rand.below(LEGS), uint256(rand.between(1, 5000)));
        }
        for (uint256 i; i < 3; ++i) {
            _createRoot(rand);
        }
    }

    function trade(uint256 seed) public onTime {
        _trade(Rands.from(seed));
    }

    function tradeAgain(uint256 seed) external onTime {
        _trade(Rands.from(seed));
    }

    function tradeOnceMore(uint256 seed) external onTime {
        _trade(Rands.from(seed));
    }

    function newRoot(uint256 seed) public onTime {
        _createRoot(Rands.from(seed));
    }

    function newSubMarket(uint256 seed) public onTime {
        _subMarket(Rands.from(seed));
    }

    function tighten(uint256 seed) public onTime {
        _tighten(Rands.from(seed));
    }

    function badRecord(uint256 seed) public onTime {
        _badRecord(Rands.from(seed));
    }

    function fallback_(uint256 seed) public onTime {
        _applyFallback(Rands.from(seed));
    }

    function offset(uint256 seed) public onTime {
        _offset(Rands.from(seed));
    }

    function refresh(uint256 seed) public onTime {
        _refresh(Rands.from(seed));
    }

    function realise(uint256 seed) public onTime {
        _realise(Rands.from(seed));
    }

    function withdraw(uint256 seed) public onTime {
        _withdraw(Rands.from(seed));
    }

    function exit(uint256 seed) public onTime {
        _exit(Rands.from(seed));
    }

    function passTime(uint256 seed) public onTime {
        Rand memory rand = Rands.from(seed);
        // Cast: time moves forwards. Most steps are short, so that a long story fits before t2.
        _warp(clock + uint256(rand.between(1, rand.oneIn(8) ? int256(5 days) : int256(4 hours))));
    }

    /// @notice Reverts with the sentence that does not hold.
    function judgeNow() external view {
        _judge(count);
    }

    /// @notice The same, at a joint outcome of one's choice.
    function judge(uint256 seed) external view {
        _judge(seed);
    }
}
