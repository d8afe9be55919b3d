/** What would be sent, what the factory says of it, and the sending. */
import { hexlify, randomBytes } from "ethers";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { Link } from "wouter";

import { ISessionFactory__factory } from "../../../typechain-types/index.js";
import { read } from "../../../src/bindings/transact.js";
import { completeParams, makeSession, requireFactory, type SessionParams } from "../../../src/client/organiser.js";
import type { NodeProvider } from "../../../src/node/provider.js";
import type { PageChain } from "../../../src/page/config.js";
import { rememberSession } from "../../data/settings.js";
import { Answered, Refusal } from "../../ui/State.js";
import { Connecting } from "../../wallet/AccountMenu.js";
import { type Connection, reasonOf, reconnect, signerOf, switchChain, wallets } from "../../wallet/wallets.js";
import type { Checked } from "./terms.js";

export interface FormProps {
  readonly chain: PageChain;
  readonly provider: NodeProvider;
}

interface ReviewProps extends FormProps {
  readonly connection: Connection;
  readonly checked: Checked;
  readonly clear: () => void;
}

type Making =
  | { readonly status: "none" | "asking" }
  | { readonly status: "done"; readonly session: string; readonly hash: string }
  | { readonly status: "failed"; readonly error: unknown };

export function Review({ chain, provider, connection, checked, clear }: ReviewProps): ReactNode {
  const [salt] = useState(() => hexlify(randomBytes(32)));
  const [making, setMaking] = useState<Making>({ status: "none" });
  const { factory } = chain;
  const { params } = checked;
  const organiser = connection.status === "connected" ? connection.address : undefined;
  const asked = useQuery({
    queryKey: ["new", chain.chainId, "review", organiser, salt, JSON.stringify(params, asText)],
    queryFn: () => predict(provider, { factory: factory ?? "", organiser: organiser ?? "", params, salt }),
    enabled: factory !== undefined && organiser !== undefined && params !== undefined,
    retry: false,
  });
  if (making.status === "done") return <Made chainId={chain.chainId} {...making} />;
  if (factory === undefined) return <p role="alert">This page was told of no factory on this chain.</p>;
  const make = async (): Promise<void> => {
    if (connection.status !== "connected" || params === undefined) return;
    setMaking({ status: "asking" });
    try {
      const { handle, receipt } = await makeSession(factory, await signerOf(connection), params, salt);
      rememberSession(`${chain.chainId}/${handle.address}`);
      clear();
      setMaking({ status: "done", session: handle.address, hash: receipt.hash });
    } catch (error) {
      setMaking({ status: "failed", error });
    }
  };
  const isThere = connection.status === "connected" && connection.chainId === chain.chainId;
  return (
    <section className="panel" aria-label="Review">
      <h2>Review</h2>
      {params === undefined ? (
        <p>Not complete yet: {[...checked.problems.keys()].map((field) => NAMES[field] ?? field).join(", ")}.</p>
      ) : organiser === undefined ? (
        <p>Connect a wallet: who signs is the organiser.</p>
      ) : (
        <Answered query={asked} what="the factory">
          {({ session, data }) => (
            <>
              <p>
                The factory takes it. The session will be <code>{session}</code>.
              </p>
              <details>
                <summary>What is sent</summary>
                <p>
                  To <code>{factory}</code>:
                </p>
                <code>{data}</code>
              </details>
            </>
          )}
        </Answered>
      )}
      <Wallet connection={connection} chain={chain} />
      <button
        type="button"
        className="primary"
        disabled={!isThere || asked.data === undefined || params === undefined || making.status === "asking"}
        onClick={() => void make()}
      >
        {making.status === "asking" ? "The wallet is asked …" : "Create the session"}
      </button>
      {making.status === "failed" && <Refusal error={making.error} />}
    </section>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  ...{ name: "name", symbol: "symbol", t1: "beginning", t2: "settlement", settleLimit: "last settlement" },
  ...{ supply: "session tokens", basketScale: "ticks", basketTickValue: "value of a tick", policy: "policy" },
};

function asText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

interface Prediction {
  readonly factory: string;
  readonly organiser: string;
  readonly params: SessionParams | undefined;
  readonly salt: string;
}

/** Asks the factory without sending anything: it says what is wrong, or where the session will be. */
async function predict(
  provider: NodeProvider,
  { factory, organiser, params, salt }: Prediction,
): Promise<{ readonly session: string; readonly data: string }> {
  if (params === undefined) throw new Error("unreachable: asked once there are terms");
  await requireFactory(factory, { provider });
  const contract = ISessionFactory__factory.connect(factory, provider);
  const complete = completeParams(params);
  const session = await read(contract.createSession.staticCall(complete, salt, { from: organiser }));
  return { session, data: contract.interface.encodeFunctionData("createSession", [complete, salt]) };
}

function Wallet({ connection, chain }: { readonly connection: Connection; readonly chain: PageChain }): ReactNode {
  const list = useSyncExternalStore(wallets.onList, wallets.list);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    setProblem(undefined);
  }, [connection]);
  useEffect(() => {
    void reconnect();
  }, [list]);
  if (connection.status !== "connected") return <Connecting now={connection} list={list} />;
  if (connection.chainId === chain.chainId) return <p>As {connection.address}.</p>;
  return (
    <p className="wrong-chain" role="alert">
      Your wallet is on another chain.{" "}
      <button
        type="button"
        onClick={() => {
          const { chainId, name, currency, rpcUrls, explorer } = chain;
          switchChain(connection.wallet, { chainId, name, currency, rpcUrls, explorer }).catch((error: unknown) => {
            setProblem(reasonOf(error));
          });
        }}
      >
        Switch to {chain.name}
      </button>{" "}
      {problem}
    </p>
  );
}

function Made({
  chainId,
  session,
  hash,
}: {
  readonly chainId: number;
  readonly session: string;
  readonly hash: string;
}): ReactNode {
  return (
    <section className="panel" role="status">
      <h2>Created</h2>
      <p>
        Session <code>{session}</code>, in transaction <code>{hash}</code>.
      </p>
      <p>
        <Link href={`/${chainId}/${session}/organise`}>Fund it next</Link>: until then it holds nothing, and from t1 on
        it cannot be funded any more.
      </p>
    </section>
  );
}
