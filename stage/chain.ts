import hre from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

/** A chain inside this process. It has a clock of its own, and ends with the process. */
export interface Chain {
  readonly connection: NetworkConnection;
  /** Three accounts with gas: whoever deploys, the session's organiser, and whoever submits orders. */
  readonly deployer: HardhatEthersSigner;
  readonly organiser: HardhatEthersSigner;
  readonly relayer: HardhatEthersSigner;
  /** Lets the next second of the clock be `time`, seconds since 1970. The clock goes forward only. */
  readonly moveTo: (time: number) => Promise<void>;
  /** Gives an account what deposits and exits cost, or so much, wei. */
  readonly giveGas: (address: string, amount?: bigint) => Promise<void>;
  readonly close: () => Promise<void>;
}

const GAS_MONEY = 10n ** 18n;

/** @param startsAt time of the first block; the same start gives the same chain */
export async function startChain(startsAt: number): Promise<Chain> {
  const connection = await hre.network.create({
    network: "default",
    override: { initialDate: new Date(startsAt * 1000) },
  });
  const { ethers, networkHelpers } = connection;
  const [deployer, organiser, relayer] = await ethers.getSigners();
  if (deployer === undefined || organiser === undefined || relayer === undefined) {
    throw new Error("the network `default` needs three accounts");
  }
  return {
    connection,
    deployer,
    organiser,
    relayer,
    moveTo: (time) => networkHelpers.time.increaseTo(time),
    giveGas: (address, amount = GAS_MONEY) => networkHelpers.setBalance(address, amount),
    close: () => connection.close(),
  };
}
