// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../../../contracts/libraries/TypedData.sol";
import { MarketRecord } from "../../../contracts/Types.sol";
import { Test } from "../support/Test.sol";

/// @title Given a market record, when its link is taken, then it binds every field
contract TypedDataMarketTest is Test {
    uint256 private constant FIELDS = 14;

    function testFuzz_MarketLink_WhenOneBitIsFlipped_TheLinkChanges(
        MarketRecord calldata record,
        uint256 field
    ) external view {
        bytes memory encoded = abi.encode(record);
        assertEq(encoded.length, FIELDS * 32, "fields");
        uint256 lowestByte = bound(field, 0, FIELDS - 1) * 32 + 31;
        encoded[lowestByte] ^= 0x01;
        MarketRecord memory changed = abi.decode(encoded, (MarketRecord));
        assertNotEq(this.marketLink(changed), this.marketLink(record), "link of another record");
    }

    function testFuzz_MarketLink_IsTheHashOfTheTypedStruct(MarketRecord calldata record) external view {
        bytes32 typeHash = keccak256(
            "Market(uint32 marketRootId,uint16 marketBranchId,uint16 parentBranchId,address owner,int32 marketMin,int32 marketMax,uint8 kind,uint16 outcomes,uint128 tickValue,uint40 closesAt,uint40 settleBy,int32 fallbackOutcome,bytes32 descriptionHash,bytes32 previousLink)"
        );
        assertEq(this.marketLink(record), keccak256(bytes.concat(typeHash, abi.encode(record))), "hashStruct");
    }

    /// @dev The library takes calldata.
    function marketLink(MarketRecord calldata record) external pure returns (bytes32) {
        return TypedData.marketLink(record);
    }
}
