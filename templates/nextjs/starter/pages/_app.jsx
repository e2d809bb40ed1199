import { Around } from "../components/around.jsx";
import { Layout } from "../components/layout.jsx";

export default function App({ Component, pageProps: { about, around, ...own } }) {
  return (
    <Around value={around}>
      <Layout address={about.item.url}><Component {...own} /></Layout>
    </Around>
  );
}
