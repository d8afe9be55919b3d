/** Calls that are sent, estimated and waited for, and why they fail. */
import { expect } from "chai";
import { type ContractTransaction, makeError, type Signer } from "ethers";
import fc from "fast-check";

import { ClientError } from "../../src/bindings/errors.js";
import { read, transact } from "../../src/bindings/transact.js";
import { NodeError } from "../../src/node/errors.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";
import { FIXED } from "../protocol/support.js";
import { rejectionOf } from "./support/scripted.js";

const book = IOrderBook__factory.createInterface();
const CALL: ContractTransaction = { to: "0x000000000000000000000000000000000000dEaD", data: "0x12345678" };
const HASH = `0x${"77".repeat(32)}`;
const REFUSAL = book.encodeErrorResult("Book_ZeroAmount", []);

function reverted(data: string | null, receipt?: { readonly blockNumber: number }): Error {
  const details = { action: "call" as const, data, reason: null, invocation: null, revert: null };
  const error = makeError("failed", "CALL_EXCEPTION", { ...details, transaction: { to: null, data: "" } });
  return Object.assign(error, receipt === undefined ? {} : { receipt });
}

/** As ethers says that it has waited so long as it was to. */
class Unheard extends Error {
  readonly code = "TIMEOUT";
}

/** A sender, what it was asked, and how each step ends. */
interface Steps {
  readonly estimate?: () => Promise<bigint>;
  readonly send?: () => Promise<unknown>;
  readonly wait?: () => Promise<unknown>;
  /** The same call again, on the state before. */
  readonly replay?: () => Promise<string>;
  /** Where it is sent to. */
  readonly code?: string;
}

function sender({ estimate, send, wait, replay, code = "0x60" }: Steps = {}) {
  const asked: { readonly step: string; readonly request: Readonly<Record<string, unknown>> }[] = [];
  const note = <Answer>(step: string, request: unknown, answer: () => Promise<Answer>): Promise<Answer> => {
    asked.push({ step, request: request as Readonly<Record<string, unknown>> });
    return answer();
  };
  const response = {
    hash: HASH,
    ...CALL,
    from: "0x0000000000000000000000000000000000000001",
    value: 0n,
    gasLimit: 125n,
    wait: (confirms: number, timeout: number) =>
      note("wait", { confirms, timeout }, wait ?? (() => Promise.resolve({ status: 1 }))),
    provider: { call: (request: unknown) => note("replay", request, replay ?? (() => Promise.resolve("0x"))) },
  };
  const signer = {
    provider: { getCode: () => Promise.resolve(code) },
    estimateGas: (request: unknown) => note("estimate", request, estimate ?? (() => Promise.resolve(100n))),
    sendTransaction: (request: unknown) => note("send", request, send ?? (() => Promise.resolve(response))),
  };
  const steps = (): string[] => asked.map(({ step }) => step);
  return { signer: signer as unknown as Signer, asked, steps }; // all that is asked of one
}

async function expectError(promise: Promise<unknown>, code: string, args: object = {}): Promise<ClientError> {
  const reason = await rejectionOf(promise);
  expect(reason).to.be.instanceOf(ClientError);
  const error = reason as ClientError; // as was just seen
  expect([error.code, error.args]).to.deep.equal([code, args]);
  return error;
}

