// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { VM } from "./Vm.sol";

/// @title Contracts as the build has left them
/// @dev A test that created them by `new` would carry all their code, and the compiler would optimise it once more for each such test.
/// With `npm test -- --deployed` they are those of the production build, which would take the compiler hours for the tests themselves.
library Built {
    /// @param name of a contract that has a file of its own right under `contracts/`
    /// @param arguments of its constructor, encoded
    function create(string memory name, bytes memory arguments) internal returns (address at) {
        return _create(string.concat(_folder(), "/contracts/", name, ".sol/", name), arguments);
    }

    /// @param file of the tests, as `test/contracts/oracle/frozen/OrderBook.sol`
    /// @param name of a contract in it; it is the same in every build
    /// @param arguments of its constructor, encoded
    function createOfTests(
        string memory file,
        string memory name,
        bytes memory arguments
    ) internal returns (address at) {
        return _create(string.concat(_ofTests(), "/", file, "/", name), arguments);
    }

    function _create(string memory artifact, bytes memory arguments) private returns (address at) {
        string memory path = string.concat(artifact, ".json");
        bytes memory code = bytes.concat(VM.parseJsonBytes(VM.readFile(path), ".bytecode"), arguments);
        assembly ("memory-safe") {
            at := create(0, add(code, 0x20), mload(code))
        }
        require(at != address(0), string.concat(path, " cannot be created"));
    }

    /// @dev As hardhat.config.ts calls it.
    function _folder() private view returns (string memory) {
        string memory profile = _profile();
        return _is(profile, "default") ? "artifacts" : string.concat("artifacts-", profile);
    }

    /// @dev There is no production build of the tests.
    function _ofTests() private view returns (string memory) {
        return _is(_profile(), "production") ? "artifacts" : _folder();
    }

    /// @dev Production is set by scripts/testing/suite.ts, coverage by scripts/coverage.ts.
    function _profile() private view returns (string memory) {
        return VM.envOr("SESSION_PROFILE", string("default"));
    }

    function _is(string memory a, string memory b) private pure returns (bool) {
        return keccak256(bytes(a)) == keccak256(bytes(b));
    }
}
