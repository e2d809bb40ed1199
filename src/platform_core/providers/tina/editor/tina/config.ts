import { defineConfig } from "tinacms";
import client from "./client.json";

const title = { type: "string", name: "title", label: "Title", isTitle: true, required: true };
const description = {
  type: "string",
  name: "description",
  label: "Description",
  ui: { component: "textarea" },
};
const image = { type: "image", name: "image", label: "Image" };
const draft = { type: "boolean", name: "draft", label: "Draft" };
const body = { type: "rich-text", name: "body", label: "Text", isBody: true };

const fields = {
  article: [
    title,
    { type: "datetime", name: "date", label: "Date", required: true },
    description,
    image,
    { type: "string", name: "tags", label: "Tags", list: true },
    draft,
    body,
  ],
  page: [
    title,
    { type: "number", name: "order", label: "Place in the menu" },
    description,
    image,
    draft,
    body,
  ],
  product: [
    title,
    { type: "string", name: "price", label: "Price", required: true },
    { type: "string", name: "currency", label: "Currency" },
    { type: "string", name: "sku", label: "Article number" },
    { type: "number", name: "stock", label: "In stock" },
    description,
    image,
    draft,
    body,
  ],
  collection: [
    title,
    description,
    image,
    { type: "string", name: "products", label: "Products", list: true },
    body,
  ],
};

export default defineConfig({
  branch: client.branch,
  clientId: client.clientId,
  token: process.env.TINA_TOKEN ?? null,
  build: { publicFolder: client.publicFolder, outputFolder: "admin" },
  media: { tina: { publicFolder: client.mediaFolder, mediaRoot: client.mediaRoot } },
  schema: {
    collections: client.collections.map(({ kind, ...place }) => ({
      ...place,
      format: "md",
      fields: fields[kind],
    })),
  },
});
