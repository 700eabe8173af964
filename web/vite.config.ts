import { defineConfig } from "vite";

// The names of the files have no hashes: they are part of the Python package, and a rebuild must give the same files.
export default defineConfig({
  base: "./",
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    outDir: "../src/glassnet/playground/static",
    emptyOutDir: true,
    target: "es2021",
    cssTarget: ["chrome111", "firefox114", "safari16"],
    modulePreload: false,
    cssCodeSplit: false,
    rollupOptions: {
      input: "src/main.tsx",
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "playground.js", assetFileNames: "playground[extname]", inlineDynamicImports: true },
    },
  },
});
