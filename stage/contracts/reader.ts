/** Asks a chain many questions in one call. A state has hundreds of parts; one call for each would take most of the time. */
import { id } from "ethers";

/** What a reader is; compiled with READER_SETTINGS it is READER_CODE. */
export const READER_SOURCE = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
contract Reader {
    function ask(address[] calldata targets, bytes[] calldata questions) external view returns (bytes[] memory answers) {
        answers = new bytes[](questions.length);
        for (uint256 i; i < questions.length; ++i) (, answers[i]) = targets[i].staticcall(questions[i]);
    }
}`;

export const READER_SETTINGS = { evmVersion: "cancun", optimizer: { enabled: true }, metadata: { appendCBOR: false } };

/** Kept, for the compiler takes seconds to be loaded. */
const READER_CODE: string = [
  "0x608060405234801561000f575f5ffd5b5060043610610029575f3560e01c806370cf3a321461002d575b5f5ffd5b61004061003b366004",
  "6101c9565b610056565b60405161004d9190610235565b60405180910390f35b60608167ffffffffffffffff811115610071576100716102",
  "b9565b6040519080825280602002602001820160405280156100a457816020015b606081526020019060019003908161008f5790505b5090",
  "505f5b82811015610178578585828181106100c3576100c36102cd565b90506020020160208101906100d891906102e1565b6001600160a0",
  "1b03168484838181106100f3576100f36102cd565b9050602002810190610105919061030e565b604051610113929190610351565b5f6040",
  "5180830381855afa9150503d805f811461014b576040519150601f19603f3d011682016040523d82523d5f602084013e610150565b606091",
  "505b509050828281518110610165576101656102cd565b60209081029190910101526001016100a9565b50949350505050565b5f5f83601f",
  "840112610191575f5ffd5b50813567ffffffffffffffff8111156101a8575f5ffd5b6020830191508360208260051b85010111156101c257",
  "5f5ffd5b9250929050565b5f5f5f5f604085870312156101dc575f5ffd5b843567ffffffffffffffff8111156101f2575f5ffd5b6101fe87",
  "828801610181565b909550935050602085013567ffffffffffffffff81111561021d575f5ffd5b61022987828801610181565b9598949750",
  "9550505050565b5f602082016020835280845180835260408501915060408160051b8601019250602086015f5b828110156102ad57603f19",
  "878603018452815180518087528060208301602089015e5f602082890101526020601f19601f830116880101965050506020820191506020",
  "8401935060018101905061025b565b50929695505050505050565b634e487b7160e01b5f52604160045260245ffd5b634e487b7160e01b5f",
  "52603260045260245ffd5b5f602082840312156102f1575f5ffd5b81356001600160a01b0381168114610307575f5ffd5b9392505050565b",
  "5f5f8335601e19843603018112610323575f5ffd5b83018035915067ffffffffffffffff82111561033d575f5ffd5b602001915036819003",
  "8213156101c2575f5ffd5b818382375f910190815291905056",
].join("");

/** Where a reader is for the time of a call that takes READER_THERE for the chain's state: nothing is deployed. */
export const READER = "0x00000000000000000000000000000000000a5ced";
export const READER_THERE = { [READER]: { code: READER_CODE } };

const SELECTOR = id("ask(address[],bytes[])").slice(0, 10);

export interface Question {
  readonly to: string;
  readonly data: string;
}

/** The data of a call to a reader. By hand, as hex: the general encoder would take most of the time of a comparison. */
export function readerCall(questions: readonly Question[]): string {
  const count = word(questions.length);
  const targets = questions.map(({ to }) => to.slice(2).toLowerCase().padStart(64, "0")).join("");
  const places: string[] = [];
  const bodies: string[] = [];
  let at = 32 * questions.length;
  for (const { data } of questions) {
    const digits = data.slice(2);
    const padded = digits.padEnd(Math.ceil(digits.length / 64) * 64, "0");
    places.push(word(at));
    bodies.push(word(digits.length / 2), padded);
    at += 32 + padded.length / 2;
  }
  const second = word(32 * (3 + questions.length));
  return SELECTOR + word(64) + second + count + targets + count + places.join("") + bodies.join("");
}

/** What it answered: the return data of each question, or its revert data. */
export function readerAnswers(data: string): string[] {
  const numberAt = (byte: number): number => Number(`0x${data.slice(2 + 2 * byte, 2 + 2 * byte + 64)}`);
  const start = numberAt(0) + 32;
  return Array.from({ length: numberAt(start - 32) }, (_, index) => {
    const place = start + numberAt(start + 32 * index);
    return `0x${data.slice(2 + 2 * (place + 32), 2 + 2 * (place + 32 + numberAt(place)))}`;
  });
}

function word(value: number): string {
  return value.toString(16).padStart(64, "0");
}
