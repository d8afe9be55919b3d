/** What the organiser of a session does after it is made: pays the basket in, hands its tokens out, and redeems what is left. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";

import type { SessionHandle } from "../../../src/bindings/session.js";
import { readSessionTerms } from "../../../src/bindings/session-terms.js";
import { read } from "../../../src/bindings/transact.js";
import type { Call } from "../../../src/client/batch.js";
import { fundingCalls } from "../../../src/client/organiser.js";
import { isAdmitted } from "../../../src/client/policies.js";
import { parseTokenWei, type TokenWei } from "../../../src/protocol/amounts/units.js";
import { messageOf } from "../../../src/protocol/amounts/errors.js";
import { sessionPath } from "../../data/routes.js";
import { useHandle } from "../../data/handle.js";
import { useHead, useNames, useSession } from "../../data/session.js";
import { AssetAmount, Moment, Tokens } from "../../ui/Amount.js";
import { Hostile } from "../../ui/Hostile.js";
import { plainDecimal, tokensText } from "../../ui/numbers.js";
import { Answered, Refusal } from "../../ui/State.js";
import { useAccount } from "../../wallet/AccountMenu.js";
import { type Connected, useSteps } from "../../wallet/steps.js";
import { StepsLine } from "../../wallet/StepsLine.js";
import { signerOf } from "../../wallet/wallets.js";
import { type Distribution, MOST_GIFTS, readDistribution, type ReceiverFacts, warningsOf } from "./distribution.js";
import { SaleAt } from "./Sale.js";
import "../../style/new.css";

/** What the chain says of the session for its organiser. */
interface Standing {
  readonly organiser: string;
  readonly phase: "created" | "cancelled" | "funded" | "open" | "settling";
  readonly balance: bigint;
}

const PHASES = ["created", "cancelled", "funded", "open", "settling"] as const;

async function standingOf({ session }: SessionHandle, account: string | undefined): Promise<Standing> {
  const [organiser, phase, balance] = await read(
    Promise.all([
      session.organiser(),
      session.phase(),
      account === undefined ? Promise.resolve(0n) : session.balanceOf(account),
    ]),
  );
  return { organiser, phase: PHASES[Number(phase)] ?? "settling", balance };
}

export default function Organise(): ReactNode {
  const session = useSession();
  const handle = useHandle();
  return (
    <div className="lone">
      <h1>Organise</h1>
      {session.sources.rpcUrl === undefined ? (
        <p role="alert">
          Organising needs a node. Name one in <Link href={sessionPath(session, "settings")}>Settings</Link>.
        </p>
      ) : (
        <Answered query={handle} what="the session">
          {(opened) => <Desk handle={opened} />}
        </Answered>
      )}
    </div>
  );
}

function Desk({ handle }: { readonly handle: SessionHandle }): ReactNode {
  const account = useAccount();
  const head = useHead();
  const standing = useQuery({
    queryKey: ["organise", handle.address, account?.address, head?.hash],
    queryFn: () => standingOf(handle, account?.address),
    placeholderData: (before) => before,
  });
  const refresh = (): void => void standing.refetch();
  return (
    <Answered query={standing} what="how the session stands">
      {(now) => (
        <>
          <p>
            The organiser is <code>{now.organiser}</code>
            {account?.address === now.organiser ? ", you." : "."} {WORDS[now.phase]}
          </p>
          {now.phase === "created" && <Fund handle={handle} standing={now} account={account} refresh={refresh} />}
          {(now.phase === "funded" || now.phase === "open") && (
            <>
              <Distribute handle={handle} standing={now} account={account} refresh={refresh} />
              <SaleAt handle={handle} />
            </>
          )}
          {now.phase === "settling" && <Redeem handle={handle} standing={now} account={account} refresh={refresh} />}
        </>
      )}
    </Answered>
  );
}

const WORDS: Readonly<Record<Standing["phase"], string>> = {
  created: "The session is made, and holds nothing yet.",
  cancelled: "It was never funded, and is void: nothing can be done with it.",
  funded: "It is funded, and trading has not begun.",
  open: "It is open.",
  settling: "Trading is over: claims are paid out.",
};

interface PartProps {
  readonly handle: SessionHandle;
  readonly standing: Standing;
  readonly account: Connected | undefined;
  readonly refresh: () => void;
}

function Fund({ handle, standing, account, refresh }: PartProps): ReactNode {
  const [steps, run] = useSteps();
  const isOrganiser = account?.address === standing.organiser;
  const fund = async (): Promise<void> => {
    if (account === undefined) return;
    if (await run(account, async () => asCalls(await fundingCalls(handle, await signerOf(account))))) refresh();
  };
  return (
    <section className="panel">
      <h2>Fund</h2>
      <ul>
        {handle.assets.map(({ address, quantity }, index) => (
          <li key={address}>
            Approve exactly <AssetAmount index={index} units={quantity} digits={18} />, no more
          </li>
        ))}
        <li>
          Pay all of it in, and get <Tokens wei={handle.supply} />
        </li>
      </ul>
      <p className="hint">
        A wallet that can does it in one go, all or nothing; else it asks once for each. If something fails before the
        last step, nothing has left your account: only approvals of exact amounts stand. Possible until{" "}
        <Moment second={handle.t1} />.
      </p>
      <button
        type="button"
        className="primary"
        disabled={!isOrganiser || steps.status === "running"}
        onClick={() => void fund()}
      >
        Approve and fund
      </button>
      {!isOrganiser && <p className="hint">Connect the organiser’s account on the session’s chain.</p>}
      <StepsLine steps={steps} done="The session is funded." left="The basket has not moved." />
    </section>
  );
}

