/** From where a key is kept to a wallet that signs. Keys stay in memory, and are never printed. */
import { isKeystoreJson, type Provider, Wallet } from "ethers";

import type { CliContext } from "../context.js";
import { CliError } from "../cli-error.js";
import { readText } from "./files.js";
import { readHardhatKey } from "./hardhat-keystore.js";
import type { KeySource } from "./settings.js";

/** @throws CliError KEYSTORE_INVALID, PASSWORD_WRONG, PASSWORD_MISSING, HARDHAT_…, FILE_UNREADABLE, SETTINGS_INVALID */
export async function openWallet(context: CliContext, source: KeySource, provider: Provider): Promise<Wallet> {
  return (await openKey(context, source)).connect(provider);
}

/** A wallet of no chain. @throws as `openWallet` */
export async function openKey(context: CliContext, source: KeySource): Promise<Wallet> {
  switch (source.kind) {
    case "environment":
      return walletOf(source.privateKey);
    case "keystore":
      return walletOf(await keyInFile(context, source.file, source.passwordFile));
    case "hardhat":
      return walletOf(await readHardhatKey(context, source.name, () => password(context, source)));
  }
}

function walletOf(privateKey: string): Wallet {
  try {
    return new Wallet(privateKey);
  } catch {
    // The reason would quote the key.
    throw new CliError("SETTINGS_INVALID", { problems: ["the private key: is not 32 bytes of hex, or no key at all"] });
  }
}

async function keyInFile(context: CliContext, file: string, passwordFile: string | undefined): Promise<string> {
  const text = readText(context, file);
  if (!isKeystoreJson(text)) throw new CliError("KEYSTORE_INVALID", { file });
  const secret = await password(context, { passwordFile, name: file });
  context.progress("Opening the keystore");
  try {
    return (await Wallet.fromEncryptedJson(text, secret)).privateKey;
  } catch (error) {
    if (error instanceof Error && error.message.includes("password")) throw new CliError("PASSWORD_WRONG", { file });
    throw new CliError("KEYSTORE_INVALID", { file }, error);
  }
}

/** A file's last line break is no part of the password. */
async function password(
  context: CliContext,
  { passwordFile, name }: { readonly passwordFile: string | undefined; readonly name: string },
): Promise<string> {
  if (passwordFile !== undefined) return readText(context, passwordFile).replace(/\r?\n$/, "");
  return context.readSecret(`Password of ${name}: `);
}
