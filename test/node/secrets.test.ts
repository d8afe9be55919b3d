/** Keys in the addresses of nodes go to the node and nowhere else. */
import { expect } from "chai";

import { addressOf } from "../../src/node/secrets.js";

describe("addressOf", () => {
  const shown: readonly [string, string][] = [
    ["http://127.0.0.1:8545", "http://127.0.0.1:8545"],
    ["https://rpc.example.org/mainnet/v2/", "https://rpc.example.org/mainnet/v2"],
    ["https://eth-mainnet.example.com/v2/aB3dE6gH9jK2mN5pQ8", "https://eth-mainnet.example.com/v2/…"],
    ["https://example.io/v3/0123456789abcdef0123456789abcdef", "https://example.io/v3/…"],
    ["https://example.io/arbitrum-nova/abcdefghijklmnopqrstuv", "https://example.io/arbitrum-nova/…"],
    ["https://user:secret1@example.io/rpc", "https://example.io/rpc"],
    ["https://example.io/rpc?apikey=abc&chain=1", "https://example.io/rpc?apikey=…&chain=…"],
    ["https://example.io/?0123456789abcdef=", "https://example.io/?…=…"],
  ];
  for (const [given, expected] of shown) {
    it(`shows ${expected}`, () => {
      expect(addressOf(given).shown).to.equal(expected);
    });
  }

  it("takes them out of whatever was said", () => {
    const { clean } = addressOf("https://user:secret1@example.io/v2/0123456789abcdef?key=qwertz");
    expect(clean("no access for user secret1 with 0123456789abcdef, qwertz")).to.equal(
      "no access for user … with …, …",
    );
  });

  it("carries user and password in a header, as fetch takes no others", () => {
    const { target, authorization } = addressOf("https://me:p%C3%A4ss@example.io/v2/0123456789abcdef");
    expect(target).to.equal("https://example.io/v2/0123456789abcdef");
    expect(Buffer.from(authorization!.slice("Basic ".length), "base64").toString()).to.equal("me:päss");
  });
});
