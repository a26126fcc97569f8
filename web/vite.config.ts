/** Builds the three pages into the package, where the server finds them. */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/static/",
  plugins: [svelte()],
  build: {
    outDir: "../src/visualsearch/web/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the content security policy lets in no data: but pictures
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700, // kB; three.js, which the map's page alone loads
    rolldownOptions: { input: ["index.html", "admin.html", "map.html"] },
  },
  // `npm run dev` shows changes at once; everything but the page comes from a `make run` beside it.
  server: {
    proxy: Object.fromEntries(
      ["/v1", "/readyz", "/docs", "/openapi.json"].map((path) => [path, "http://127.0.0.1:8000"]),
    ),
  },
});
