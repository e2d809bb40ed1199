import { useAround, useWords } from "./around.jsx";

export function Layout({ address, children }) {
  const { site } = useAround();
  const { t } = useWords();
  return (
    <>
      <a className="skip" href="#content">{t.skip}</a>
      <header className="top">
        <div className="wrap">
          <a className="brand" href="/" dir="auto">{site.name}</a>
          <Menu address={address} />
        </div>
      </header>
      <main id="content" tabIndex={-1}>{children}</main>
      <Footer />
    </>
  );
}

function Menu({ address }) {
  const { sections, site } = useAround();
  const { t } = useWords();
  const { menu } = site.navigation;
  if (sections.length + menu.length === 0) return null;
  const current = (url) => (url === address ? "page" : undefined);
  return (
    <nav aria-label={t.navigation}>
      <ul className="menu">
        {sections.map((kind) => (
          <li key={kind}><a href={`/${kind}/`} aria-current={current(`/${kind}/`)}>{t[kind]}</a></li>
        ))}
        {menu.map(({ url, title }) => (
          <li key={url}><a href={url} aria-current={current(url)} dir="auto">{title}</a></li>
        ))}
      </ul>
    </nav>
  );
}

function Footer() {
  const { site } = useAround();
  const { t } = useWords();
  const { footer, legal } = site.navigation;
  return (
    <footer className="bottom">
      <div className="wrap">
        <div>
          <p className="brand" dir="auto">{site.name}</p>
          {site.tagline && <p className="small" dir="auto">{site.tagline}</p>}
          {site.contact_email && <p><a href={`mailto:${site.contact_email}`}>{site.contact_email}</a></p>}
        </div>
        <ul className="menu">
          {footer.map(({ url, title }) => <li key={url}><a href={url} dir="auto">{title}</a></li>)}
          <li><a href="/feed.xml">{t.feed}</a></li>
        </ul>
        {legal.length > 0 && (
          <ul className="menu legal">
            {legal.map(({ url, title }) => <li key={url}><a href={url} dir="auto">{title}</a></li>)}
          </ul>
        )}
      </div>
    </footer>
  );
}
