/** Makes a Hardhat keystore under XDG_CONFIG_HOME with Hardhat's own command: `NAME KEY PASSWORD`. */
import hardhatKeystore from "@nomicfoundation/hardhat-keystore";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";

const [name = "", key = "", password = ""] = process.argv.slice(2);
const hre = await createHardhatRuntimeEnvironment({ plugins: [hardhatKeystore] });
const answers = [password, password, key]; // twice when it is set up, then the secret
hre.hooks.registerHandlers("userInterruptions", { requestSecretInput: () => Promise.resolve(answers.shift() ?? "") });
await hre.tasks.getTask(["keystore", "set"]).run({ key: name, dev: false, force: false });
