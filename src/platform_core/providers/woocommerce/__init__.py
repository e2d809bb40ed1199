"""WooCommerce: a shop in WordPress, whose webhooks carry the whole product but its variations."""
