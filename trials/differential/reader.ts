/** Asks a chain many questions in one call. A state has hundreds of parts; one call for each would take most of the time. */
import { createRequire } from "node:module";

import { id } from "ethers";

const SOURCE = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
contract Reader {
    function ask(address[] calldata targets, bytes[] calldata questions) external view returns (bytes[] memory answers) {
        answers = new bytes[](questions.length);
        for (uint256 i; i < questions.length; ++i) (, answers[i]) = targets[i].staticcall(questions[i]);
    }
}`;

const SELECTOR = id("ask(address[],bytes[])").slice(0, 10);

interface CompilerOutput {
  readonly contracts: {
    readonly "Reader.sol": { readonly Reader: { readonly evm: { bytecode: { object: string } } } };
  };
}

export interface Question {
  readonly to: string;
  readonly data: string;
}

/** What deploys a reader. Compiled here, because only the contracts of the project have artifacts. */
export function readerBytecode(): string {
  // solc has no types of its own.
  const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
  const settings = { evmVersion: "cancun", outputSelection: { "*": { "*": ["evm.bytecode.object"] } } };
  const input = { language: "Solidity", sources: { "Reader.sol": { content: SOURCE } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as CompilerOutput;
  return `0x${output.contracts["Reader.sol"].Reader.evm.bytecode.object}`;
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
