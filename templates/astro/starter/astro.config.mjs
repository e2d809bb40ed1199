import { defineConfig } from "astro/config";

// `preserve`: each `index.astro` becomes the `index.html` of a folder, `404.astro` becomes `404.html`.
export default defineConfig({
  build: { format: "preserve" },
  devToolbar: { enabled: false },
  trailingSlash: "always",
});
