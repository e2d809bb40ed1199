/** Static pages only. The id of a build is in no page, so that equal content makes equal files. */
export default {
  output: "export",
  trailingSlash: true,
  generateBuildId: () => "site",
};
