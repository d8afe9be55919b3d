/** What a wallet shows of an order before it is signed: as one that knows ERC-7730 does, and field by field as any other. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { messageOf } from "../../../src/protocol/amounts/errors.js";
import { toJson } from "../../../src/protocol/amounts/json.js";
import type { TradePackage } from "../../../src/protocol/signing/package.js";
import { useDomain } from "../../wallet/acting.js";
import { Waiting } from "../../ui/State.js";
import { formatMoment } from "../../ui/time.js";
import { rawFields } from "./order-ticket.js";

export function WalletShows({ order }: { readonly order: TradePackage | undefined }): ReactNode {
  return (
    <section aria-label="Your wallet will show">
      <h3>Your wallet will show</h3>
      {order === undefined ? <p>…</p> : <Shown order={order} isOpen />}
    </section>
  );
}

interface ShownProps {
  readonly order: TradePackage;
  /** Whether its fields are open from the start. */
  readonly isOpen?: boolean;
}

/** Both ways. */
export function Shown({ order, isOpen = false }: ShownProps): ReactNode {
  return (
    <>
      <ClearLines order={order} />
      <details open={isOpen}>
        <summary>Field by field, in a wallet that knows no ERC-7730</summary>
        <RawFields order={order} />
      </details>
    </>
  );
}

/** By the files of the registry, and by its own library. */
function ClearLines({ order }: { readonly order: TradePackage }): ReactNode {
  const domain = useDomain();
  const { data, error } = useQuery({
    queryKey: ["wallet shows", domain && toJson(domain), toJson(order)],
    queryFn: async () => {
      if (domain === undefined) throw new Error("unreachable: not enabled");
      const { renderPackage } = await import("../../wallet/clear-signing.js");
      return renderPackage(domain, order);
    },
    enabled: domain !== undefined,
    staleTime: Infinity,
    retry: false,
  });
  if (error !== null) return <p className="hint">How a wallet words it cannot be told here: {messageOf(error)}</p>;
  if (data === undefined) return <Waiting what="the words of the wallet" rows={7} />;
  return (
    <table className="raw shown">
      <caption className="unseen">As a wallet that knows ERC-7730 words it</caption>
      <tbody>
        {data.map(({ label, value }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RawFields({ order }: { readonly order: TradePackage }): ReactNode {
  return (
    <table className="raw">
      <caption className="unseen">The fields of TradePackage in the order of the message</caption>
      <tbody>
        {rawFields(order).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <code>{value}</code>
              {name === "deadline" && <small> = {formatMoment(Number(value))}</small>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
