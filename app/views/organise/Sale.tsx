/** A primary sale, by its address: what it costs now, what is left, and buying from it. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { readAsset } from "../../../src/bindings/assets.js";
import { addressIn } from "../../../src/protocol/signing/addresses.js";
import type { SessionHandle } from "../../../src/bindings/session.js";
import { buyFromSale, readSale, type Sale, saleCostAt, salePriceAt } from "../../../src/client/sale.js";
import { messageOf } from "../../../src/protocol/amounts/errors.js";
import { parseTokenWei } from "../../../src/protocol/amounts/units.js";
import { useHead } from "../../data/session.js";
import { Exact, Moment, Tokens } from "../../ui/Amount.js";
import { assetText, plainDecimal, tokensText } from "../../ui/numbers.js";
import { Answered, Refusal } from "../../ui/State.js";
import { useAccount } from "../../wallet/AccountMenu.js";
import { signerOf } from "../../wallet/wallets.js";

/** How long a purchase may wait to be mined, s. */
const PATIENCE_S = 600n;

interface Named extends Sale {
  readonly symbol: string;
  readonly decimals: number;
}

async function saleOf(handle: SessionHandle, address: string): Promise<Named> {
  const { provider } = handle.runner;
  if (provider === null) throw new Error("unreachable: it was opened on a node");
  const sale = await readSale(handle, address);
  const { symbol, decimals } = await readAsset(sale.premium, provider);
  return { ...sale, symbol, decimals };
}

export function SaleAt({ handle }: { readonly handle: SessionHandle }): ReactNode {
  const [typed, setTyped] = useState("");
  const head = useHead();
  const address = addressIn(typed.trim());
  const sale = useQuery({
    queryKey: ["sale", handle.address, address, head?.hash],
    queryFn: () => saleOf(handle, address ?? ""),
    enabled: address !== undefined,
    placeholderData: (before, query) => (query?.queryKey[2] === address ? before : undefined),
    retry: false,
  });
  return (
    <section className="panel" aria-label="Sale on the chain">
      <h2>Sale on the chain</h2>
      <p className="hint">
        A sale is opened with <code>session sale open</code>, or by a wallet that deploys it. Anybody may look at it
        here by its address, and buy.
      </p>
      <label>
        Sale’s address
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
      {address === undefined ? (
        typed !== "" && (
          <p className="hint">An address is 0x and 40 hex digits, with its checksum right if it has one.</p>
        )
      ) : (
        <Answered query={sale} what="the sale">
          {(found) => <SaleNow sale={found} time={BigInt(head?.time ?? 0)} />}
        </Answered>
      )}
    </section>
  );
}

function SaleNow({ sale, time }: { readonly sale: Named; readonly time: bigint }): ReactNode {
  const isOpen = time >= sale.opens && time < sale.closes;
  return (
    <>
      <dl>
        <dt>Price now</dt>
        <dd>
          <Exact exact={assetText(salePriceAt(sale, time), sale.decimals)} unit={`${sale.symbol} a token`} digits={8} />
          {sale.slope > 0n && (
            <>
              , falls to <Exact exact={assetText(sale.endPrice, sale.decimals)} unit={sale.symbol} digits={8} />
            </>
          )}
        </dd>
        <dt>Left</dt>
        <dd>
          <Tokens wei={sale.unsold} />
        </dd>
        <dt>Open</dt>
        <dd>
          <Moment second={sale.opens} /> – <Moment second={sale.closes} />
        </dd>
        <dt>Seller</dt>
        <dd>
          <code>{sale.seller}</code>
        </dd>
        {sale.maxPerBuyer !== undefined && (
          <>
            <dt>A buyer, at most</dt>
            <dd>
              <Tokens wei={sale.maxPerBuyer} />
            </dd>
          </>
        )}
        {sale.policy !== undefined && (
          <>
            <dt>Who may buy</dt>
            <dd>
              whom <code>{sale.policy}</code> admits
            </dd>
          </>
        )}
      </dl>
      {isOpen && sale.unsold > 0n ? (
        <Buy sale={sale} time={time} />
      ) : (
        <p>{time < sale.opens ? "It has not opened yet." : sale.unsold === 0n ? "All is sold." : "It has closed."}</p>
      )}
    </>
  );
}

type Buying =
  | { readonly status: "none" | "asking" }
  | { readonly status: "done"; readonly paid: bigint; readonly hash: string }
  | { readonly status: "failed"; readonly error: unknown };

function Buy({ sale, time }: { readonly sale: Named; readonly time: bigint }): ReactNode {
  const account = useAccount();
  const [typed, setTyped] = useState("");
  const [buying, setBuying] = useState<Buying>({ status: "none" });
  const amount = readAmount(typed, sale.unsold);
  // A price only falls: what it costs now is the most that it may cost.
  const cost = typeof amount === "bigint" ? saleCostAt(sale, amount, time) : undefined;
  const buy = async (): Promise<void> => {
    if (account === undefined || typeof amount !== "bigint" || cost === undefined) return;
    setBuying({ status: "asking" });
    try {
      const signer = await signerOf(account);
      const { paid, receipt } = await buyFromSale(signer, sale, amount as Sale["unsold"], {
        maxPay: cost,
        deadline: time + PATIENCE_S,
      });
      setBuying({ status: "done", paid, hash: receipt.hash });
    } catch (error) {
      setBuying({ status: "failed", error });
    }
  };
  return (
    <>
      <label>
        Buy
        <input
          inputMode="decimal"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
      </label>
      {cost !== undefined && (
        <p>
          Costs at most <Exact exact={assetText(cost, sale.decimals)} unit={sale.symbol} digits={8} />; exactly so much
          is approved.
        </p>
      )}
      <button
        type="button"
        className="primary"
        disabled={account === undefined || cost === undefined || buying.status === "asking"}
        onClick={() => void buy()}
      >
        {buying.status === "asking" ? "The wallet is asked …" : "Approve and buy"}
      </button>
      {typed !== "" && typeof amount === "string" && <p className="hint">{amount}</p>}
      {buying.status === "failed" && <Refusal error={buying.error} />}
      {buying.status === "done" && (
        <p role="status">
          Bought, for <Exact exact={assetText(buying.paid, sale.decimals)} unit={sale.symbol} digits={8} />:{" "}
          <code>{buying.hash}</code>
        </p>
      )}
    </>
  );
}

function readAmount(text: string, most: bigint): bigint | string {
  try {
    const amount = parseTokenWei(plainDecimal(text) ?? text);
    return amount > 0n && amount <= most ? amount : `More than none, and at most ${tokensText(most)}.`;
  } catch (error) {
    return messageOf(error);
  }
}
