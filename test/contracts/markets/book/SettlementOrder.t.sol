// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Check } from "../../support/Check.sol";
import { MarketRecordActions } from "../../support/MarketRecordActions.sol";
import { PlainMarkets, PlainRoot } from "../../support/PlainMarkets.sol";
import { Random, randomFrom } from "../../support/Random.sol";
import { VM } from "../../support/Vm.sol";

/// @title Roots may be settled in any order
/// @notice given positions in two interval roots and an event root, and one outcome of each
///   whichever root is settled first, in one record or in several, and whenever positions are realised or refreshed,
///   everybody ends with the same cash, and that is what the positions are worth in these outcomes
contract SettlementOrderTest is MarketRecordActions {
    using PlainMarkets for PlainRoot;

    uint256 private constant ROOTS = 3;

    function setUp() external {
        _openReal();
        _depositAll(10e18);
        _require(_newInterval(0, -4, 6, 1e14), 0);
        _require(_newEvent(1, 3, 4, 3e14), 1);
        _require(_newInterval(2, 0, 9, 2e14), 2);
        _require(_newBranch(0, 0, -1, 3), 0);
        _require(_newBranch(2, 0, 2, 7), 2);
        _require(_newBranch(2, 1, 3, 4), 2);
    }

    function testFuzz_anyOrderPaysTheSame(uint256 seed) external {
        Random memory rand = randomFrom(seed);
        for (uint256 i; i < 8; ++i) {
            this.trade(rand.next());
        }
        uint256[ROOTS] memory chosen = [rand.below(11), rand.below(15), rand.below(10)];
        int256[TRADERS] memory expected = _worth(chosen);
        uint256[ROOTS][6] memory orders = [
            [uint256(0), 1, 2],
            [uint256(0), 2, 1],
            [uint256(1), 0, 2],
            [uint256(1), 2, 0],
            [uint256(2), 0, 1],
            [uint256(2), 1, 0]
        ];
        uint256 first = rand.below(orders.length);
        for (uint256 i; i < 2; ++i) {
            uint256 snapshot = VM.snapshotState();
            uint256[ROOTS] memory order = orders[(first + 5 * i) % orders.length];
            int256[TRADERS] memory cash = this.settleAll(order, chosen, rand.next());
            VM.revertToState(snapshot);
            for (uint256 t; t < TRADERS; ++t) {
                Check.equal(cash[t], expected[t], "cash when all is settled");
            }
        }
    }

    function trade(uint256 seed) external {
        _trade(randomFrom(seed));
    }

    function settleAll(
        uint256[ROOTS] memory order,
        uint256[ROOTS] memory chosen,
        uint256 seed
    ) external returns (int256[TRADERS] memory cash) {
        Random memory rand = randomFrom(seed);
        for (uint256 i; i < ROOTS; ++i) {
            this.settle(order[i], chosen[order[i]], rand.next());
            if (rand.oneIn(2)) this.touch(rand.next());
            _judge(seed);
        }
        for (uint256 i; i < ROOTS; ++i) {
            // Cast: small.
            book.realise(uint32(order[i] + 2), traders);
        }
        for (uint256 t; t < TRADERS; ++t) {
            int256 worst;
            (cash[t], worst) = _moneyOf(t);
            Check.equal(worst, _basketWorst(traders[t]), "nothing at risk but the basket");
        }
    }

    /// @dev Leg by leg from a random one on; an interval now and then in two records, the first on its last branch.
    function settle(uint256 root, uint256 chosen, uint256 seed) external {
        Random memory rand = randomFrom(seed);
        PlainRoot memory r = _model(root);
        int256[] memory outcome = r.outcomes[chosen];
        uint256 branches = r.lower.length;
        if (!r.isEvent) {
            uint256 last = branches - 1;
            if (rand.oneIn(2)) {
                // Says nothing false: the branch pays this at the outcome.
                int256 pays = r.pays(last, outcome);
                _tightenTo(rand, root, last, pays, pays);
            }
            if (!_model(root).isSettled()) _tightenTo(rand, root, 0, outcome[0], outcome[0]);
            return;
        }
        uint256 first = rand.below(branches);
        for (uint256 i; i < branches && !_model(root).isSettled(); ++i) {
            uint256 k = (first + i) % branches;
            _tightenTo(rand, root, k, outcome[k], outcome[k]);
        }
    }

    /// @dev Somebody realises or refreshes something.
    function touch(uint256 seed) external {
        Random memory rand = randomFrom(seed);
        rand.oneIn(2) ? _realise(rand) : _refresh(rand);
    }

    function _worth(uint256[ROOTS] memory chosen) private view returns (int256[TRADERS] memory worth) {
        for (uint256 t; t < TRADERS; ++t) {
            (worth[t], ) = _moneyOf(t);
            for (uint256 i; i < ROOTS; ++i) {
                PlainRoot memory r = _model(i);
                worth[t] += r.valueAt(book.positionOf(traders[t], r.id), r.outcomes[chosen[i]]);
            }
        }
    }
}
