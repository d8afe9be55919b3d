/** Posts bodies over connections that stay open: a general client would take as much of the machine as the relay that is measured. */
import { Agent, request } from "node:http";

import type { Answer } from "./http-client.js";

export interface LoadClient {
  /** @param body JSON already */
  post(path: string, body: string): Promise<Answer>;
  close(): void;
}

export function createLoadClient(url: string): LoadClient {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(url);
  return {
    post: (path, body) =>
      new Promise((resolve) => {
        const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
        const asked = request({ agent, hostname, port, path, method: "POST", headers }, (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (part: string) => (text += part));
          response.on("end", () => {
            resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Answer["body"] }); // by the relay's interface
          });
        });
        asked.once("error", () => {
          resolve({ status: 0, body: {} });
        });
        asked.end(body);
      }),
    close() {
      agent.destroy();
    },
  };
}
