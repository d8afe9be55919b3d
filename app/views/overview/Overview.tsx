/** What the session is, what it is quoted at, its terms, and why nobody has to be trusted. */
import type { ReactNode } from "react";
import { Link } from "wouter";

import { type LegWeight, weightsPicture } from "../../../src/pictures/weights.js";
import type { Fraction } from "../../../src/protocol/amounts/fraction.js";
import { sessionPath } from "../../data/routes.js";
import { useAt, useFactsQuery, useNames, useSession } from "../../data/session.js";
import type { Facts } from "../../data/source.js";
import { Address, AssetAmount, Exact, Moment, Tokens } from "../../ui/Amount.js";
import { fractionText } from "../../ui/numbers.js";
import { Picture } from "../../ui/Picture.js";
import { Answered, Missing } from "../../ui/State.js";

export function Overview(): ReactNode {
  const terms = useFactsQuery();
  const facts = terms.data;
  if (facts === undefined) return <Missing of={[terms]} what="the session's terms" rows={6} />;
  return (
    <div className="grid">
      <Basket facts={facts} />
      <Weights />
      <Activity />
      <Terms facts={facts} />
      <Trust />
    </div>
  );
}

function Basket({ facts }: { readonly facts: Facts }): ReactNode {
  const names = useNames();
  return (
    <section className="panel">
      <h2>Basket</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Leg</th>
            <th scope="col">Asset</th>
            <th scope="col">In the vault</th>
          </tr>
        </thead>
        <tbody>
          {facts.assets.map(({ address, quantity }, index) => (
            <tr key={address}>
              <td>{index + 1}</td>
              <td title={address}>{names?.assets[index]?.symbol ?? "…"}</td>
              <td>
                <AssetAmount index={index} units={quantity} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        One claim on all of it: <Tokens wei={facts.supply} /> in all. A lot is <Tokens wei={facts.units.lotValue} />, a
        tick of price{" "}
        <Exact exact={fractionText({ numerator: 100n, denominator: facts.units.scale }, 8)} unit="%" digits={8} />.
      </p>
    </section>
  );
}

function Weights(): ReactNode {
  const names = useNames();
  const query = useAt(["weights"], (source) => source.history("weights", { limit: 1 }));
  return (
    <section className="panel">
      <h2>Weights now</h2>
      <Answered query={query} what="the weights">
        {({ items }) => {
          const weights = items[0]?.weights;
          if (weights === undefined)
            return <p>Not every leg has a quote yet: a weight is the middle of the best bid and the best offer.</p>;
          const legs = weights.map((weight, k) => legWeight(names?.assets[k]?.symbol ?? `leg ${k + 1}`, weight));
          return <Picture drawing={weightsPicture("Weights by the best orders", legs)} />;
        }}
      </Answered>
    </section>
  );
}

function legWeight(name: string, weight: Fraction): LegWeight {
  const percent = fractionText({ ...weight, numerator: weight.numerator * 100n }, 2);
  return { name, implied: { text: `${percent} %`, value: Number(percent) } }; // of a picture, not of an amount
}

function Activity(): ReactNode {
  const monitoring = useAt(["monitoring"], (source) => source.monitoring());
  return (
    <section className="panel">
      <h2>Who takes part</h2>
      <Answered query={monitoring} what="who takes part">
        {({ traders, holders, legs }) => (
          <>
            <dl>
              <dt>Registered</dt>
              <dd>{traders}</dd>
              <dt>With a claim in the book</dt>
              <dd>{holders}</dd>
            </dl>
            <table>
              <thead>
                <tr>
                  <th scope="col">Asset</th>
                  <th scope="col">Claims in the book</th>
                  <th scope="col">Largest holder</th>
                </tr>
              </thead>
              <tbody>
                {legs.map(({ leg, total, largest, largestHolder }) => (
                  <tr key={leg}>
                    <LegName leg={leg} />
                    <td>
                      <Tokens wei={total} />
                    </td>
                    <td>
                      {largestHolder === null ? "nobody" : <Address of={largestHolder} />}{" "}
                      {largestHolder !== null &&
                        `${fractionText({ ...largest, numerator: largest.numerator * 100n }, 1)} %`}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </Answered>
    </section>
  );
}

function LegName({ leg }: { readonly leg: number }): ReactNode {
  return <td>{useNames()?.assets[leg - 1]?.symbol ?? `leg ${leg}`}</td>;
}

const NOBODY = /^0x0{40}$/;

function Terms({ facts }: { readonly facts: Facts }): ReactNode {
  const { policy, marketCreator, settleLimit, chainWindow, maxOpenOrders, maxLots } = facts.terms;
  return (
    <section className="panel">
      <h2>Terms</h2>
      <p>They were set when the session was made. Nobody can change them.</p>
      <dl>
        <dt>Trading</dt>
        <dd>
          <Moment second={facts.t1} /> to <Moment second={facts.t2} />
        </dd>
        <dt>Who may take part</dt>
        <dd>
          {NOBODY.test(policy) ? (
            "anybody"
          ) : (
            <>
              whom the contract <code>{policy}</code> admits
            </>
          )}
        </dd>
        <dt>Who may open markets</dt>
        <dd>{NOBODY.test(marketCreator) ? "anybody" : <code>{marketCreator}</code>}</dd>
        <dt>Markets are settled by</dt>
        <dd>
          <Moment second={settleLimit} />
        </dd>
        <dt>An order may be signed over</dt>
        <dd>any of the last {chainWindow} checkpoints</dd>
        <dt>Open orders of one trader</dt>
        <dd>at most {maxOpenOrders}</dd>
        <dt>Lots of one position</dt>
        <dd>{maxLots === 0n ? "no limit" : `at most ${maxLots}`}</dd>
        <dt>Contracts</dt>
        <dd>
          session <code>{facts.session}</code>, book <code>{facts.orderBook}</code>, chain {facts.chainId}
        </dd>
      </dl>
      <Desks />
    </section>
  );
}

function Desks(): ReactNode {
  const session = useSession();
  return (
    <p>
      For its organiser: <Link href={sessionPath(session, "organise")}>fund, hand out, redeem</Link>. For owners of
      markets: <Link href={sessionPath(session, "own")}>make, tighten, settle</Link>.
    </p>
  );
}

function Trust(): ReactNode {
  const session = useSession();
  return (
    <section className="panel">
      <h2>What you need not believe</h2>
      <ul>
        <li>
          Nobody can take assets out of the vault but those who hold claims, and all claims together are all of the
          basket.
        </li>
        <li>An order is accepted only if its trader can pay in every outcome: nobody can owe you.</li>
        <li>No key can stop, change or move anything. There is no owner, no pause and no upgrade.</li>
        <li>From the end of trading on everybody is paid out by the contract, whoever is or is not there.</li>
        <li>A relay may be slow or leave an order out. It cannot forge one, nor touch what is yours.</li>
      </ul>
      <p>
        <Link href={sessionPath(session, "verify")}>Verify this session in my browser</Link>
      </p>
    </section>
  );
}
