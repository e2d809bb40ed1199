/** Holds nothing but what the page drew (see components/document.jsx): none of Gatsby's scripts. */
export default function Html({ htmlAttributes, body }) {
  return <html {...htmlAttributes} dangerouslySetInnerHTML={{ __html: body }} />;
}
