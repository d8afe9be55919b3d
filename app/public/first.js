// Before any module: zod would try whether it may make functions of text, and the content policy forbids that aloud.
globalThis.__zod_globalConfig = { jitless: true };