function asCalls(populated: readonly { readonly to?: string | null | undefined; readonly data: string }[]): Call[] {
  return populated.map(({ to, data }) => {
    if (to === undefined || to === null) throw new Error("unreachable: every call has its contract");
    return { to, data };
  });
}

function Distribute({ handle, standing, account, refresh }: PartProps): ReactNode {
  const session = useSession();
  const [list, setList] = useState<Distribution>();
  const [steps, run] = useSteps();
  const receivers = useQuery({
    queryKey: ["receivers", handle.address, list?.gifts.map(({ address }) => address)],
    queryFn: () => receiversOf(handle, list?.gifts.map(({ address }) => address) ?? []),
    enabled: list?.problems.length === 0,
    retry: 1,
  });
  const send = async (): Promise<void> => {
    if (account === undefined || list === undefined) return;
    const transfers = list.gifts.map(({ address, amount }) => ({
      to: handle.address,
      data: handle.session.interface.encodeFunctionData("transfer", [address, amount]),
    }));
    setList(undefined); // a second click must not send all of it again
    await run(account, () => Promise.resolve(transfers));
    refresh();
  };
  return (
    <section className="panel">
      <h2>Hand out</h2>
      <p>
        You hold <Tokens wei={standing.balance} />. What somebody pays for them, and how, is between you and them: this
        page only sends. For a sale on the chain see below.
      </p>
      <label>
        Table with the columns <code>address,amount</code>, at most {MOST_GIFTS} lines
        <input
          type="file"
          accept=".csv,.txt"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            void file?.text().then((text) => {
              setList(readDistribution(text, standing.balance, [handle.address, handle.bookAddress]));
            });
          }}
        />
      </label>
      {list !== undefined && list.problems.length > 0 && (
        <div className="refusal" role="alert">
          <ul>
            {list.problems.slice(0, 20).map((problem) => (
              <li key={problem}>
                <Hostile text={problem} />
              </li>
            ))}
          </ul>
          {list.problems.length > 20 && <p>And {list.problems.length - 20} more.</p>}
        </div>
      )}
      {list?.problems.length === 0 && (
        <>
          <table>
            <caption>
              {list.gifts.length} receivers, <Tokens wei={list.total} /> in all
            </caption>
            <thead>
              <tr>
                <th scope="col">Receiver</th>
                <th scope="col" className="number">
                  Amount
                </th>
              </tr>
            </thead>
            <tbody>
              {list.gifts.map(({ address, amount }) => (
                <tr key={address}>
                  <td>
                    <code>{address}</code>
                  </td>
                  <td className="number">
                    <Tokens wei={amount} digits={18} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Answered query={receivers} what="what the chain says of them">
            {(known) => (
              <ul>
                {warningsOf(list, known).map((warning) => (
                  <li key={warning}>{warning}</li>
                ))}
              </ul>
            )}
          </Answered>
        </>
      )}
      <button
        type="button"
        className="primary"
        disabled={
          account === undefined || list === undefined || list.problems.length > 0 || receivers.data === undefined
        }
        onClick={() => void send()}
      >
        Send to all of them
      </button>
      {account === undefined && <p className="hint">Connect the account that holds the tokens.</p>}
      <StepsLine
        steps={steps}
        done="All of it is sent."
        left="The receivers before that one have their tokens: take them out of the table before you go on."
      />
      <p className="hint">
        For those who get them:{" "}
        <code>{`${location.href.split("#")[0]}#${sessionPath(session, "account")}?deposit=5`}</code>
      </p>
    </section>
  );
}

const ZERO = /^0x0+$/;

async function receiversOf(
  handle: SessionHandle,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, ReceiverFacts>> {
  const { provider } = handle.runner;
  const { policy } = await readSessionTerms(handle);
  const isAsked = !ZERO.test(policy);
  const facts = new Map<string, ReceiverFacts>();
  for (const address of addresses) {
    const [code, admitted] = await Promise.all([
      read(provider?.getCode(address) ?? Promise.resolve("0x")),
      isAsked ? isAdmitted(handle, policy, address) : Promise.resolve(undefined),
    ]);
    facts.set(address, { isContract: code !== "0x", isAdmitted: admitted });
  }
  return facts;
}

function Redeem({ handle, standing, account, refresh }: PartProps): ReactNode {
  const names = useNames();
  const [typed, setTyped] = useState<string>();
  const [steps, run] = useSteps();
  const text = typed ?? tokensText(standing.balance);
  const amount = amountOf(text, standing.balance);
  const redeem = async (): Promise<void> => {
    if (account === undefined || typeof amount === "string") return;
    const data = handle.session.interface.encodeFunctionData("redeem", [amount, account.address]);
    if (await run(account, () => Promise.resolve([{ to: handle.address, data }]))) refresh();
  };
  return (
    <section className="panel">
      <h2>Redeem</h2>
      <p>
        You hold <Tokens wei={standing.balance} /> outside of the book. Each pays its part of every asset, rounded down.
      </p>
      {standing.balance > 0n && (
        <>
          <label>
            {names?.symbol ?? "Session tokens"}
            <input
              inputMode="decimal"
              value={text}
              onChange={(event) => {
                setTyped(event.target.value);
              }}
            />
          </label>
          <button
            type="button"
            className="primary"
            disabled={account === undefined || typeof amount === "string"}
            onClick={() => void redeem()}
          >
            Redeem
          </button>
          {typeof amount === "string" && <Refusal error={amount} />}
        </>
      )}
      <StepsLine steps={steps} done="Redeemed: the assets are in your account." left="" />
    </section>
  );
}

function amountOf(text: string, most: bigint): TokenWei | string {
  try {
    const amount = parseTokenWei(plainDecimal(text) ?? text);
    return amount > 0n && amount <= most ? amount : `More than none, and at most ${tokensText(most)}.`;
  } catch (error) {
    return messageOf(error);
  }
}
