/** An account: what is its own, what binds it, what would free collateral; and money, for whoever it belongs to. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";

import { checksumAddress } from "../../../src/protocol/signing/addresses.js";
import type { RelayTrader } from "../../../src/wire/state.js";
import type { ViewProps } from "../../frame/view-props.js";
import { sessionPath } from "../../data/routes.js";
import { actorOf, type Connected } from "../../wallet/acting.js";
import { loadActivity } from "../../data/activity.js";
import type { ForeseenExit } from "../../data/mirror/foresight.js";
import { useFactsQuery, useMarkets, useNames, useSession, useSourceState } from "../../data/session.js";
import { wordsOf } from "../../ui/words.js";
import type { Facts } from "../../data/source.js";
import { Tokens } from "../../ui/Amount.js";
import { Answered, Missing } from "../../ui/State.js";
import { useAccount } from "../../wallet/AccountMenu.js";
import { reasonOf } from "../../wallet/wallets.js";
import { sent } from "../trade/cancel.js";
import { useDeeds, useFollowing, useTrader } from "../trade/hooks.js";
import { OwnOrders, useCancelling } from "../trade/OwnOrders.js";
import { outcomeWords } from "../trade/Preview.js";
import { priceWords } from "../trade/prices.js";
import { AllocationPanel } from "./Allocation.js";
import { Exit } from "./Exit.js";
import { Money } from "./Money.js";
import { type ReleaseAct, releaseLines, type ReleaseWords } from "./releases.js";
import "../../style/account.css";
import "../../style/trade.css";

export default function Account({ rest }: ViewProps): ReactNode {
  const terms = useFactsQuery();
  const facts = terms.data;
  const connected = useAccount();
  const named = rest[0];
  useEffect(() => void loadActivity(), []);
  if (named !== undefined && !/^0x[0-9a-fA-F]{40}$/.test(named))
    return <p role="alert">An account is an address: 0x and 40 hex digits.</p>;
  const address = named === undefined ? connected?.address : checksumAddress(named.toLowerCase());
  if (facts === undefined) return <Missing of={[terms]} what="the session's terms" rows={6} />;
  if (address === undefined) return <NobodyYet />;
  const own = connected?.address === address ? connected : undefined;
  return <Whose key={address} address={address} own={own} facts={facts} />;
}

function NobodyYet(): ReactNode {
  const session = useSession();
  const [typed, setTyped] = useState("");
  const [, navigate] = useLocation();
  const isAddress = /^0x[0-9a-fA-F]{40}$/.test(typed.trim());
  return (
    <form
      className="panel lone"
      onSubmit={(event) => {
        event.preventDefault();
        if (isAddress) navigate(sessionPath(session, "account", typed.trim()));
      }}
    >
      <h1>Account</h1>
      <p>Connect a wallet to see your own, or look at any other: all of it is public.</p>
      <label>
        Address
        <input
          size={44}
          value={typed}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
      </label>
      <button type="submit" disabled={!isAddress}>
        Look
      </button>
    </form>
  );
}

interface WhoseProps {
  readonly address: string;
  /** Undefined if it is somebody else's: then it is read, and no more. */
  readonly own: Connected | undefined;
  readonly facts: Facts;
}

function Whose({ address, own, facts }: WhoseProps): ReactNode {
  const trader = useTrader(address);
  const deeds = useDeeds(address);
  useFollowing(deeds);
  return (
    <>
      <h1 className="account-title">
        {own === undefined ? "Account " : "My account "}
        <small>{address}</small>
      </h1>
      <div className="grid">
        <Answered
          query={trader}
          what="the account"
          empty={
            <section className="panel">
              <p>Not registered in this session’s book. {own === undefined ? "" : "A deposit registers you."}</p>
            </section>
          }
        >
          {(known) => <Registered trader={known} address={address} own={own} facts={facts} />}
        </Answered>
        {own !== undefined && <Money account={own} facts={facts} trader={trader.data ?? undefined} />}
        <ExitPanel address={address} own={own} facts={facts} />
      </div>
    </>
  );
}

function Registered({ trader, address, own, facts }: WhoseProps & { readonly trader: RelayTrader }): ReactNode {
  return (
    <>
      <AllocationPanel trader={trader} address={address} facts={facts} />
      <Collateral trader={trader} />
      <Releases trader={trader} address={address} own={own} />
      <section className="panel wide">
        <h2>Orders</h2>
        <OwnOrders trader={trader} account={own} />
        <AtRisk trader={trader} />
      </section>
    </>
  );
}

function AtRisk({ trader }: { readonly trader: RelayTrader }): ReactNode {
  const risky = trader.binding.orders.filter(({ missing }) => missing > 0n);
  if (risky.length === 0) return null;
  return (
    <ul aria-label="Orders at risk">
      {risky.map(({ tradeRootId, missing }) => (
        <li key={tradeRootId}>
          #{tradeRootId} misses <Tokens wei={missing} />: it would be taken out when it is met.
        </li>
      ))}
    </ul>
  );
}

