/** A batch's log gives the code of a refusal; what the node is asked besides may fail, and then says nothing. */
import { expect } from "chai";
import { id } from "ethers";

import { explainRefusal, type RefusedOrder } from "../../src/client/refusals.js";
import { ClientError } from "../../src/bindings/errors.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { NodeError } from "../../src/node/errors.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";
import { networkHelpers, openThree } from "./support.js";

describe("why an order of a batch was refused", function () {
  const failing = (code: "NODE_REFUSED" | "NODE_RATE_LIMITED" | "NODE_UNREACHABLE") => () =>
    Promise.reject(new NodeError(code, { reason: "missing trie node" }));
  const place = { blockNumber: 1, maxWalk: 8 };

  /** Of a signature that is good over a link that is there, as the log refuses it, with a book that answers so. */
  async function explained(code: string, book: Partial<SessionHandle["book"]>): Promise<ClientError> {
    const { handle, alice } = await networkHelpers.loadFixture(openThree);
    const signed = await alice.signOrder({ leg: 1, price: 1n, quantity: 1n });
    const order: RefusedOrder = { signed, insertAfter: 0, refusal: new ClientError(code) };
    const whole = { interface: IOrderBook__factory.createInterface(), ...book };
    return explainRefusal({ ...handle, book: whole } as unknown as SessionHandle, order, place); // of a book all that is asked
  }

  for (const failure of ["NODE_REFUSED", "NODE_RATE_LIMITED", "NODE_UNREACHABLE"] as const) {
    it(`stays what the log says where the node does not say whether the link is there: ${failure}`, async function () {
      const found = await explained("Book_SignatureInvalid", {
        checkpointAt: failing(failure) as never,
        explain: failing(failure) as never,
      });
      expect([found.code, found.args]).to.deep.equal(["Book_SignatureInvalid", {}]);
    });

    it(`stays what the log says, without values, where the node does not give them: ${failure}`, async function () {
      const found = await explained("Book_Uncovered", { explain: failing(failure) as never });
      expect([found.code, found.args]).to.deep.equal(["Book_Uncovered", {}]);
    });
  }

  it("is a stale link where the node says that another is there", async function () {
    const found = await explained("Book_SignatureInvalid", {
      checkpointAt: (() => Promise.resolve(id("another"))) as never,
      explain: failing("NODE_REFUSED") as never,
    });
    expect(found.code).to.equal("Book_StaleLink");
  });
});
