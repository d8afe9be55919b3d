import { expect } from "chai";

import { requireHouses } from "../../../src/relay/config/houses.js";
import { RelayError } from "../../../src/relay/errors.js";

const [MAKER, ROUTER] = [`0x${"3A".repeat(20)}`, `0x${"5E".repeat(20)}`].map((one) => one.toLowerCase()) as [
  string,
  string,
];

describe("given houses that are named for sessions that are still to be found", () => {
  const empty = { getCode: () => Promise.resolve("0x") };

  it("refuses every address that is no house of any book, with what it was named as", async () => {
    const thrown: unknown = await requireHouses(empty, { makers: [MAKER], routers: [ROUTER], burnQuota: 0 }).catch(
      (error: unknown) => error,
    );
    expect(thrown).to.be.instanceOf(RelayError).and.include({ code: "RELAY_CONFIG_INVALID" });
    const { problems } = (thrown as RelayError).values;
    expect(String(problems).match(/is no [a-z ]+ of any book/g)).to.deep.equal([
      "is no automated maker of any book",
      "is no router of complete sets of any book",
    ]);
    expect(problems).to.match(/--maker 0x3A3A.*--router 0x5E5E/is);
  });

  it("asks nothing if none is named", async () => {
    const never = { getCode: () => Promise.reject(new Error("it was asked")) };
    await requireHouses(never, { makers: [], routers: [], burnQuota: 0 });
  });
});
