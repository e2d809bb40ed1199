# Words, money, dates and patterns as a visitor sees them; in templates, filters.

require "json"
require "time"

module Format
  DATA = %w[words money sizes].to_h { |name| [name, JSON.parse(File.read("design/#{name}.json", encoding: "utf-8"))] }
  LANGUAGE = ->(code) { code.split("-").first.downcase }
  NO_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/
  ENTITIES = { "&" => "&amp;", "<" => "&lt;", ">" => "&gt;", '"' => "&quot;" }.freeze

  extend self

  # The interface's words in the site's language, else in English.
  def words_for(language)
    DATA["words"].fetch(LANGUAGE[language]) { DATA["words"]["en"] }
  end

  def direction(language)
    %w[ar fa he ur].include?(LANGUAGE[language]) ? "rtl" : "ltr"
  end

  # 4850 minor units of exponent 2 as "48.50", with no rounding anywhere.
  def decimal(minor, exponent)
    return minor.to_s if exponent.zero?

    digits = minor.to_s.rjust(exponent + 1, "0")
    "#{digits[0...-exponent]}.#{digits[-exponent..]}"
  end

  # An amount of a price with its currency's sign, as the site's language writes it.
  def money(minor, of, language)
    format = DATA["money"]["formats"].fetch(LANGUAGE[language]) { DATA["money"]["formats"]["en"] }
    whole, fraction = decimal(minor, of["exponent"]).split(".")
    number = whole.gsub(/\B(?=(\d{3})+$)/) { format["group"] }
    number += format["decimal"] + fraction if fraction
    symbol = DATA["money"]["symbols"].fetch(of["currency"], "#{of["currency"]}\u00a0")
    format["pattern"].sub("{number}") { number }.sub("{symbol}") { symbol }.strip
  end

  # "2026-11-21T10:00:00Z" as "November 21, 2026"; the day is the one of UTC.
  def day(iso, language)
    words = words_for(language)
    year, month, day = iso[0, 10].split("-").map(&:to_i)
    words["date"].sub("{day}", day.to_s).sub("{month}", words["months"][month - 1]).sub("{year}", year.to_s)
  end

  # The price of the cheapest variant.
  def lowest(variants)
    variants.map { |variant| variant["price"] }.min_by { |price| price["amount"] }
  end

  # FNV-1a over the slug picks a pattern for an item without a picture: same item, same pattern.
  def pattern(slug)
    hash = slug.to_s.bytes.reduce(0x811c9dc5) { |sum, byte| ((sum ^ byte) * 0x01000193) & 0xffffffff }
    { "tones" => hash % 6, "motif" => hash / 6 % 4 }
  end

  # An image as the item that it is the picture of.
  def pictured(image)
    { "image" => image }
  end

  # The `sizes` of a picture: how wide the page shows it.
  def sizes(shape, lead)
    DATA["sizes"][shape == "wide" ? "wide" : lead ? "lead" : "card"]
  end

  # An address that is safe to follow: never a script.
  def web(address)
    address.to_s.match?(%r{\A(https?://|/)}i) ? address : "#"
  end

  # Fields and attributes in an order that no feed can change.
  def sorted(values)
    values.sort
  end

  # Escaped for XML, without the characters that XML forbids.
  def xml(text)
    text.to_s.gsub(NO_XML, "").gsub(/[&<>"]/, ENTITIES)
  end

  def rfc822(iso)
    Time.iso8601(iso).httpdate
  end
end

Liquid::Template.register_filter(Format)
