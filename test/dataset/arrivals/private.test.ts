import { createHmac } from "node:crypto";

import { expect } from "chai";

import { type Arrival, privateText } from "../../../src/dataset/arrivals/private.js";
import { expectDatasetError } from "../support/expect.js";

const KEY = new Uint8Array(32).fill(3);
const hashed = (client: string): string => createHmac("sha256", KEY).update(client).digest("hex").slice(0, 16);

const ARRIVALS: readonly Arrival[] = [
  { client: "key 1", second: 119n, kind: "order" },
  { client: "key 2", second: 60n, kind: "order" },
  { client: "key 1", second: 60n, kind: "order" },
  { client: "key 1", second: 120n, kind: 'read, "fast"' },
];

describe("dataset: the private edition", () => {
  it("has minutes, a keyed hash of clients and counts, and no order that tells", () => {
    const lines = privateText(ARRIVALS, KEY).trimEnd().split("\n");
    const first = [
      `1970-01-01T00:01:00.000Z,${hashed("key 1")},order,2`,
      `1970-01-01T00:01:00.000Z,${hashed("key 2")},order,1`,
    ];
    expect(lines).to.deep.equal([
      "minute,client,kind,count",
      ...first.sort(),
      `1970-01-01T00:02:00.000Z,${hashed("key 1")},"read, ""fast""",1`,
    ]);
    expect(privateText([...ARRIVALS].reverse(), KEY)).to.equal(privateText(ARRIVALS, KEY));
  });

  it("cannot be joined with an export under another key", () => {
    const clients = (key: Uint8Array): string[] => privateText(ARRIVALS, key).match(/[0-9a-f]{16}/g)!;
    expect(clients(KEY).filter((one) => clients(new Uint8Array(32).fill(4)).includes(one))).to.deep.equal([]);
  });

  it("wants a key of 32 bytes", () => {
    expectDatasetError(() => privateText(ARRIVALS, new Uint8Array(16)), "DATASET_ARRIVALS_INVALID", { keyBytes: 16 });
  });
});
