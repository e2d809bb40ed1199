import { useWords } from "../components/around.jsx";
import { page, site, t } from "../content.js";

export const getStaticProps = () =>
  page({ item: { title: `${t.not_found} · ${site.name}`, description: t.not_found_text } });

export default function NotFound() {
  const { t } = useWords();
  return (
    <div className="wrap">
      <header className="head narrow">
        <h1>{t.not_found}</h1>
        <p className="lede">{t.not_found_text}</p>
        <p><a className="button" href="/">{t.home}</a></p>
      </header>
    </div>
  );
}
