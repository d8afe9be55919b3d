import { expect } from "chai";

import { limitKey, memberOf } from "../../../src/relay/http/address.js";

describe("limitKey", () => {
  for (const [address, key] of [
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::FFFF:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8::", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["1::2:3:4:5:6:7", "1:0:2:3::/64"],
    ["", ""],
    ["unix", "unix"],
  ] as const) {
    it(`of ${address || "nothing"} is ${key || "nothing"}`, () => {
      expect(limitKey(address)).to.equal(key);
    });
  }

  it("is the same for all of a network, and another for the next", () => {
    const keys = new Set(Array.from({ length: 300 }, (_, k) => limitKey(`2001:db8:0:7::${k.toString(16)}`)));
    expect([...keys]).to.deep.equal(["2001:db8:0:7::/64"]);
    expect(limitKey("2001:db8:0:8::1")).to.equal("2001:db8:0:8::/64");
  });
});

describe("memberOf", () => {
  it("knows addresses and networks of both kinds, however IPv4 is written", () => {
    const isOne = memberOf(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32", "::1"]);
    const asked = ["127.0.0.1", "::ffff:127.0.0.1", "10.9.8.7", "2001:db8:1::5", "::1"];
    expect(asked.map(isOne)).to.deep.equal(asked.map(() => true));
    expect(["127.0.0.2", "11.0.0.1", "2001:db9::1", "", "x"].some(isOne)).to.equal(false);
    expect(memberOf([])("127.0.0.1")).to.equal(false);
  });
});
