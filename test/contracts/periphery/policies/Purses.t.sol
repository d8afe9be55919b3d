// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TestAsset } from "../../../../contracts/mocks/TestAsset.sol";
import { ISession } from "../../../../contracts/interfaces/ISession.sol";
import { FeeVault } from "../../../../contracts/periphery/policies/FeeVault.sol";
import { MinCapital } from "../../../../contracts/periphery/policies/MinCapital.sol";
import { Baskets } from "../../support/Baskets.sol";
import { Test } from "../../support/Test.sol";
import { VM } from "../../support/Vm.sol";

/// @dev Draws payers, stakers and traders, and keeps its own books of what a vault and a lock should have.
contract Payer is Test {
    uint256 public constant FEE = 7;
    uint256 private constant PEOPLE = 5;

    TestAsset public immutable MONEY = new TestAsset("Dollar", "USD", 6);
    ISession private immutable SESSION;
    address private immutable BOOK;
    uint40 private immutable T2;
    FeeVault public immutable VAULT;
    MinCapital public immutable LOCK;

    uint256 public fees; // paid, smallest units
    uint256 public collected;
    uint256 public staked; // that lie there
    mapping(address trader => uint256) public stakedFor;

    constructor(ISession session) {
        (SESSION, BOOK) = (session, session.orderBook());
        (, T2) = session.window();
        VAULT = new FeeVault(MONEY, FEE, address(this));
        LOCK = new MinCapital(MONEY, 100);
        for (uint256 i; i < PEOPLE; ++i) {
            MONEY.mint(person(i), type(uint128).max);
            VM.startPrank(person(i));
            MONEY.approve(address(VAULT), type(uint256).max);
            MONEY.approve(address(LOCK), type(uint256).max);
            VM.stopPrank();
        }
    }

    function person(uint256 seed) public pure returns (address) {
        return address(uint160(0xBEEF + (seed % PEOPLE)));
    }

    function pay(uint256 by, uint160 trader) external {
        bool isFirst = !VAULT.paid(BOOK, address(trader));
        VM.prank(person(by));
        try VAULT.pay(SESSION, address(trader)) {
            assertTrue(isFirst && block.timestamp < T2, "paid twice, or too late");
            fees += FEE;
        } catch {
            assertTrue(!isFirst || block.timestamp >= T2, "refused a first fee");
        }
    }

    function collect() external {
        collected += VAULT.collect(address(0xFEE));
    }

    function stake(uint256 by, uint256 trader, uint64 amount) external {
        VM.prank(person(by));
        try LOCK.stake(SESSION, person(trader), amount) {
            assertTrue(amount != 0 && block.timestamp < T2, "staked nothing, or too late");
            staked += amount;
            stakedFor[person(trader)] += amount;
        } catch {
            assertTrue(amount == 0 || block.timestamp >= T2, "refused a stake");
        }
    }

    function withdraw(uint256 by, uint256 trader) external {
        (uint256 due, ) = LOCK.stakeOf(BOOK, person(trader), person(by));
        VM.prank(person(by));
        try LOCK.withdraw(BOOK, person(trader), person(by)) returns (uint256 amount) {
            assertTrue(block.timestamp >= T2, "out before t2");
            assertEq(amount, due, "another amount");
            staked -= amount;
            stakedFor[person(trader)] -= amount;
        } catch {
            assertTrue(due == 0 || block.timestamp < T2, "a stake that is due did not come");
        }
    }

    /// @dev Seldom long enough to reach t2, and then it stays there.
    function pass(uint24 time) external {
        VM.warp(block.timestamp + time / 32);
    }
}

/// @title Given any payments, collections, stakes and withdrawals, what lies in a vault is what was paid and not collected
contract PursesTest is Baskets {
    Payer private payer;

    function setUp() external {
        _keepFromReplay();
        uint128[] memory quantities = new uint128[](1);
        quantities[0] = 1e21;
        _openSession(quantities, 1e21);
        payer = new Payer(_session);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(payer);
    }

    function invariant_TheVaultHoldsWhatWasPaidAndNotCollected() external view {
        assertEq(payer.MONEY().balanceOf(address(payer.VAULT())), payer.fees() - payer.collected(), "in the vault");
        assertEq(payer.MONEY().balanceOf(address(0xFEE)), payer.collected(), "the beneficiary's");
    }

    function invariant_TheLockHoldsWhatWasStakedAndNotWithdrawn() external view {
        assertEq(payer.MONEY().balanceOf(address(payer.LOCK())), payer.staked(), "in the lock");
        for (uint256 i; i < 5; ++i) {
            address trader = payer.person(i);
            uint256 amount = payer.stakedFor(trader);
            assertEq(payer.LOCK().stakedFor(address(_book), trader), amount, "for a trader");
            assertEq(payer.LOCK().admits(address(_book), trader), amount >= 100, "admitted");
        }
    }
}
