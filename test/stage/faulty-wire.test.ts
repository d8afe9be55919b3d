import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

import { expect } from "chai";

import { startWireProxy, type WireProxy } from "../../stage/faulty-wire.js";

describe("given a bad network before a server that says again what it hears", () => {
  let server: Server;
  let proxy: WireProxy;
  const sockets: Socket[] = [];

  before(async () => {
    server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo; // it listens on TCP
    proxy = await startWireProxy({ host: "127.0.0.1", port });
  });
  afterEach(() => {
    proxy.be("good");
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  after(async () => {
    await proxy.close();
    server.close();
  });

  function come(): { readonly socket: Socket; readonly heard: (length: number) => Promise<string> } {
    const socket = connect(proxy.port, "127.0.0.1").setEncoding("utf8");
    socket.on("error", () => undefined);
    sockets.push(socket);
    let text = "";
    socket.on("data", (chunk: string) => (text += chunk));
    const heard = async (length: number): Promise<string> => {
      while (text.length < length) await once(socket, "data");
      return text;
    };
    return { socket, heard };
  }

  it("when it is good, all passes, and the end does", async () => {
    const { socket, heard } = come();
    socket.write("one");
    expect(await heard(3)).to.equal("one");
    socket.end("two");
    await once(socket, "end");
    expect(await heard(6)).to.equal("onetwo");
  });

  it("when it is cut, open connections end and new ones are closed, until it is good again", async () => {
    const { socket } = come();
    await once(socket, "connect");
    proxy.be("cut");
    await once(socket, "close");
    const { socket: late } = come();
    await once(late, "close");
    proxy.be("good");
    const { socket: again, heard } = come();
    again.write("back");
    expect(await heard(4)).to.equal("back");
  });

  it("when it is silent or slow, what is said comes later, whole and in order", async () => {
    const { socket, heard } = come();
    socket.write("0");
    await heard(1);
    proxy.be("silent");
    const length = 40;
    for (let said = 1; said < length; said += 1) {
      if (said === 10) proxy.be(2);
      if (said === 30) proxy.be("good");
      socket.write(String(said % 10));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await heard(length)).to.equal("0123456789".repeat(4));
  });
});
