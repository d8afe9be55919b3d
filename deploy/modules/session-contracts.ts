import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** Everything a chain needs once: the code that the clones run, and the factory that makes them. Nothing is owned. */
export const SessionContracts = buildModule("SessionContracts", (m) => {
  const session = m.contract("Session");
  const legToken = m.contract("LegToken");
  const orderBookMarkets = m.contract("OrderBookMarkets");
  const orderBookViews = m.contract("OrderBookViews", [orderBookMarkets]);
  const orderBookAccounts = m.contract("OrderBookAccounts", [orderBookViews]);
  const orderBook = m.contract("OrderBook", [orderBookAccounts]);
  const factory = m.contract("SessionFactory", [session, legToken, orderBook]);
  return { session, legToken, orderBookMarkets, orderBookViews, orderBookAccounts, orderBook, factory };
});

export default SessionContracts; // Ignition's own command line loads a module by its default export
