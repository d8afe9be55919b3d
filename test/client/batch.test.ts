/** Several calls as one: by a wallet that can, that cannot, that lies, and that says nothing. */
import { expect } from "chai";
import type { Signer } from "ethers";

import { type BatchProgress, type Call, sendCalls, type WalletProvider } from "../../src/client/batch.js";
import { ClientError } from "../../src/bindings/errors.js";

const ME = "0x00000000000000000000000000000000000000aa";
const HASH = `0x${"1".repeat(64)}`;
const CALLS: readonly Call[] = [
  { to: "0x00000000000000000000000000000000000000b1", data: "0x01" },
  { to: "0x00000000000000000000000000000000000000b2", data: "0x02" },
];

type Answers = Readonly<Record<string, (params: readonly unknown[]) => unknown>>;

function walletOf(
  answers: Answers,
): WalletProvider & { readonly asked: { method: string; params: readonly unknown[] }[] } {
  const asked: { method: string; params: readonly unknown[] }[] = [];
  return {
    asked,
    request: async ({ method, params }) => {
      asked.push({ method, params });
      const answer = answers[method];
      await Promise.resolve();
      if (answer === undefined) throw Object.assign(new Error("no such method"), { code: -32_601 });
      return answer(params);
    },
  };
}

/** Mines whatever it is given, except where it is told to fail. */
function signerOf(failsAt = -1): { readonly signer: Signer; readonly sent: string[] } {
  const sent: string[] = [];
  const signer = {
    getAddress: () => Promise.resolve(ME),
    provider: { getCode: () => Promise.resolve("0x60"), getNetwork: () => Promise.resolve({ chainId: 31_337n }) },
    estimateGas: () => Promise.resolve(21_000n),
    sendTransaction: ({ data }: Call) => {
      if (sent.length === failsAt) return Promise.reject(Object.assign(new Error("no"), { code: "ACTION_REJECTED" }));
      sent.push(data);
      return Promise.resolve({ hash: HASH, wait: () => Promise.resolve({ hash: HASH, status: 1 }) });
    },
  };
  return { signer: signer as unknown as Signer, sent }; // all that is asked of one here
}

const atomic = { wallet_getCapabilities: () => ({ "0x7a69": { atomic: { status: "supported" } } }) };
const mined = { status: 200, receipts: [{ transactionHash: HASH, status: "0x1" }] };
const quick = { pollMs: 0 };
const fails = (code: number) => (): never => {
  throw Object.assign(new Error("refused"), { code });
};

async function failureOf(promise: Promise<unknown>): Promise<ClientError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(ClientError);
  return error as ClientError; // just asserted
}

