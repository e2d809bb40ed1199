"""WooCommerce: a shop in WordPress. Its webhooks contain a product without its variations."""
