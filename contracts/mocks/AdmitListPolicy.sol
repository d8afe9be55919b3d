// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IParticipationPolicy } from "../interfaces/IParticipationPolicy.sol";

/// @title Test only: a policy that admits who is on its list, for each book its own
contract AdmitListPolicy is IParticipationPolicy {
    mapping(address book => mapping(address trader => bool)) public admits;

    /// @notice Puts `trader` on the list for `book`, or strikes it off.
    function admit(address book, address trader, bool yes) external {
        admits[book][trader] = yes;
    }
}