describe("sendCalls", () => {
  it("given a wallet that does all or nothing, when calls are sent, then it asks once for all of them, and waits", async () => {
    const statuses = [{ status: 100 }, mined];
    const wallet = walletOf({
      ...atomic,
      wallet_sendCalls: () => ({ id: "b1" }),
      wallet_getCallsStatus: () => statuses.shift(),
    });
    const { signer, sent } = signerOf();
    const progress: BatchProgress[] = [];
    const result = await sendCalls(signer, wallet, CALLS, { ...quick, onProgress: (one) => progress.push(one) });
    expect(result).to.deep.equal({ way: "batch", transactions: [HASH] });
    expect(sent).to.deep.equal([]);
    expect(progress.map(({ done }) => done)).to.deep.equal([0, 2]);
    expect(wallet.asked[1]).to.deep.equal({
      method: "wallet_sendCalls",
      params: [
        {
          version: "2.0.0",
          from: ME,
          chainId: "0x7a69",
          atomicRequired: true,
          calls: CALLS.map((call) => ({ ...call, value: "0x0" })),
        },
      ],
    });
    expect(wallet.asked.slice(2).map(({ params }) => params)).to.deep.equal([["b1"], ["b1"]]);
  });

  for (const [what, answers] of [
    ["knows no batches", {}],
    [
      "can do them on another chain only",
      { wallet_getCapabilities: () => ({ "0x1": { atomic: { status: "supported" } } }) },
    ],
    [
      "cannot do all or nothing",
      { wallet_getCapabilities: () => ({ "0x7a69": { atomic: { status: "unsupported" } } }) },
    ],
    ["answers nonsense", { wallet_getCapabilities: () => "yes" }],
    ["takes its word back", { ...atomic, wallet_sendCalls: fails(5_760) }],
  ] as readonly (readonly [string, Answers])[]) {
    it(`given a wallet that ${what}, when calls are sent, then they go one by one`, async () => {
      const { signer, sent } = signerOf();
      const progress: BatchProgress[] = [];
      const { way, transactions } = await sendCalls(signer, walletOf(answers), CALLS, {
        onProgress: (one) => progress.push(one),
      });
      expect(way).to.equal("sequence");
      expect(transactions).to.have.length(2);
      expect(sent).to.deep.equal(["0x01", "0x02"]);
      expect(progress.map(({ done }) => done)).to.deep.equal([0, 1, 2]);
    });
  }

  it("given a user who says no to the batch, then nothing else is tried", async () => {
    const { signer, sent } = signerOf();
    const error = await failureOf(sendCalls(signer, walletOf({ ...atomic, wallet_sendCalls: fails(4_001) }), CALLS));
    expect(error.code).to.equal("Client_Declined");
    expect(sent).to.deep.equal([]);
  });

  for (const [what, status] of [
    ["failed off the chain", { status: 400 }],
    ["was reverted", { status: 500, receipts: [{ transactionHash: HASH, status: "0x0" }] }],
    ["was done in part", { status: 600, receipts: [{ transactionHash: HASH, status: "0x1" }] }],
    ["is called confirmed without a receipt", { status: 200 }],
    [
      "is called confirmed with a receipt that failed",
      { status: 200, receipts: [{ transactionHash: HASH, status: "0x0" }] },
    ],
  ] as const) {
    it(`given a batch that ${what}, then it is not taken for done`, async () => {
      const wallet = walletOf({
        ...atomic,
        wallet_sendCalls: () => ({ id: "b1" }),
        wallet_getCallsStatus: () => status,
      });
      const error = await failureOf(sendCalls(signerOf().signer, wallet, CALLS, quick));
      expect(error.code).to.equal("Client_BatchFailed");
      expect(error.args).to.deep.equal({ id: "b1", status: status.status });
    });
  }

  it("given a wallet that never says what became of it, then it is given up without sending again", async () => {
    const wallet = walletOf({
      ...atomic,
      wallet_sendCalls: () => ({ id: "b1" }),
      wallet_getCallsStatus: fails(-32_000),
    });
    const { signer, sent } = signerOf();
    const error = await failureOf(sendCalls(signer, wallet, CALLS, { ...quick, mostPolls: 3 }));
    expect(error.code).to.equal("Client_BatchUnknown");
    expect(sent).to.deep.equal([]);
    expect(wallet.asked.filter(({ method }) => method === "wallet_getCallsStatus")).to.have.length(3);
  });

  it("given an answer that names no batch, then nothing is sent a second time", async () => {
    const { signer, sent } = signerOf();
    const error = await failureOf(sendCalls(signer, walletOf({ ...atomic, wallet_sendCalls: () => ({}) }), CALLS));
    expect(error.code).to.equal("Client_BatchUnknown");
    expect(sent).to.deep.equal([]);
  });

  it("given a sequence whose second call fails, then the progress says that one is done", async () => {
    const { signer, sent } = signerOf(1);
    const progress: BatchProgress[] = [];
    const error = await failureOf(sendCalls(signer, undefined, CALLS, { onProgress: (one) => progress.push(one) }));
    expect(error.code).to.equal("Client_Declined");
    expect(sent).to.deep.equal(["0x01"]);
    expect(progress.at(-1)).to.deep.equal({ way: "sequence", done: 1, total: 2 });
  });

  it("given one call, then a batch is not asked for", async () => {
    const wallet = walletOf(atomic);
    const { signer, sent } = signerOf();
    expect((await sendCalls(signer, wallet, CALLS.slice(0, 1))).way).to.equal("sequence");
    expect(wallet.asked).to.deep.equal([]);
    expect(sent).to.deep.equal(["0x01"]);
  });
});
