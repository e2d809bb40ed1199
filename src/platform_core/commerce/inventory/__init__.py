"""Stock: what of each SKU is available, reserved, sold and written off."""
