import { useFrame } from "./frame.js";

const ORDER = ["products", "collections", "articles"];

/** The way to what the site has; nothing where it has nothing. */
export function Menu({ path }) {
  const { sections, site, t } = useFrame();
  const entries = [
    ...ORDER.filter((kind) => sections.includes(kind)).map((kind) => ({ url: `/${kind}/`, title: t[kind] })),
    ...site.navigation.menu.map((page) => ({ ...page, dir: "auto" })),
  ];
  if (entries.length === 0) return null;
  return (
    <nav aria-label={t.navigation}>
      <ul className="menu">
        {entries.map(({ url, title, dir }) => (
          <li key={url}><a href={url} aria-current={url === path ? "page" : undefined} dir={dir}>{title}</a></li>
        ))}
      </ul>
    </nav>
  );
}