describe("transact", function () {
  describe("when all goes well", function () {
    it("estimates, sends with a quarter more, waits, and gives the receipt", async function () {
      const receipt = { status: 1 };
      const { signer, asked, steps } = sender({ wait: () => Promise.resolve(receipt) });
      expect(await transact(signer, Promise.resolve(CALL))).to.equal(receipt);
      expect(steps()).to.deep.equal(["estimate", "send", "wait"]);
      expect(asked[0]?.request).to.deep.equal(CALL);
      expect(asked[1]?.request).to.deep.equal({ ...CALL, gasLimit: 125n });
    });

    it("adds a quarter to any estimate, rounded down", async function () {
      await fc.assert(
        fc.asyncProperty(fc.bigInt({ min: 0n, max: 2n ** 40n }), async (gas) => {
          const { signer, asked } = sender({ estimate: () => Promise.resolve(gas) });
          await transact(signer, Promise.resolve(CALL));
          expect(asked[1]?.request["gasLimit"]).to.equal(gas + gas / 4n);
        }),
        { ...FIXED, numRuns: 50 },
      );
    });

    it("takes the limit that it is given, and does not estimate", async function () {
      const { signer, asked, steps } = sender();
      await transact(signer, Promise.resolve(CALL), 7n);
      expect(steps()).to.deep.equal(["send", "wait"]);
      expect(asked[0]?.request["gasLimit"]).to.equal(7n);
    });
  });

  describe("when there is no news of a block", function () {
    it("looks for the transaction again, as often as it takes", async function () {
      const receipt = { status: 1 };
      let times = 0;
      const { signer, asked, steps } = sender({
        wait: () => {
          times += 1;
          return times < 4 ? Promise.reject(new Unheard()) : Promise.resolve(receipt);
        },
      });
      expect(await transact(signer, Promise.resolve(CALL))).to.equal(receipt);
      expect(steps()).to.deep.equal(["estimate", "send", "wait", "wait", "wait", "wait"]);
      for (const { request } of asked.slice(2)) expect(request).to.deep.equal({ confirms: 1, timeout: 4_000 });
    });

    it("does not go on where it is the node that takes too long", async function () {
      const slow = makeError("timeout", "TIMEOUT", { operation: "request.send", reason: "timeout" });
      const { signer, steps } = sender({ wait: () => Promise.reject(slow) });
      const found = await rejectionOf(transact(signer, Promise.resolve(CALL)));
      expect(found).to.be.instanceOf(NodeError).and.deep.include({ code: "NODE_TIMEOUT", cause: slow });
      expect(steps()).to.deep.equal(["estimate", "send", "wait"]);
    });
  });

  describe("when nothing is sent", function () {
    it("needs a provider", async function () {
      const { signer, steps } = sender();
      await expectError(transact({ ...signer, provider: null }, Promise.resolve(CALL)), "Client_NoProvider");
      expect(steps()).to.deep.equal([]);
    });

    it("says why the call could not be put together", async function () {
      const { signer, steps } = sender();
      const error = new Error("bad argument");
      const found = await expectError(transact(signer, Promise.reject(error)), "Client_CallFailed", {
        reason: "bad argument",
      });
      expect([found.cause, steps()]).to.deep.equal([error, []]);
    });

    it("refuses to call where there is no contract: the call would succeed, and do nothing", async function () {
      const { signer, steps } = sender({ code: "0x" });
      await expectError(transact(signer, Promise.resolve(CALL)), "Client_NoContract", { address: CALL.to });
      await expectError(transact(signer, Promise.resolve(CALL), 7n), "Client_NoContract", { address: CALL.to });
      expect(steps()).to.deep.equal([]);
      await transact(signer, Promise.resolve({ to: CALL.to, value: 1n, data: "0x" }));
      expect(steps(), "money alone goes to anybody").to.deep.equal(["estimate", "send", "wait"]);
    });

    it("gives the contract's refusal from the estimate", async function () {
      const { signer, steps } = sender({ estimate: () => Promise.reject(reverted(REFUSAL)) });
      await expectError(transact(signer, Promise.resolve(CALL)), "Book_ZeroAmount");
      expect(steps()).to.deep.equal(["estimate"]);
    });

    it("gives what the wallet or the node says", async function () {
      const cases: [Error, string][] = [
        [Object.assign(new Error("no"), { code: "ACTION_REJECTED" }), "Client_Declined"],
        [Object.assign(new Error("no"), { code: "INSUFFICIENT_FUNDS" }), "Client_NoGasMoney"],
        [
          makeError("insufficient funds", "UNKNOWN_ERROR", { error: { code: -32_000, message: "insufficient funds" } }),
          "Client_NoGasMoney",
        ],
      ];
      for (const [error, code] of cases) {
        const { signer, steps } = sender({ send: () => Promise.reject(error) });
        const found = await expectError(transact(signer, Promise.resolve(CALL)), code);
        expect([found.cause, steps()]).to.deep.equal([error, ["estimate", "send"]]);
      }
    });
  });

  describe("when it is sent and fails", function () {
    it("says that it was never mined, and under which hash to look", async function () {
      const { signer } = sender({ wait: () => Promise.resolve(null) });
      await expectError(transact(signer, Promise.resolve(CALL)), "Client_NotMined", { hash: HASH });
    });

    it("asks the block before it for the reason, which a mined failure does not carry", async function () {
      const { signer, asked, steps } = sender({
        wait: () => Promise.reject(reverted(null, { blockNumber: 50 })),
        replay: () => Promise.reject(reverted(REFUSAL)),
      });
      await expectError(transact(signer, Promise.resolve(CALL)), "Book_ZeroAmount");
      expect(steps()).to.deep.equal(["estimate", "send", "wait", "replay"]);
      expect(asked[3]?.request).to.deep.equal({
        ...CALL,
        from: "0x0000000000000000000000000000000000000001",
        value: 0n,
        gasLimit: 125n,
        blockTag: 49,
      });
    });

    it("says that there was no reason where the call goes well on the block before", async function () {
      const { signer } = sender({ wait: () => Promise.reject(reverted(null, { blockNumber: 50 })) });
      await expectError(transact(signer, Promise.resolve(CALL)), "Client_EmptyRevert");
    });

    it("does not ask again where the reason is there already, or where no block is named", async function () {
      for (const [error, code] of [
        [reverted(REFUSAL, { blockNumber: 50 }), "Book_ZeroAmount"],
        [reverted(null), "Client_EmptyRevert"],
      ] as const) {
        const { signer, steps } = sender({ wait: () => Promise.reject(error) });
        await expectError(transact(signer, Promise.resolve(CALL)), code);
        expect(steps()).to.deep.equal(["estimate", "send", "wait"]);
      }
    });

    it("says that the node failed before anything was sent", async function () {
      const gone = Object.assign(new Error("no"), { code: "ECONNREFUSED" });
      const { signer, steps } = sender({ estimate: () => Promise.reject(gone) });
      const found = await rejectionOf(transact(signer, Promise.resolve(CALL)));
      expect(found).to.be.instanceOf(NodeError).and.deep.include({ code: "NODE_UNREACHABLE", cause: gone });
      expect(steps()).to.deep.equal(["estimate"]);
    });

    it("says that it has failed, where the node does not say why", async function () {
      const gone = Object.assign(new Error("gone"), { code: "ECONNRESET" });
      const { signer } = sender({
        wait: () => Promise.reject(reverted(null, { blockNumber: 50 })),
        replay: () => Promise.reject(gone),
      });
      const error = await expectError(transact(signer, Promise.resolve(CALL)), "Client_FailedUnexplained", {
        hash: HASH,
      });
      expect(error.cause).to.equal(gone);
    });
  });
});

describe("read", function () {
  it("gives what was read", async function () {
    expect(await read(Promise.resolve(7n))).to.equal(7n);
    expect(await read(Promise.resolve(null))).to.equal(null);
  });

  it("gives a revert as its error, with what was thrown as its cause", async function () {
    const error = reverted(REFUSAL);
    expect((await expectError(read(Promise.reject(error)), "Book_ZeroAmount")).cause).to.equal(error);
    await expectError(read(Promise.reject(reverted(null))), "Client_EmptyRevert");
  });

  it("passes an error of this client on as it is", async function () {
    const error = new ClientError("Client_NoProvider");
    expect(await rejectionOf(read(Promise.reject(error)))).to.equal(error);
  });
});
