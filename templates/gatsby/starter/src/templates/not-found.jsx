import { Document } from "../components/document.jsx";
import { useFrame } from "../components/frame.js";

export default function NotFound() {
  const { site, t } = useFrame();
  return (
    <Document head={{ title: `${t.not_found} · ${site.name}`, description: t.not_found_text }}>
      <div className="wrap">
        <header className="head narrow">
          <h1>{t.not_found}</h1>
          <p className="lede">{t.not_found_text}</p>
          <p><a className="button" href="/">{t.home}</a></p>
        </header>
      </div>
    </Document>
  );
}
