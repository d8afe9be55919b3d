// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketRecordActions } from "./MarketRecordActions.sol";
import { Random, randomFrom } from "./Random.sol";
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
        Random memory rand = randomFrom(seed);
        _open(markets);
        for (uint256 i; i < TRADERS; ++i) {
            _deposit(i, uint256(rand.betweenInt(1, 20e18)));
            _depositLeg(i, rand.below(LEGS), uint256(rand.betweenInt(1, 5000)));
        }
        for (uint256 i; i < 3; ++i) {
            _createRoot(rand);
        }
    }

    function trade(uint256 seed) public onTime {
        _trade(randomFrom(seed));
    }

    function tradeAgain(uint256 seed) external onTime {
        _trade(randomFrom(seed));
    }

    function tradeOnceMore(uint256 seed) external onTime {
        _trade(randomFrom(seed));
    }

    function newRoot(uint256 seed) public onTime {
        _createRoot(randomFrom(seed));
    }

    function newSubMarket(uint256 seed) public onTime {
        _subMarket(randomFrom(seed));
    }

    function tighten(uint256 seed) public onTime {
        _tighten(randomFrom(seed));
    }

    function badRecord(uint256 seed) public onTime {
        _badRecord(randomFrom(seed));
    }

    function fallback_(uint256 seed) public onTime {
        _applyFallback(randomFrom(seed));
    }

    function offset(uint256 seed) public onTime {
        _offset(randomFrom(seed));
    }

    function refresh(uint256 seed) public onTime {
        _refresh(randomFrom(seed));
    }

    function realise(uint256 seed) public onTime {
        _realise(randomFrom(seed));
    }

    function withdraw(uint256 seed) public onTime {
        _withdraw(randomFrom(seed));
    }

    function exit(uint256 seed) public onTime {
        _exit(randomFrom(seed));
    }

    function passTime(uint256 seed) public onTime {
        Random memory rand = randomFrom(seed);
        // Cast: time moves forwards. Most steps are short, so that a long story fits before t2.
        _warp(clock + uint256(rand.betweenInt(1, rand.oneIn(8) ? int256(5 days) : int256(4 hours))));
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
