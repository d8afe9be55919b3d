/** Who asks, as far as limits go: an IPv4 address, or an IPv6 network of 64 bits, for whoever has one address there has them all. */
import { BlockList, isIP } from "node:net";

const NETWORK_BITS = 64;
const GROUPS = 8;

/** @param address as sockets and proxies write it. What is no address stands for itself */
export function limitKey(address: string): string {
  const [plain = ""] = address.split("%"); // a zone says by which interface it came
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIP(plain) !== 6) return plain;
  return `${groupsOf(plain)
    .slice(0, NETWORK_BITS / 16)
    .join(":")}::/${NETWORK_BITS}`;
}

/** The eight numbers of an IPv6 address, in their shortest form. */
function groupsOf(address: string): string[] {
  const [head = "", tail] = address.toLowerCase().split("::");
  const read = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const [before, after] = [read(head), read(tail ?? "")];
  const missing = tail === undefined ? 0 : GROUPS - before.length - after.length;
  return [...before, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...after].map((group) =>
    group.replace(/^0+(?=.)/, ""),
  );
}

/** Whether an address is one of these, each an address or a network. */
export function memberOf(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
    return isIP(plain) !== 0 && list.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
  };
}
