// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Who may take part in a session
/// @notice Asked once, when an address registers. It is hostile until proved otherwise: it is called read-only, and a
/// failing answer fails that one registration and nothing else.
interface IOldParticipationPolicy {
    /// @param book the order book that asks
    /// @param trader the address that wants to register
    /// @return whether it may
    function admits(address book, address trader) external view returns (bool);
}
