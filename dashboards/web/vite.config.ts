import { defineConfig } from "vite";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 800 },
  // The name of the host stays as it came: the server refuses imports that another page asks for.
  server: {
    proxy: { "/api": { target: process.env.EARPRINT_URL ?? "http://127.0.0.1:8300", changeOrigin: false } },
  },
});
