# One page for everything in the feed. Its text reaches a page as data and is never a template.

require "digest"

class Pages < Jekyll::Generator
  KINDS = { "articles" => "article", "products" => "product", "collections" => "website" }.freeze

  def generate(site)
    @site = site
    @feed = Feed.read(site.in_source_dir("content.json"))
    @facts = @feed["site"]
    @words = Format.words_for(@facts["language"])
    design
    home
    Feed::SECTIONS.each { |kind| section(kind) }
    { "page" => "pages", "tag" => "tags" }.each do |layout, kind|
      @feed[kind].each { |item| page(item["url"], layout, item) }
    end
    lost
    # Templates read it from `site.data`: what they `assign`, Liquid measures whole, each time.
    site.data.merge!(@feed)
  end

  private

  def design
    css = File.read(@site.in_source_dir("design/site.css"), encoding: "utf-8")
    name = "site.#{Digest::SHA256.hexdigest(css)}.css"
    add("assets", name, "render_with_liquid" => false).content = css
    @site.static_files << Jekyll::StaticFile.new(@site, @site.in_source_dir("design"), "", "favicon.svg")
    @feed.merge!(
      "t" => @words,
      "direction" => Format.direction(@facts["language"]),
      "stylesheet" => "/assets/#{name}",
      "motifs" => (0..3).map { |number| File.read(@site.in_source_dir("design/motifs/#{number}.svg")).strip },
    )
  end

  def home
    item = @feed["home"]
    shown = item["image"] ? item : (@feed["products"].first || @feed["articles"].first || item)
    described = item.merge("url" => "/", "description" => item["description"] || @facts["name"])
    page("/", "home", item, described: described, schema: "website", more: { "shown" => shown })
  end

  # The list of a section, and one page for each of its items with its neighbours in the feed.
  def section(kind)
    introduction = @feed["introductions"][kind] || { "title" => @words[kind] }
    page("/#{kind}/", kind, introduction, described: introduction.merge("url" => "/#{kind}/", "draft" => nil))
    items = @feed[kind]
    items.each_with_index do |item, index|
      around = { "newer" => (items[index - 1] if index.positive?), "older" => items[index + 1] }
      schema = KINDS[kind] unless kind == "collections"
      page(item["url"], kind.delete_suffix("s"), item, kind: KINDS[kind], schema: schema, more: around)
    end
  end

  def page(url, layout, item, described: item, kind: "website", schema: nil, more: {})
    facts = { "layout" => layout, "address" => url, "item" => item, "head" => Head.of(described, @facts, kind) }
    facts["ld"] = Head.json_ld(item, @facts, schema) if schema
    add(url, "index.html", facts.merge(more))
  end

  def lost
    head = { "title" => "#{@words["not_found"]} · #{@facts["name"]}", "description" => @words["not_found_text"] }
    add("/", "404.html", "layout" => "lost", "head" => head)
  end

  def add(folder, name, data)
    page = Jekyll::PageWithoutAFile.new(@site, @site.source, folder, name)
    page.data.merge!(data)
    @site.pages << page
    page
  end
end
