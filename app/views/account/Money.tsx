/** Tokens in and out: deposit, withdraw, leg tokens, whole sets. */
import { queryNow } from "../../frame/hash-path.js";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { transact } from "../../../src/bindings/transact.js";
import type { RelayTrader } from "../../../src/wire/state.js";
import { type Actor, actorOf, type Connected } from "../../wallet/acting.js";
import { useHead, useNames, useSession } from "../../data/session.js";
import type { Facts } from "../../data/source.js";
import { Exact, Tokens } from "../../ui/Amount.js";
import { tokensText } from "../../ui/numbers.js";
import { reasonOf } from "../../wallet/wallets.js";
import { sent } from "../trade/cancel.js";
import { askedDeposit, lotsIn, readAmount, typedAmount } from "./amounts.js";

interface MoneyProps {
  readonly account: Connected;
  readonly facts: Facts;
  /** Undefined while it is not registered. */
  readonly trader: RelayTrader | undefined;
}

/** What lies in the wallet: session tokens, then leg tokens, wei. */
function useHoldings({ account, facts }: Pick<MoneyProps, "account" | "facts">): readonly bigint[] | undefined {
  const session = useSession();
  const head = useHead();
  const { data } = useQuery({
    queryKey: ["wallet", session.address, account.address, head?.hash],
    queryFn: async () => {
      const [{ erc20At }, { read }] = await Promise.all([
        import("../../../src/client/tokens.js"),
        import("../../../src/bindings/transact.js"),
      ]);
      const { handle } = await actorOf(session, account);
      const tokens = [session.address, ...facts.assets.map(({ legToken }) => legToken)];
      return Promise.all(tokens.map((token) => read(erc20At(token, handle.runner).balanceOf(account.address))));
    },
    placeholderData: (before) => before,
    staleTime: Infinity,
  });
  return data;
}

export function Money(props: MoneyProps): ReactNode {
  const { trader, facts } = props;
  const names = useNames();
  const held = useHoldings(props);
  const head = useHead();
  const isOver = head !== undefined && BigInt(head.time) >= facts.t2;
  const symbol = names?.symbol ?? "tokens";
  const asked = askedDeposit(queryNow());
  return (
    <section className="panel wide">
      <h2>Money</h2>
      <p>
        In your wallet: {held === undefined ? "…" : <Tokens wei={held[0] ?? 0n} />}
        {held?.slice(1).map((wei, k) =>
          wei === 0n ? null : (
            <span key={facts.assets[k]?.legToken}>
              , <Exact exact={tokensText(wei)} unit={`${names?.assets[k]?.symbol ?? `leg ${k + 1}`} leg tokens`} />
            </span>
          ),
        )}
      </p>
      <div className="forms">
        {!isOver && (
          <AmountForm
            {...props}
            title="Deposit"
            unit={symbol}
            most={held?.[0]}
            first={asked}
            hint="By a permit that you sign where your wallet can, in one transaction; else by an exact approval first, in two."
            send={async ({ trader: acting }, wei) => acting.deposit(wei)}
          />
        )}
        {trader !== undefined && (
          <AmountForm
            {...props}
            title="Withdraw"
            unit={symbol}
            most={trader.binding.withdrawable}
            hint={<WithdrawHint trader={trader} />}
            send={async ({ trader: acting }, wei) => acting.withdraw(wei)}
          />
        )}
        <AmountForm
          {...props}
          title="Split into leg tokens"
          unit={symbol}
          most={held?.[0]}
          hint="Session tokens become as many leg tokens of every asset."
          send={async ({ handle, signer }, wei) => transact(signer, handle.session.split.populateTransaction(wei))}
        />
        <AmountForm
          {...props}
          title="Merge leg tokens"
          unit={symbol}
          most={held === undefined ? undefined : leastOf(held.slice(1))}
          hint="Leg tokens, one of every asset for each, become session tokens."
          send={async ({ handle, signer }, wei) => transact(signer, handle.session.merge.populateTransaction(wei))}
        />
        <LegForms {...props} held={held} isOver={isOver} />
      </div>
    </section>
  );
}

function leastOf(values: readonly bigint[]): bigint {
  return values.reduce((least, value) => (value < least ? value : least), values[0] ?? 0n);
}

function WithdrawHint({ trader }: { readonly trader: RelayTrader }): ReactNode {
  const { reserved, storedSlack, withdrawable } = trader.binding;
  return (
    <>
      <Tokens wei={storedSlack} /> are left in the worst outcome
      {reserved > 0n && (
        <>
          , of which <Tokens wei={reserved} /> are kept for open orders
        </>
      )}
      : <Tokens wei={withdrawable} /> can go.
    </>
  );
}

