export default {
  // Without an adapter of its own, every build fetches a list of adapters, and runs it.
  adapter: { name: "static files", adapt() {} },
  jsxRuntime: "automatic",
  // Addresses are taken as they are: those of folders end with a slash, `404.html` does not.
  trailingSlash: "ignore",
};
