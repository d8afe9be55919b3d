/** The ERC-7730 files: what is in the tree is what the tables give, and the reference library shows it as they say. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

import {
  type Descriptor as LibraryDescriptor,
  type DisplayField,
  type DisplayFieldGroup,
  type DisplayModel,
  format,
  type FormatOptions,
  formatTypedData,
  type RegistryIndex,
} from "@ethereum-sourcify/clear-signing";
import { expect } from "chai";
import { id, Transaction, TypedDataEncoder } from "ethers";

import { FOLDER, targetOf } from "../../scripts/clear-signing.js";
import {
  type CallTest,
  clearSigningFolder,
  type MessageTest,
  type TestFile,
} from "../../scripts/clear-signing/folder.js";
import { CALL_SAMPLES, EXAMPLE, EXAMPLE_TOKEN } from "../../scripts/clear-signing/samples.js";
import type { Descriptor } from "../../src/client/clear-signing/descriptor.js";
import { changingFunctions, CONTRACTS } from "../../src/client/clear-signing/calls.js";

const files = clearSigningFolder();

function isTestFile(file: Descriptor | TestFile): file is TestFile {
  return "tests" in file;
}

/** As a wallet finds them: by chain and address, and by the hash of a message's type. */
function optionsOf(path: string, descriptor: Descriptor): FormatOptions {
  const index: RegistryIndex = { calldataIndex: {}, typedDataIndex: {} };
  const { context, display } = descriptor;
  const { deployments } = "eip712" in context ? context.eip712 : context.contract;
  for (const { chainId, address } of deployments) {
    const key = `eip155:${chainId}:${address.toLowerCase()}`;
    if ("contract" in context) index.calldataIndex[key] = path;
    else {
      const types = Object.keys(display.formats);
      const entries = types.map((type) => [type.slice(0, type.indexOf("(")), [{ path, encodeTypeHashes: [id(type)] }]]);
      index.typedDataIndex[key] = Object.fromEntries(entries) as RegistryIndex["typedDataIndex"][string];
    }
  }
  return {
    descriptorResolverOptions: {
      type: "custom",
      resolver: { index, fetchDescriptor: () => Promise.resolve(descriptor as unknown as LibraryDescriptor) },
    },
    externalDataProvider: {
      resolveToken: (_, token) =>
        Promise.resolve(token.toLowerCase() === EXAMPLE.session.toLowerCase() ? EXAMPLE_TOKEN : null),
    },
  };
}

function shown({ intent, fields = [], metadata }: DisplayModel): unknown {
  const lines = (field: DisplayField | DisplayFieldGroup): DisplayField[] =>
    "fields" in field ? field.fields.flatMap(lines) : [field];
  return {
    intent,
    owner: metadata?.owner,
    fields: fields.flatMap(lines).map(({ label, value }) => ({ label, value })),
  };
}

async function render(test: MessageTest | CallTest, options: FormatOptions): Promise<DisplayModel> {
  if ("data" in test) {
    const { domain, message, primaryType, types } = test.data;
    const own = Object.fromEntries(Object.entries(types).map(([name, members]) => [name, [...members]]));
    return formatTypedData(
      { account: EXAMPLE.book, types: own, primaryType, domain, message: { ...message } },
      options,
    );
  }
  const { chainId, to, data } = Transaction.from(test.rawTx);
  return format({ chainId: Number(chainId), to: to ?? "", data, from: EXAMPLE.session }, options);
}

describe("clear-signing/", () => {
  it("holds what the tables give: npm run clear-signing writes it anew", () => {
    const found = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(FOLDER, join(parentPath, name)));
    expect(found.sort()).to.deep.equal([...files.keys()].sort());
    for (const [name, value] of files) {
      const kept: unknown = JSON.parse(readFileSync(join(FOLDER, name), "utf8"));
      expect(kept, name).to.deep.equal(JSON.parse(JSON.stringify(value)));
    }
  });

  for (const [path, file] of files) {
    if (!isTestFile(file)) continue;
    const name = file.descriptor.slice(3);
    it(`is shown by the reference library as ${path} says`, async () => {
      const descriptor = files.get(name) as Descriptor; // its test file names it
      expect(file.tests).to.not.have.length(0);
      expect(new Set(file.tests.map(({ description }) => description)).size).to.equal(file.tests.length);
      for (const test of file.tests) {
        const model = await render(test, optionsOf(name, descriptor));
        expect(shown(model), `${test.description}: ${JSON.stringify(model.warnings)}`).to.deep.equal(test.expected);
      }
    });
  }

  it("has words and a case for every call that changes something", () => {
    for (const name of CONTRACTS) {
      const methods = changingFunctions(name).map((fragment) => fragment.name);
      expect(CALL_SAMPLES[name].map(({ method }) => method).sort(), name).to.deep.equal(methods.sort());
    }
  });

  it("shows every member of every message, and gives none a unit", () => {
    for (const [path, file] of files) {
      if (isTestFile(file) || !("eip712" in file.context)) continue;
      const [[type, { fields }]] = Object.entries(file.display.formats) as [
        [string, Descriptor["display"]["formats"][string]],
      ];
      const flat = fields.flatMap((field) => ("fields" in field ? field.fields : [field]));
      const members = (/\(([^)]*)\)$/.exec(type)?.[1] ?? "").split(",").map((member) => member.split(" ")[1]);
      expect(flat.map((field) => field.path).sort(), path).to.deep.equal(members.sort());
      expect(
        flat.map((field) => field.format),
        path,
      ).to.not.include("unit");
      expect(
        flat.map(({ visible }) => visible),
        path,
      ).to.not.include("never");
    }
  });

  it("is found by what a wallet is asked to sign: the types of the tests hash as the vectors say", () => {
    const file = files.get("testsv2/eip712-TradePackage.tests.json") as TestFile;
    const [first] = file.tests as readonly MessageTest[];
    const { types, domain, message } = first!.data;
    const digest = TypedDataEncoder.hash(domain, types as never, message);
    const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "../vectors/typed-data.json"), "utf8")) as {
      digest: string[];
    };
    expect(digest).to.equal(vectors.digest[0]);
  });

  it("names chain, book and session of whoever asks for its own", () => {
    const [session, book] = [
      "0x00000000000000000000000000000000000000aa",
      "0x00000000000000000000000000000000000000bb",
    ];
    const words = ["--session", session, "--book", book, "--chain-id", "84532", "--symbol", "MTL", "--out", "/tmp/x"];
    const { target, out } = targetOf(words);
    expect(out).to.equal("/tmp/x");
    const own = clearSigningFolder(target);
    const trade = own.get("eip712-TradePackage.json") as Descriptor;
    expect(trade.context).to.deep.equal({
      eip712: {
        domain: { name: "Session Contracts", version: "1" },
        deployments: [{ chainId: 84_532, address: "0x00000000000000000000000000000000000000bb" }],
      },
    });
    expect(trade.metadata.contractName).to.equal("Order book of session MTL");
    expect(JSON.stringify(own.get("calldata-Session.json"))).to.contain(
      "SessionCreated(address,address,address,address[]",
    );
  });

  it("refuses half a session", () => {
    expect(() => targetOf(["--session", EXAMPLE.session])).to.throw("--session, --book and --chain-id");
    expect(() => targetOf(["--session", EXAMPLE.session, "--book", EXAMPLE.book, "--chain-id", "0"])).to.throw(
      "--chain-id 0",
    );
  });
});