interface AmountFormProps extends MoneyProps {
  readonly title: string;
  readonly unit: string;
  readonly most: bigint | undefined;
  readonly first?: bigint | undefined;
  readonly hint: ReactNode;
  readonly send: (actor: Actor, wei: bigint) => Promise<unknown>;
}

function AmountForm({ account, title, unit, most, first, hint, send }: AmountFormProps): ReactNode {
  const [typed, setTyped] = useState(first === undefined || first === 0n ? "" : typedAmount(first));
  const amount = readAmount(typed, most);
  const { busy, problem, run } = useSending(account);
  return (
    <form
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        if ("wei" in amount)
          void run(
            `${title}: ${typed} ${unit}`,
            async (actor) => send(actor, amount.wei),
            () => {
              setTyped("");
            },
          );
      }}
    >
      <h3>{title}</h3>
      <label>
        {unit}
        <input
          inputMode="decimal"
          autoComplete="off"
          value={typed}
          aria-invalid={"problem" in amount && amount.problem !== ""}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
      </label>
      <button
        type="button"
        disabled={most === undefined || most === 0n}
        title={most === undefined ? undefined : typedAmount(most)}
        onClick={() => {
          if (most !== undefined) setTyped(typedAmount(most));
        }}
      >
        Max
      </button>{" "}
      <button type="submit" disabled={busy || !("wei" in amount)}>
        {busy ? "Asking your wallet …" : title}
      </button>
      <p className="hint">{"problem" in amount && amount.problem !== "" ? amount.problem : hint}</p>
      <Problem text={problem} />
    </form>
  );
}

interface LegFormsProps extends MoneyProps {
  readonly held: readonly bigint[] | undefined;
  readonly isOver: boolean;
}

/** Leg tokens go in and out by whole lots. */
function LegForms({ account, facts, trader, held, isOver }: LegFormsProps): ReactNode {
  const names = useNames();
  const [leg, setLeg] = useState(1);
  const [typed, setTyped] = useState("");
  const { busy, problem, run } = useSending(account);
  const { lotValue } = facts.units;
  const name = names?.assets[leg - 1]?.symbol ?? `leg ${leg}`;
  const inWallet = held === undefined ? undefined : lotsIn(held[leg] ?? 0n, lotValue);
  const lots = /^[1-9]\d{0,11}$/.test(typed.trim()) ? BigInt(typed.trim()) : undefined;
  const go = (words: string, send: (actor: Actor, count: bigint) => Promise<unknown>) => {
    if (lots !== undefined)
      void run(
        `${words} ${lots} lots of ${name}`,
        async (actor) => send(actor, lots),
        () => {
          setTyped("");
        },
      );
  };
  return (
    <form
      aria-label="Leg tokens"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <h3>Leg tokens in and out</h3>
      <label>
        Leg
        <select
          value={leg}
          onChange={(event) => {
            setLeg(Number(event.target.value));
          }}
        >
          {facts.assets.map((asset, k) => (
            <option key={asset.address} value={k + 1}>
              {names?.assets[k]?.symbol ?? `leg ${k + 1}`}
            </option>
          ))}
        </select>
      </label>
      <label>
        Lots
        <input
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
      </label>
      {!isOver && (
        <button
          type="button"
          disabled={busy || lots === undefined || inWallet === undefined || lots > inWallet}
          onClick={() => {
            go("Pay in", async ({ trader: acting }, count) => acting.depositLeg(leg, count));
          }}
        >
          Pay in
        </button>
      )}{" "}
      <button
        type="button"
        disabled={busy || lots === undefined || trader === undefined}
        onClick={() => {
          go("Take out", async ({ trader: acting }, count) => acting.withdrawLeg(leg, count));
        }}
      >
        Take out
      </button>
      <p className="hint">
        A lot is <Tokens wei={lotValue} /> of leg tokens
        {inWallet === undefined ? "." : `; your wallet has ${inWallet} lots of ${name}.`}
      </p>
      <Problem text={problem} />
    </form>
  );
}

function Problem({ text }: { readonly text: string | undefined }): ReactNode {
  return text === undefined ? null : (
    <p className="refusal" role="alert">
      {text}
    </p>
  );
}

function useSending(account: Connected) {
  const session = useSession();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = async (words: string, send: (actor: Actor) => Promise<unknown>, done: () => void): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await sent(session, account, words, async () => send(await actorOf(session, account)));
      done();
    } catch (error) {
      setProblem(reasonOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run };
}
