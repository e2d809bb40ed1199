# Reads content.json, the one source of everything on this site, and makes it ready to render.

require "json"

module Feed
  SECTIONS = %w[articles products collections].freeze
  SLUG = /\A[a-z0-9][a-z0-9-]*\z/

  # The content, with an address ("url") on every item. A feed with drafts in it is a preview.
  def self.read(path)
    feed = JSON.parse(File.read(path, encoding: "utf-8"))
    raise "#{path}: version #{feed["version"]} of the content feed is unknown" unless feed["version"] == 1

    introductions, pages = feed["pages"].map { |page| item(page, page_url(page["slug"])) }
      .partition { |page| ["home", *SECTIONS].include?(page["slug"]) }
    content = sections(feed).merge("pages" => pages)
    content["tags"] = tags(feed["tags"], content)
    refuse_clashes(content.values.flatten)
    # A page named like a section (or `home`) introduces what stands at that address.
    introductions = introductions.to_h { |page| [page["slug"], page] }
    content.merge(
      "site" => feed["site"],
      "hidden" => feed["site"]["environment"] != "prod" || [*SECTIONS, "pages"].any? { |kind| feed[kind].any? { |each| each["draft"] } },
      "introductions" => introductions,
      "home" => home(feed["site"], introductions["home"]),
    )
  end

  def self.sections(feed)
    found = SECTIONS.to_h { |kind| [kind, feed[kind].map { |each| item(each, "/#{kind}/#{each["slug"]}/") }] }
    by_slug = found["products"].to_h { |product| [product["slug"], product] }
    found["collections"].each { |collection| collection["items"] = by_slug.values_at(*collection["products"]).compact }
    found
  end

  # The tags with their items.
  def self.tags(tags, content)
    by_slug = %w[articles products].to_h { |kind| [kind, content[kind].to_h { |item| [item["slug"], item] }] }
    tags.map { |tag| tag.merge(by_slug.to_h { |kind, items| [kind, items.values_at(*tag[kind]).compact] }) }
  end

  # The page at `/`: the one that introduces it, or else the site's name. The tagline describes it.
  def self.home(site, introduction)
    home = introduction || { "title" => site["name"], "slug" => site["client_id"] }
    home["description"] ? home : item(home.merge("description" => site["tagline"], "lede" => site["tagline"]), "/")
  end

  # To Liquid an empty text is true.
  def self.item(given, url)
    given.transform_values { |value| value == "" ? nil : value }.merge("url" => url)
  end

  # `/assets/` belongs to the files that all releases share, `/404` to the page of a lost visitor.
  def self.page_url(slug)
    %w[assets 404].include?(slug) ? "/page-#{slug}/" : "/#{slug}/"
  end

  def self.refuse_clashes(items)
    items.each { |item| raise "content.json: #{item["id"]} has the slug #{item["slug"].inspect}" unless SLUG.match?(item["slug"]) }
    items.group_by { |item| item["url"] }.each do |url, owners|
      raise "content.json: #{owners.map { |item| item["id"] }.join(" and ")} both want the address #{url}" if owners.size > 1
    end
  end
end
