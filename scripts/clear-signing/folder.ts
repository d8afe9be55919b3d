/** A folder of the registry of ERC-7730: descriptors, and tests that wallets run on them. */
import { Transaction } from "ethers";

import { type CalledContract, CONTRACTS, interfaceOf } from "../../src/client/clear-signing/calls.js";
import type { Descriptor, Target } from "../../src/client/clear-signing/descriptor.js";
import { clearSigningFiles, MESSAGE_NAMES } from "../../src/client/clear-signing/files.js";
import type { MessageName } from "../../src/client/clear-signing/messages.js";
import { bookDomain } from "../../src/protocol/signing/typed-data.js";
import { SIGNED_TYPES } from "../../src/wire/signed-types.js";
import { CALL_SAMPLES, EXAMPLE, EXAMPLE_TOKEN, MESSAGE_SAMPLES } from "./samples.js";
import { argumentsOf, type Line, linesOf } from "./texts.js";

const TEST_SCHEMA = "../../../specs/erc7730-tests-v2.schema.json";

interface Expected {
  readonly intent: string;
  readonly owner: string;
  readonly fields: readonly Line[];
}

export interface MessageTest {
  readonly description: string;
  readonly data: {
    readonly types: Readonly<Record<string, readonly { readonly name: string; readonly type: string }[]>>;
    readonly primaryType: string;
    readonly domain: {
      readonly name: string;
      readonly version: string;
      readonly chainId: number;
      readonly verifyingContract: string;
    };
    readonly message: Readonly<Record<string, unknown>>;
  };
  readonly expected: Expected;
}

export interface CallTest {
  readonly description: string;
  /** Not signed. */
  readonly rawTx: string;
  readonly expected: Expected;
}

export interface TestFile {
  readonly $schema: string;
  readonly descriptor: string;
  readonly dataProvider: { readonly tokens: Readonly<Record<string, typeof EXAMPLE_TOKEN>> };
  readonly tests: readonly (MessageTest | CallTest)[];
}

/** Path below the folder → what the file holds. @param target by default the session of the vectors */
export function clearSigningFolder(target: Target = EXAMPLE): ReadonlyMap<string, Descriptor | TestFile> {
  const files = clearSigningFiles(target);
  const tests = [
    ...MESSAGE_NAMES.map((name) => [`eip712-${name}`, messageTests(name, target)] as const),
    ...CONTRACTS.map((name) => [`calldata-${name}`, callTests(name, target)] as const),
  ];
  const testFiles = tests.map(([name, make]): [string, TestFile] => {
    const descriptor = files.get(`${name}.json`);
    if (descriptor === undefined) throw new Error(`unreachable: ${name} is one of them`);
    const tokens = { [target.session.toLowerCase()]: EXAMPLE_TOKEN };
    const file = { $schema: TEST_SCHEMA, descriptor: `../${name}.json`, dataProvider: { tokens } };
    return [`testsv2/${name}.tests.json`, { ...file, tests: make(descriptor) }];
  });
  return new Map<string, Descriptor | TestFile>([...files, ...testFiles]);
}

function messageTests(name: MessageName, target: Target): (descriptor: Descriptor) => MessageTest[] {
  const { chainId, book } = target;
  const domain = { ...bookDomain(BigInt(chainId), book), chainId };
  return (descriptor) =>
    MESSAGE_SAMPLES[name].map(({ description, message }) => {
      const [format] = Object.values(descriptor.display.formats);
      if (format === undefined) throw new Error("unreachable: a message has its format");
      const fields = linesOf(format.fields, message, { descriptor, target, to: book });
      const data = { types: SIGNED_TYPES[name], primaryType: name, domain, message };
      return { description, data, expected: { intent: format.intent, owner: descriptor.metadata.owner, fields } };
    });
}

export function addressOf(name: CalledContract, { session, book, factory }: Target): string {
  return { OrderBook: book, Session: session, SessionFactory: factory }[name];
}

function callTests(name: CalledContract, target: Target): (descriptor: Descriptor) => CallTest[] {
  const to = addressOf(name, target);
  return (descriptor) =>
    CALL_SAMPLES[name].map(({ description, method, args }) => {
      const data = interfaceOf(name).encodeFunctionData(method, args);
      const { signature, values } = argumentsOf(name, data);
      const format = descriptor.display.formats[signature];
      if (format === undefined) throw new Error(`unreachable: ${signature} has its format`);
      const fields = linesOf(format.fields, values, { descriptor, target, to });
      const { unsignedSerialized: rawTx } = Transaction.from({ type: 2, chainId: target.chainId, to, data, nonce: 0 });
      return { description, rawTx, expected: { intent: format.intent, owner: descriptor.metadata.owner, fields } };
    });
}
