# What a page tells machines: search engines and social networks.

require "json"

module Head
  # Title, description and addresses of an item, by its own SEO fields first; the site's picture last.
  def self.of(item, site, kind)
    seo = (item["seo"] || {}).reject { |_, value| value == "" }
    image = item["image"] || site["image"] || {}
    title = seo["meta_title"] || item["title"]
    description = seo["meta_description"] || item["description"] || item["title"]
    {
      "title" => title == site["name"] ? title : "#{title} · #{site["name"]}",
      "description" => description,
      "canonical" => seo["canonical_url"] || site["url"] + item["url"],
      "ogTitle" => seo["og_title"] || title,
      "ogDescription" => seo["og_description"] || description,
      "image" => seo["og_image"] || image["share_url"],
      "imageAlt" => seo["og_image"] || image["alt"] == "" ? nil : image["alt"],
      "type" => kind,
      "draft" => item["draft"],
    }
  end

  # schema.org data as text that is safe inside a script element.
  def self.json_ld(item, site, kind)
    document = { "@context" => "https://schema.org" }.merge(send(kind, item, site)).compact
    JSON.generate(document).gsub(/[<>&\u2028\u2029]/) { |sign| format("\\u%04x", sign.ord) }
  end

  def self.website(_, site)
    { "@type" => "WebSite", "name" => site["name"], "url" => "#{site["url"]}/", "inLanguage" => site["language"] }
  end

  def self.article(item, site)
    {
      "@type" => "Article",
      "headline" => item["title"],
      "description" => item["description"],
      "image" => images(item),
      "datePublished" => item["published_at"],
      "dateModified" => item["updated_at"],
      "mainEntityOfPage" => site["url"] + item["url"],
      "publisher" => { "@type" => "Organization", "name" => site["name"], "url" => "#{site["url"]}/" },
    }
  end

  def self.product(item, site)
    {
      "@type" => "Product",
      "name" => item["title"],
      "description" => item["description"],
      "image" => images(item),
      "url" => site["url"] + item["url"],
      "offers" => item["variants"].map { |variant| offer(variant, site["url"] + item["url"]) },
    }
  end

  def self.offer(variant, url)
    price = variant["price"]
    {
      "@type" => "Offer",
      "name" => variant["title"],
      "sku" => variant["sku"],
      "price" => Format.decimal(price["amount"], price["exponent"]),
      "priceCurrency" => price["currency"],
      "availability" => "https://schema.org/#{variant["available"] ? "InStock" : "OutOfStock"}",
      "url" => url,
    }.compact
  end

  def self.images(item)
    [item["image"], *item["images"]].compact.map { |image| image["url"] }.uniq
  end
end
