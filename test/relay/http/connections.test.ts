import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

import { expect } from "chai";

import { type ConnectionLimits, limitConnections } from "../../../src/relay/http/connections.js";

const LIMITS: ConnectionLimits = {
  maxConnections: 50,
  maxConnectionsPerAddress: 50,
  trustedProxies: [],
  silentMs: 60_000,
};

describe("given a server whose connections are bounded", () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  async function open(limits: Partial<ConnectionLimits>) {
    const refused: string[] = [];
    const server = createServer((_request, response) => response.end("well"));
    limitConnections(server, { ...LIMITS, ...limits }, (reason) => refused.push(reason));
    servers.push(server.listen(0, "127.0.0.1"));
    await once(server, "listening");
    const { port } = server.address() as AddressInfo; // of a server that listens
    const come = async (): Promise<Socket> => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      sockets.push(socket);
      await once(socket, "connect");
      return socket;
    };
    return { refused, come };
  }

  const answers = async (socket: Socket): Promise<boolean> => {
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    const [data] = (await Promise.race([once(socket, "data"), once(socket, "close").then(() => [""])])) as [unknown];
    return String(data).includes("200 OK");
  };

  it("takes so many of one address, and another when one is gone", async () => {
    const { refused, come } = await open({ maxConnectionsPerAddress: 2 });
    const [one, two, three] = [await come(), await come(), await come()];
    expect(await answers(three)).to.equal(false);
    expect([await answers(one), await answers(two), refused]).to.deep.equal([true, true, ["address"]]);
    one.destroy();
    let later = await come();
    while (!(await answers(later))) later = await come(); // until the server has heard of the end
  });

  it("takes as many as come from a proxy that it trusts", async () => {
    const { refused, come } = await open({ maxConnectionsPerAddress: 1, trustedProxies: ["127.0.0.0/8"] });
    const all = [await come(), await come(), await come()];
    expect(await Promise.all(all.map(answers))).to.deep.equal([true, true, true]);
    expect(refused).to.deep.equal([]);
  });

  it("takes so many of all", async () => {
    const { refused, come } = await open({ maxConnections: 1 });
    const [one, two] = [await come(), await come()];
    expect([await answers(two), await answers(one), refused]).to.deep.equal([false, true, ["total"]]);
  });

  it("ends who comes and says nothing, and nobody who has asked", async () => {
    const { refused, come } = await open({ silentMs: 100 });
    const asking = await come();
    expect(await answers(asking)).to.equal(true);
    const silent = await come();
    silent.resume();
    await once(silent, "close");
    expect([await answers(asking), refused]).to.deep.equal([true, ["silent"]]);
  });
});
