// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev What a reference book is told about its session.
struct ReferenceTerms {
    uint256 legs;
    int256 scale;
    int256 tickValue;
    uint256 t1;
    uint256 t2;
    uint256 chainWindow;
    uint256 maxOpenOrders;
    uint256 supply;
    uint256 maxLots;
}

/// @dev An order that was accepted; `lots` is what is left of it, signed.
struct Entry {
    uint32 id;
    uint16 leg;
    address trader;
    int256 price;
    int256 lots;
    uint256 deadline;
    bool counted; // among its trader's open orders
    bool immediate; // it rests only for as long as it crosses
    uint32 place; // where it rests, or rested at first; 0 if it never did
    uint256 call; // the call in which it came to rest
}

/// @title The accounts of the reference book: plain sums, nothing packed, nothing remembered that can be worked out
abstract contract ReferenceAccounts {
    struct Account {
        bool known;
        int256 cash;
        uint256 openOrders;
        uint256 largestNeed;
        uint64 nonceFloor;
        mapping(uint64 nonce => bool) used;
        mapping(uint256 leg => int256) lots; // legs from 1
    }

    uint64 private constant NONCE_WINDOW = 32;
    uint64 internal constant NONCE_REACH = 64;
    uint64 internal constant LAST_NONCE = 2 ** 24 - 1;

    ReferenceTerms internal _terms;
    mapping(address trader => Account) internal _accounts;

    function register(address trader) public {
        _accounts[trader].known = true;
    }

    function addCash(address trader, int256 amount) external {
        register(trader);
        _accounts[trader].cash += amount;
    }

    function addLots(address trader, uint256 leg, int256 lots) external {
        register(trader);
        _accounts[trader].lots[leg] += lots;
    }

    /// @dev Everything was paid out.
    function clear(address trader) external {
        _accounts[trader].cash = 0;
        for (uint256 k = 1; k <= _terms.legs; ++k) {
            _accounts[trader].lots[k] = 0;
        }
    }

    function raiseNonceFloor(address trader, uint64 floor) public {
        _accounts[trader].nonceFloor = floor;
        _passUsed(_accounts[trader]);
    }

    // ------------------------------------------------------------------ what can be asked

    function known(address trader) public view returns (bool) {
        return _accounts[trader].known;
    }

    function ordersOf(address trader) external view returns (uint256 openOrders, uint256 reserved) {
        return (_accounts[trader].openOrders, _held(_accounts[trader].largestNeed));
    }

    function nonceFloorOf(address trader) external view returns (uint64) {
        return _accounts[trader].nonceFloor;
    }

    function nonceUsed(address trader, uint64 nonce) public view returns (bool) {
        return nonce < _accounts[trader].nonceFloor || _accounts[trader].used[nonce];
    }

    /// @dev Net collateral if all weight fell on leg `k`, after buying `lots` of `leg` at `price`.
    function netCollateral(
        address trader,
        uint256 k,
        uint256 leg,
        int256 lots,
        int256 price
    ) public view returns (int256) {
        int256 held = _accounts[trader].lots[k] + (k == leg ? lots : int256(0));
        return _accounts[trader].cash - price * lots * _terms.tickValue + held * _terms.scale * _terms.tickValue;
    }

    /// @dev The least of these over all legs.
    function slackAfter(address trader, uint256 leg, int256 lots, int256 price) public view returns (int256 least) {
        least = netCollateral(trader, 1, leg, lots, price);
        for (uint256 k = 2; k <= _terms.legs; ++k) {
            int256 value = netCollateral(trader, k, leg, lots, price);
            if (value < least) least = value;
        }
    }

    /// @dev Whether a trader can take `lots` of a leg at `price`: it would owe nothing, whatever happens, and hold neither more
    /// than the limit nor more beyond it than before. Lots of a leg count from those of the last, of which a lot is one less of
    /// every other leg.
    function bears(address trader, uint256 leg, int256 lots, int256 price) public view returns (bool) {
        return slackAfter(trader, leg, lots, price) >= 0 && !holdsTooMany(trader, leg, lots);
    }

    function holdsTooMany(address trader, uint256 leg, int256 lots) public view returns (bool) {
        if (leg != _terms.legs) return _isTooMany(heldOf(trader, leg), lots);
        for (uint256 k = 1; k < _terms.legs; ++k) {
            if (_isTooMany(heldOf(trader, k), -lots)) return true;
        }
        return false;
    }

    /// @dev Lots of a leg more than of the last.
    function heldOf(address trader, uint256 leg) public view returns (int256) {
        return _accounts[trader].lots[leg] - _accounts[trader].lots[_terms.legs];
    }

    function _isTooMany(int256 held, int256 lots) private view returns (bool) {
        int256 then = held + lots;
        if (_terms.maxLots == 0 || _size(then) <= _terms.maxLots) return false;
        bool sameSide = then > 0 == held > 0;
        return !sameSide || _size(then) >= _size(held);
    }

    // ------------------------------------------------------------------ changes by orders

    function _useNonce(address trader, uint64 nonce) internal {
        Account storage account = _accounts[trader];
        account.used[nonce] = true;
        if (nonce >= account.nonceFloor + NONCE_WINDOW) account.nonceFloor = nonce - (NONCE_WINDOW - 1);
        _passUsed(account);
    }

    /// @dev What the rest of an order may cost an empty account: the price of a bid; what an offer lacks to the value of its lots.
    function _open(Entry storage entry) internal {
        entry.counted = true;
        Account storage account = _accounts[entry.trader];
        ++account.openOrders;
        int256 ticks = entry.lots > 0 ? entry.price * entry.lots : (entry.price - _terms.scale) * entry.lots;
        uint256 need = uint256(ticks * _terms.tickValue);
        if (need > account.largestNeed) account.largestNeed = need;
    }

    /// @dev In whole units, which are the least power of two of which 65 536 are more than the supply; 65 535 of them are all.
    function _held(uint256 need) private view returns (uint256) {
        uint256 unit = 1;
        while (65_536 * unit <= _terms.supply) unit *= 2;
        uint256 units = need / unit;
        if (units * unit < need) ++units;
        return units < 65_535 ? units * unit : 65_536 * unit;
    }

    function _close(Entry storage entry) internal {
        if (!entry.counted) return;
        Account storage account = _accounts[entry.trader];
        if (--account.openOrders == 0) account.largestNeed = 0;
    }

    function _pay(Entry storage entry, int256 lots, int256 price) internal {
        Account storage account = _accounts[entry.trader];
        account.cash -= price * lots * _terms.tickValue;
        account.lots[entry.leg] += lots;
        entry.lots -= lots;
    }

    function _size(int256 lots) internal pure returns (uint256) {
        return uint256(lots < 0 ? -lots : lots);
    }

    function _passUsed(Account storage account) private {
        while (account.used[account.nonceFloor]) ++account.nonceFloor;
    }
}
