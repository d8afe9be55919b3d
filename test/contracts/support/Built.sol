// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { VM } from "./Vm.sol";

/// @title Contracts as they are deployed
/// @dev A test carries what it creates in its own code, compiled as the test is: not as for a deployment, which takes the compiler
/// hours. With `npm test -- --deployed` it creates what the production build has made of `contracts/` instead.
library Built {
    /// @param name of a contract that has a file of its own right under `contracts/`
    /// @param here its code as the test has it
    /// @param arguments of its constructor, encoded
    function create(string memory name, bytes memory here, bytes memory arguments) internal returns (address at) {
        bytes memory code = bytes.concat(_isProduction() ? _codeOf(name) : here, arguments);
        assembly ("memory-safe") {
            at := create(0, add(code, 0x20), mload(code))
        }
        require(at != address(0), string.concat(name, " cannot be created"));
    }

    function _codeOf(string memory name) private view returns (bytes memory) {
        string memory path = string.concat("artifacts-production/contracts/", name, ".sol/", name, ".json");
        return VM.parseJsonBytes(VM.readFile(path), ".bytecode");
    }

    /// @dev Set by scripts/testing/suite.ts.
    function _isProduction() private view returns (bool) {
        return keccak256(bytes(VM.envOr("SESSION_PROFILE", string("default")))) == keccak256("production");
    }
}
