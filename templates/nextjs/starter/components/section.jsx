import { useWords } from "./around.jsx";
import { Cards } from "./cards.jsx";
import { Lede } from "./parts.jsx";

/** The page that lists a section, under the words of the page that introduces it. */
export function Section({ kind, introduction, cards, of, className }) {
  const { t } = useWords();
  return (
    <div className="wrap">
      <header className="head">
        <h1 dir="auto">{introduction ? introduction.title : t[kind]}</h1>
        {introduction && <Lede item={introduction} />}
        {introduction?.html && <div className="prose narrow-start" dangerouslySetInnerHTML={{ __html: introduction.html }} />}
      </header>
      <Cards items={cards} of={of} className={className}>
        <p className="empty">{t.nothing}</p>
      </Cards>
    </div>
  );
}
