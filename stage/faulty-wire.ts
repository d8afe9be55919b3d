/**
 * Stands in front of a server that is reached by TCP, such as a database, and is as bad a network as it is told to be. What it holds
 * back comes later and in order, as TCP has it.
 */
import { EventEmitter, once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface WireProxy {
  readonly port: number;
  /** How it is from now on, for connections that are open, too. */
  be(wire: Wire): void;
  close(): Promise<void>;
}

/** A number is the delay in ms of what goes either way; what is cut takes no new connection; the silent one lets nothing through. */
export type Wire = "good" | "cut" | "silent" | number;

export async function startWireProxy(target: { readonly host: string; readonly port: number }): Promise<WireProxy> {
  const open = new Set<Socket>();
  let wire: Wire = "good";
  const changes = new EventEmitter().setMaxListeners(0);
  const pass = async (): Promise<void> => {
    while (wire === "silent") await once(changes, "change");
    if (typeof wire === "number") await new Promise((resolve) => setTimeout(resolve, wire as number)); // as just seen
  };
  const carry = (from: Socket, to: Socket): void => {
    let last = Promise.resolve();
    const then = (work: () => void): void => {
      last = last.then(pass).then(work);
    };
    from.on("data", (chunk) => {
      then(() => to.write(chunk));
    });
    from.on("end", () => {
      then(() => to.end());
    });
    from.on("error", () => to.destroy());
    from.on("close", () => open.delete(from));
    open.add(from);
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (wire === "cut") {
      near.destroy();
      return;
    }
    const far = connect({ ...target, allowHalfOpen: true });
    carry(near, far);
    carry(far, near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number }; // it listens on TCP
  const cutAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    port,
    be(next) {
      wire = next;
      if (next === "cut") cutAll();
      changes.emit("change");
    },
    async close() {
      cutAll();
      server.close();
      await once(server, "close");
    },
  };
}
