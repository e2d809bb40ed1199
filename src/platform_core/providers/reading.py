"""Former path and names of `platform_core.provider_kit.parsing`, for providers of third parties."""

from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json as Json

document = parsing.parse_document
answer = parsing.parse_response
strictly = parsing.invalid_item_is_malformed
sound = parsing.skip_malformed
text = parsing.parse_text
records = parsing.parse_objects
part = parsing.parse_object
texts = parsing.parse_texts
whole = parsing.parse_integer
pixels = parsing.parse_pixels
money = parsing.parse_amount
price = parsing.make_price
address = parsing.parse_url
moment = parsing.parse_timestamp
micros = parsing.to_microseconds
slug = parsing.make_slug
