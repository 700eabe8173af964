import { defineConfig } from "vite";
import page from "./vite.config";

// A notebook gets the widget as one module, styles included, beside the files of the page.
export default defineConfig({
  ...page,
  publicDir: false,
  build: {
    ...page.build,
    emptyOutDir: false,
    rollupOptions: {
      input: "src/widget.ts",
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "widget.js", inlineDynamicImports: true },
    },
  },
});
