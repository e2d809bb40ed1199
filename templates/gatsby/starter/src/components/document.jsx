import { useFrame } from "./frame.js";
import { Head } from "./head.jsx";
import { Menu } from "./menu.jsx";

/** A whole page around `children`. `path` is its address, `head` and `ld` what it tells machines. */
export function Document({ path, head, ld, children }) {
  const { site, t } = useFrame();
  const { footer, legal } = site.navigation;
  return (
    <>
      <Head {...head} ld={ld} />
      <body>
        <a className="skip" href="#content">{t.skip}</a>
        <header className="top">
          <div className="wrap">
            <a className="brand" href="/" dir="auto">{site.name}</a>
            <Menu path={path} />
          </div>
        </header>
        <main id="content" tabIndex="-1">{children}</main>
        <footer className="bottom">
          <div className="wrap">
            <div>
              <p className="brand" dir="auto">{site.name}</p>
              {site.tagline && <p className="small" dir="auto">{site.tagline}</p>}
              {site.contact_email && <p><a href={`mailto:${site.contact_email}`}>{site.contact_email}</a></p>}
            </div>
            <ul className="menu">
              {footer.map(({ title, url }) => <li key={url}><a href={url} dir="auto">{title}</a></li>)}
              <li><a href="/feed.xml">{t.feed}</a></li>
            </ul>
            {legal.length > 0 && (
              <ul className="menu legal">
                {legal.map(({ title, url }) => <li key={url}><a href={url} dir="auto">{title}</a></li>)}
              </ul>
            )}
          </div>
        </footer>
        <raw-html dangerouslySetInnerHTML={{ __html: site.storefront.html }} />
      </body>
    </>
  );
}
