/** For `npx drizzle-kit generate --config src/relay/store/drizzle.config.ts`, after a change of the tables. */
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: ["./src/relay/store/schema.ts", "./src/relay/history/schema.ts", "./src/relay/archive/schema.ts"],
  out: "./src/relay/store/migrations",
});
