/** A Redis server of one's own for as long as it is needed, in memory alone. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";

import { createClient } from "@redis/client";

import { ownFolder } from "./ending.js";
import { freePort } from "./postgres.js";

export interface RedisServer {
  readonly url: string;
  /** Ends it at once; what it knew is gone. */
  kill(): Promise<void>;
  /** Starts it again, knowing nothing, at the same place. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

const DEBIAN = "/usr/bin/redis-server";
const TRIES = 100;

/** Whether `startRedis` finds one to start. */
export function canStartRedis(): boolean {
  return existsSync(DEBIAN);
}

/** On a free port of the loopback interface. @throws Error if none is installed */
export async function startRedis(): Promise<RedisServer> {
  if (!canStartRedis()) throw new Error("no Redis is installed: apt-get install redis-server");
  let child: ChildProcess | undefined;
  const { path: folder, remove } = ownFolder("relay-redis-", () => child?.kill("SIGKILL"));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const words = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no", "--dir", folder];
  const kill = async (): Promise<void> => {
    const ending = child;
    if (ending?.exitCode !== null || ending.signalCode !== null) return; // none, or it has ended
    const gone = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill("SIGKILL");
    await gone;
  };
  const start = async (): Promise<void> => {
    child = spawn(DEBIAN, words, { stdio: "ignore" });
    await answering(url);
  };
  await start();
  return {
    url,
    start,
    kill,
    async stop() {
      await kill();
      remove();
    },
  };
}

async function answering(url: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const client = createClient({ url, socket: { reconnectStrategy: false } });
    client.on("error", () => undefined); // what fails is told by the call
    try {
      await client.connect();
      await client.ping();
      client.destroy();
      return;
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