/** Root by root the worst outcome, as it is and as the book has stored it. */
function Collateral({ trader }: { readonly trader: RelayTrader }): ReactNode {
  const names = useNames();
  const markets = useMarkets() ?? [];
  const { slack, storedSlack, reserved, withdrawable, roots } = trader.binding;
  const cash = slack - roots.reduce((sum, { worst }) => sum + worst, 0n);
  return (
    <section className="panel">
      <h2>What binds</h2>
      <dl>
        <dt>Free collateral</dt>
        <dd>
          <Tokens wei={slack} />
        </dd>
        <dt>Can be withdrawn</dt>
        <dd>
          <Tokens wei={withdrawable} />
        </dd>
        <dt>Cash</dt>
        <dd>
          <Tokens wei={cash} />
        </dd>
        <dt>Reserved for orders</dt>
        <dd>
          <Tokens wei={reserved} />
        </dd>
      </dl>
      {roots.length === 0 ? (
        <p>No position: nothing binds.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Worst at</th>
              <th scope="col" className="number">
                There
              </th>
              <th scope="col">Stored</th>
            </tr>
          </thead>
          <tbody>
            {roots.map(({ marketRootId, values, worst, stored }) => {
              const root = markets.find((one) => one.marketRootId === marketRootId);
              return (
                <tr key={marketRootId}>
                  <td>▼ {root === undefined ? `market ${marketRootId}` : outcomeWords(root, values, names)}</td>
                  <td className="number">
                    <Tokens wei={worst} />
                  </td>
                  <td>
                    {stored === worst ? (
                      "the same"
                    ) : (
                      <>
                        <Tokens wei={stored} />: older than what is known now
                      </>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {storedSlack !== slack && (
        <p className="hint">
          The book goes by what it has stored: <Tokens wei={storedSlack} />. Bringing a market up to date cures it.
        </p>
      )}
    </section>
  );
}

function useReleaseWords(): ReleaseWords {
  const names = useNames();
  const markets = useMarkets() ?? [];
  const rootAt = (id: number) => markets.find(({ marketRootId }) => marketRootId === id);
  return {
    market: (id, branch) => {
      const root = rootAt(id);
      return root === undefined ? `${id}.${branch}` : wordsOf(root, branch, names).title;
    },
    root: (id) => rootAt(id)?.head?.title ?? (id === 1 ? "the basket" : `market ${id}`),
    price: (id, ticks) => {
      const root = rootAt(id);
      return root === undefined ? `${ticks} ticks` : priceWords(root, ticks);
    },
  };
}

function Releases({ trader, address, own }: Omit<WhoseProps, "facts"> & { readonly trader: RelayTrader }): ReactNode {
  const words = useReleaseWords();
  const lines = releaseLines(trader.binding.releases, words);
  return (
    <section className="panel">
      <h2>What frees collateral</h2>
      {lines.length === 0 ? (
        <p>Nothing that is known: what is not free is at stake.</p>
      ) : (
        <ul className="releases">
          {lines.map(({ frees, words: said, act }) => (
            <li key={said}>
              {frees > 0n && (
                <strong>
                  +<Tokens wei={frees} />
                </strong>
              )}{" "}
              {said} <ReleaseButton act={act} trader={trader} address={address} own={own} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface ReleaseButtonProps {
  readonly act: ReleaseAct;
  readonly trader: RelayTrader;
  readonly address: string;
  readonly own: Connected | undefined;
}

function ReleaseButton({ act, trader, address, own }: ReleaseButtonProps): ReactNode {
  const session = useSession();
  const connected = useAccount();
  const { cancelAll, busy, problem: cancelProblem } = useCancelling(own);
  const [problem, setProblem] = useState<string>();
  const [isSending, setSending] = useState(false);
  if (act.kind === "none") return <small>(information)</small>;
  if (act.kind === "ticket")
    return own === undefined ? null : <Link href={`${sessionPath(session, ...act.path)}?${act.query}`}>Ticket</Link>;
  if (act.kind === "cancel") {
    if (own === undefined) return null;
    return (
      <>
        <button
          type="button"
          disabled={busy}
          onClick={() => {
            cancelAll(trader);
          }}
        >
          Cancel
        </button>
        {cancelProblem !== undefined && <span role="alert"> {cancelProblem}</span>}
      </>
    );
  }
  if (connected === undefined) return null;
  const send = async (): Promise<void> => {
    setSending(true);
    setProblem(undefined);
    try {
      await sent(
        session,
        connected,
        `${act.kind === "refresh" ? "Refresh" : "Realise"} market ${act.marketRootId}`,
        async () => {
          const calls = await import("../../../src/client/market-settlement.js");
          const { handle, signer } = await actorOf(session, connected);
          await calls[act.kind](handle, signer, act.marketRootId, [address]);
        },
      );
    } catch (error) {
      setProblem(reasonOf(error));
    } finally {
      setSending(false);
    }
  };
  return (
    <>
      <button type="button" disabled={isSending} onClick={() => void send()}>
        Send
      </button>
      {problem !== undefined && <span role="alert"> {problem}</span>}
    </>
  );
}

function useExit(address: string): UseQueryResult<ForeseenExit | null> {
  const { chain, source } = useSession();
  const head = useSourceState(chain ?? source).head;
  return useQuery({
    queryKey: ["exit", chain?.url, head?.hash, address],
    queryFn: async () => (await chain?.foreseeExit(address)) ?? null,
    enabled: chain !== undefined && head !== undefined,
    staleTime: Infinity,
  });
}

/** There only when something is due. */
function ExitPanel({ address, own, facts }: WhoseProps): ReactNode {
  const { data } = useExit(address);
  return data === null || data === undefined ? null : <Exit due={data} own={own} facts={facts} />;
}
