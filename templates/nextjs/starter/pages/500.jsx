// Next asks for a page that tells of a server's errors. This site has no server, and leaves it behind.
export { default, getStaticProps } from "./404.jsx";
