// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookAccounts, IBookOrders, IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { BatchPacker } from "../../../contracts/periphery/BatchPacker.sol";
import { CancelTrades, Placed } from "../../../contracts/Types.sol";
import { Packing } from "../support/Packing.sol";
import { Random } from "../support/Random.sol";
import { VM, Vm } from "../support/Vm.sol";
import { IOldBookAccounts as IOldAccounts, IOldBookOrders as IOldOrders } from "./frozen/interfaces/IOrderBook.sol";
import { CancelTrades as OldCancel, SignedPackage as OldSigned } from "./frozen/Types.sol";
import { Drawn, DrawnOrders } from "./DrawnOrders.sol";

/// @title What may happen to orders, done to both books
abstract contract OracleOrders is DrawnOrders {
    bytes32 private constant CANCEL_TYPE_HASH = keccak256(
        "CancelTrades(address trader,uint32 fromTradeRootId,uint32 toTradeRootId,uint64 nonceFloor,uint40 deadline)"
    );

    uint256 public placesUsedAgain;
    uint256 public voidCancellations;

    function _trade(Random memory random) internal {
        Drawn memory d = _draw(random);
        uint256 maxMatches = _steps(random);
        uint256 maxWalk = _walk(random);
        (bool success, bytes memory answer, bytes memory oldAnswer) = _both(
            _someone(random),
            abi.encodeCall(IBookOrders.createTrade, (_signed(d), maxMatches, maxWalk)),
            abi.encodeCall(IOldOrders.createTrade, (_signedOld(d), maxMatches, maxWalk))
        );
        if (success) _note(abi.decode(answer, (Placed)), abi.decode(oldAnswer, (uint32)));
    }

    function _batch(Random memory random) internal {
        (bytes memory data, bytes memory oldData) = _batchOf(random, 0, "");
        (, bytes memory answer, bytes memory oldAnswer) = _both(_someone(random), data, oldData);
        _noteAll(answer, oldAnswer);
    }

    /// @dev The old book is told the cancellations one by one, in the same new block. Each call of its own ends with a checkpoint,
    /// the last of which is the block's.
    function _batchBehindCancellations(Random memory random) internal {
        VM.roll(block.number + 1);
        _youngLinks = true;
        uint256 count = random.between(1, 2);
        bytes memory head;
        bytes[] memory oldCalls = new bytes[](count + 1);
        for (uint256 i; i < count; ++i) {
            (CancelTrades memory c, uint256 key) = _cancellation(random, WALLET);
            (uint32[] memory ids, uint32[] memory places) = _named(random, c.trader);
            if (c.nonceFloor >= 2 ** 24) c.nonceFloor = 0;
            head = bytes.concat(head, Packing.cancellation(c, _signCancel(key, 0, c), places));
            oldCalls[i] = abi.encodeCall(IOldAccounts.cancelTrades, (_oldOf(c), _signCancel(key, 1, c), ids));
        }
        bytes memory data;
        (data, oldCalls[count]) = _batchOf(random, uint8(count), head);
        address submitter = _someone(random);
        VM.recordLogs();
        VM.prank(submitter);
        (bool success, bytes memory answer) = address(book).call(data);
        assertTrue(success, "a batch");
        Vm.Log[] memory logs = VM.getRecordedLogs();
        bytes4[] memory voids = _voidsOf(logs);
        bytes[] memory read = _withoutCheckpoints(_read(logs, address(book)));
        bytes[] memory oldRead = new bytes[](0);
        bytes memory oldAnswer;
        uint256 void;
        for (uint256 i; i <= count; ++i) {
            VM.prank(submitter);
            (success, oldAnswer) = address(old).call(oldCalls[i]);
            bytes[] memory more = _withoutCheckpoints(_read(VM.getRecordedLogs(), address(old)));
            if (success) oldRead = _join(oldRead, more);
            else assertEq(bytes32(voids[void++]), bytes32(_asVoid(bytes4(oldAnswer))), "why a cancellation is void");
        }
        assertEq(voids.length, void, "void cancellations");
        voidCancellations += void;
        _youngLinks = false;
        _assertSameLogs(read, oldRead);
        _noteAll(answer, oldAnswer);
    }

    function _matchTrades(Random memory random) internal {
        (uint32 root, uint16 branch) = _market(random);
        uint256 maxMatches = _steps(random);
        (bool success, bytes memory answer, bytes memory oldAnswer) = _both(
            _someone(random),
            abi.encodeCall(IBookOrders.matchTrades, (root, branch, maxMatches, uint32(random.below(9)))),
            abi.encodeCall(IOldOrders.matchTrades, (root, branch, maxMatches))
        );
        if (success) assertEq(keccak256(answer), keccak256(oldAnswer), "steps");
    }

    /// @dev Mostly by others, of orders of all kinds.
    function _offset(Random memory random) internal {
        uint32[] memory ids = new uint32[](random.between(1, 4));
        Placed[] memory orders = new Placed[](ids.length);
        (, , uint32 trades) = book.chainState();
        for (uint256 i; i < ids.length; ++i) {
            (uint32 root, uint16 branch) = _market(random);
            ids[i] = random.chance(90) ? _resting(random, root, branch, random.chance(50)) : 0;
            if (ids[i] == 0) ids[i] = uint32(random.below(uint256(trades) + 2));
            orders[i] = Placed(ids[i], placeOf[ids[i]]);
        }
        (bool success, bytes memory answer, bytes memory oldAnswer) = _both(
            _someone(random),
            abi.encodeCall(IBookOrders.offset, (orders, 0)),
            abi.encodeCall(IOldOrders.offset, (ids))
        );
        if (success) assertEq(keccak256(answer), keccak256(oldAnswer), "orders taken out");
    }

    function _cancelTrades(Random memory random) internal {
        (CancelTrades memory c, uint256 key) = _cancellation(random, TRADERS);
        (uint32[] memory ids, uint32[] memory places) = _named(random, c.trader);
        (bool success, bytes memory answer, bytes memory oldAnswer) = _both(
            _someone(random),
            abi.encodeCall(IBookAccounts.cancelTrades, (c, _signCancel(key, 0, c), places, 0)),
            abi.encodeCall(IOldAccounts.cancelTrades, (_oldOf(c), _signCancel(key, 1, c), ids))
        );
        if (success) assertEq(keccak256(answer), keccak256(oldAnswer), "orders taken out");
    }

    function _someone(Random memory random) internal view returns (address) {
        return traders[random.below(TRADERS)];
    }

    // ------------------------------------------------------------------ in detail

    /// @dev Steps run out often.
    function _steps(Random memory random) private pure returns (uint256) {
        return random.chance(75) ? random.below(3) : 20;
    }

    function _walk(Random memory random) private pure returns (uint256) {
        return random.chance(75) ? 50 : random.below(3);
    }

    function _batchOf(
        Random memory random,
        uint8 cancellations,
        bytes memory head
    ) private view returns (bytes memory data, bytes memory oldData) {
        uint256 count = random.between(1, 6);
        // Casts: small.
        (uint16 maxMatches, uint16 maxWalk) = (uint16(_steps(random)), uint16(_walk(random)));
        OldSigned[] memory oldOrders = new OldSigned[](count);
        bytes memory signatures;
        uint8 wallets;
        bytes memory orders;
        for (uint256 i; i < count; ++i) {
            Drawn memory d = _drawForBatch(random);
            (bytes memory order, bytes memory signature) = _packed(d);
            (orders, signatures) = (bytes.concat(orders, order), bytes.concat(signatures, signature));
            if (d.byWallet) ++wallets;
            oldOrders[i] = _signedOld(d);
        }
        bytes memory header = BatchPacker.header(false, maxMatches, maxWalk, 0, uint16(count), 0, wallets);
        header = Packing.withCancellations(header, cancellations);
        data = abi.encodeCall(IBookOrders.createTrades, (bytes.concat(header, head, orders, signatures)));
        oldData = abi.encodeCall(IOldOrders.createTrades, (oldOrders, maxMatches, maxWalk));
    }

    function _noteAll(bytes memory answer, bytes memory oldAnswer) internal {
        Placed[] memory placed = abi.decode(answer, (Placed[]));
        uint32[] memory ids = abi.decode(oldAnswer, (uint32[]));
        assertEq(placed.length, ids.length, "orders of a batch");
        for (uint256 i; i < ids.length; ++i) {
            _note(placed[i], ids[i]);
        }
    }

    function _note(Placed memory placed, uint32 id) private {
        assertEq(placed.tradeRootId, id, "number");
        if (placed.place == 0) return;
        placeOf[id] = placed.place;
        if (placed.place != id) ++placesUsedAgain;
    }

    /// @param among how many of the traders
    function _cancellation(
        Random memory random,
        uint256 among
    ) private view returns (CancelTrades memory c, uint256 key) {
        uint256 trader = random.below(among);
        (, , uint32 trades) = book.chainState();
        (c.trader, key) = (traders[trader], _keys[trader]);
        c.fromTradeRootId = uint32(random.chance(50) ? random.below(uint256(trades) + 2) : 0);
        c.toTradeRootId = uint32(random.chance(40) ? type(uint32).max : random.below(uint256(trades) + 2));
        (uint64 floor, ) = book.noncesOf(c.trader);
        if (random.chance(50)) c.nonceFloor = floor + uint64(random.below(3));
        else if (random.chance(20)) c.nonceFloor = uint64(random.between(2 ** 24 - 1, 2 ** 24 + 1));
        c.deadline = uint40(random.chance(90) ? block.timestamp + random.below(9) : block.timestamp - 1);
        // Of a floor that no nonce has and a signature that is none each book names one.
        if (c.nonceFloor < 2 ** 24 && random.chance(8)) key += 1;
    }

    /// @dev Orders of that trader and of others, by number and by place. One that has gone has its place as long as nobody rests
    /// there.
    function _named(
        Random memory random,
        address trader
    ) private view returns (uint32[] memory ids, uint32[] memory places) {
        ids = new uint32[](random.below(5));
        places = new uint32[](ids.length);
        uint32 number = book.traderIdOf(trader);
        uint256 count;
        for (uint256 i; i < ids.length; ++i) {
            for (uint256 attempt; attempt < 4; ++attempt) {
                (uint32 root, uint16 branch) = _market(random);
                ids[count] = _resting(random, root, branch, random.chance(50));
                (, , , uint32 owner, , , , ) = book.orderAt(placeOf[ids[count]]);
                if (ids[count] != 0 && (owner == number || random.chance(15))) break;
            }
            if (ids[count] == 0) continue;
            places[count] = placeOf[ids[count]];
            ++count;
        }
        assembly ("memory-safe") {
            mstore(ids, count)
            mstore(places, count)
        }
    }

    function _oldOf(CancelTrades memory c) private pure returns (OldCancel memory) {
        return OldCancel(c.trader, c.fromTradeRootId, c.toTradeRootId, c.nonceFloor, c.deadline);
    }

    function _signCancel(uint256 key, uint256 which, CancelTrades memory c) private view returns (bytes memory) {
        return _sign(key, which, keccak256(abi.encode(CANCEL_TYPE_HASH, c)));
    }

    /// @dev At the head of a batch there is one reason for "nothing would come of it".
    function _asVoid(bytes4 reason) private pure returns (bytes4) {
        bool nothing =
            reason == IBookRecords.Book_OrderUnknown.selector ||
                reason == IBookRecords.Book_NonceFloorNotHigher.selector;
        return nothing ? IBookRecords.Book_OrderNotMeant.selector : reason;
    }

    function _voidsOf(Vm.Log[] memory logs) private pure returns (bytes4[] memory voids) {
        voids = new bytes4[](logs.length);
        uint256 count;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IBookRecords.CancellationSkipped.selector) continue;
            voids[count++] = abi.decode(logs[i].data, (bytes4));
        }
        assembly ("memory-safe") {
            mstore(voids, count)
        }
    }

    function _withoutCheckpoints(bytes[] memory logs) private pure returns (bytes[] memory) {
        uint256 count;
        for (uint256 i; i < logs.length; ++i) {
            bytes32 topic = bytes32(logs[i]);
            bool left = topic == IBookRecords.Checkpoint.selector || topic == IBookRecords.CancellationSkipped.selector;
            if (!left) logs[count++] = logs[i];
        }
        assembly ("memory-safe") {
            mstore(logs, count)
        }
        return logs;
    }

    function _join(bytes[] memory a, bytes[] memory b) private pure returns (bytes[] memory joined) {
        joined = new bytes[](a.length + b.length);
        for (uint256 i; i < joined.length; ++i) {
            joined[i] = i < a.length ? a[i] : b[i - a.length];
        }
    }
}
