// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Signatures } from "../../../contracts/libraries/Signatures.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";
import { Manner, Wallet } from "../support/Wallets.sol";

/// @title Given a contract account, when a signature is checked, then only a clear yes counts and the gas is bounded
contract SignaturesOfWalletsTest is Test {
    uint256 private constant KEY = 0xA11CE;

    function testFuzz_GivenAnHonestWallet_ItsOwnersSignatureIsValid(bytes32 digest, uint256 otherKey) external {
        otherKey = bound(otherKey, 1, 1e30);
        address wallet = address(new Wallet(VM.addr(KEY), Manner.Honest));
        assertTrue(this.isValid(wallet, digest, _sign(KEY, digest)), "the owner's");
        if (otherKey != KEY) assertTrue(!this.isValid(wallet, digest, _sign(otherKey, digest)), "another's");
    }

    function testFuzz_GivenAnApprovingWallet_AnyBytesAreValid(bytes32 digest, bytes calldata signature) external {
        address wallet = address(new Wallet(address(0), Manner.Approving));
        assertTrue(this.isValid(wallet, digest, signature), "what the wallet takes");
    }

    function testFuzz_GivenABrokenWallet_NothingIsValidAndNothingReverts(
        bytes32 digest,
        uint8 manner,
        bytes calldata signature
    ) external {
        Manner chosen = Manner(bound(manner, uint8(Manner.Reverting), uint8(Manner.Dirty)));
        address wallet = address(new Wallet(VM.addr(KEY), chosen));
        assertTrue(!this.isValid(wallet, digest, signature), "any bytes");
        assertTrue(!this.isValid(wallet, digest, _sign(KEY, digest)), "even its owner's signature");
    }

    function test_GivenAWalletThatBurnsGas_ItCostsItsBudgetAndNoMore() external {
        _assertGasBelow(Manner.BurningGas, Signatures.WALLET_GAS + 40_000);
    }

    function test_GivenAWalletThatReturnsHugeData_TheCallerCopiesNothing() external {
        // The wallet itself pays for its memory: at most its budget.
        _assertGasBelow(Manner.Huge, Signatures.WALLET_GAS + 40_000);
    }

    function testFuzz_GivenTooLittleGas_AnHonestWalletIsNotSaidToRefuse(uint256 gasLimit) external {
        gasLimit = bound(gasLimit, 40_000, 600_000);
        address wallet = address(new Wallet(VM.addr(KEY), Manner.Honest));
        bytes memory question = abi.encodeCall(this.isValid, (wallet, "digest", _sign(KEY, "digest")));
        (bool success, bytes memory answer) = address(this).staticcall{ gas: gasLimit }(question);
        if (success) assertTrue(abi.decode(answer, (bool)), "the wallet was asked with enough gas");
        else if (answer.length != 0) assertTrue(bytes4(answer) == Signatures.Signatures_OutOfGas.selector, "error");
    }

    /// @dev EIP-7702: an account with a key that also carries code.
    function testFuzz_GivenAKeyHolderWithCode_ItsKeySigns(bytes32 digest, uint8 manner) external {
        Manner chosen = Manner(bound(manner, uint8(Manner.Reverting), uint8(Manner.Dirty)));
        address account = VM.addr(KEY);
        VM.etch(account, address(new Wallet(address(1), chosen)).code);
        assertTrue(this.isValid(account, digest, _sign(KEY, digest)), "its key");
        assertTrue(!this.isValid(account, digest, _sign(KEY + 1, digest)), "another key");
    }

    function testFuzz_GivenAKeyHolderWithAWalletsCode_TheCodeMaySayYesToo(bytes32 digest) external {
        address account = VM.addr(KEY);
        VM.etch(account, address(new Wallet(VM.addr(KEY + 1), Manner.Honest)).code);
        assertTrue(this.isValid(account, digest, _sign(KEY, digest)), "its key");
        assertTrue(this.isValid(account, digest, _sign(KEY + 1, digest)), "the key that its code admits");
        assertTrue(!this.isValid(account, digest, _sign(KEY + 2, digest)), "a third key");
    }

    function isValid(address signer, bytes32 digest, bytes calldata signature) external view returns (bool) {
        return Signatures.isValid(signer, digest, signature);
    }

    function _assertGasBelow(Manner manner, uint256 most) private {
        address wallet = address(new Wallet(VM.addr(KEY), manner));
        bytes memory signature = _sign(KEY, "digest");
        uint256 before = gasleft();
        bool valid = this.isValid(wallet, "digest", signature);
        assertLe(before - gasleft(), most, "gas");
        assertTrue(!valid, "valid");
    }

    function _sign(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }
}
