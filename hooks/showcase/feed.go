package showcase

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/words"
)

type (
	rss struct {
		XMLName xml.Name `xml:"rss"`
		Version string   `xml:"version,attr"`
		Atom    string   `xml:"xmlns:atom,attr"`
		Channel channel  `xml:"channel"`
	}
	channel struct {
		Title       string   `xml:"title"`
		Link        string   `xml:"link"`
		Self        atomLink `xml:"atom:link"`
		Description string   `xml:"description"`
		Language    string   `xml:"language"`
		Items       []item   `xml:"item"`
	}
	atomLink struct {
		Href string `xml:"href,attr"`
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
	}
	item struct {
		Title       string `xml:"title"`
		Link        string `xml:"link"`
		GUID        string `xml:"guid"`
		Date        string `xml:"pubDate,omitempty"`
		Description string `xml:"description"`
	}
	urlset struct {
		XMLName xml.Name  `xml:"urlset"`
		NS      string    `xml:"xmlns,attr"`
		XHTML   string    `xml:"xmlns:xhtml,attr"`
		URLs    []mapPage `xml:"url"`
	}
	mapPage struct {
		Loc   string      `xml:"loc"`
		Mod   string      `xml:"lastmod,omitempty"`
		Links []alternate `xml:"xhtml:link"`
	}
	alternate struct {
		Rel  string `xml:"rel,attr"`
		Lang string `xml:"hreflang,attr"`
		Href string `xml:"href,attr"`
	}
)

func marked(lang, kind string, doc any) (*variant, error) {
	raw, err := xml.MarshalIndent(doc, "", " ")
	if err != nil {
		return nil, fmt.Errorf("showcase: %w", err)
	}
	v := pack(lang, kind, append([]byte(xml.Header), append(raw, '\n')...))
	return &v, nil
}

// feed is RSS 2.0 of the notices in one language.
func (s *site) feed(c content, lang, _ string) (*variant, error) {
	f := s.frame(c, lang, "/kabar/")
	ch := channel{Title: c.coop.Name, Link: f.URL + f.To("/kabar/"), Description: f.T("news.text"), Language: lang,
		Self: atomLink{f.URL + f.To("/kabar.rss"), "self", "application/rss+xml"}}
	for _, n := range c.news[lang] {
		link := f.URL + f.To(newsPath(n.Slug))
		one := item{Title: n.Title, Link: link, GUID: link, Description: excerpt(n.Body)}
		if day, ok := clock.ParseDate(n.Date); ok {
			one.Date = day.Time().Format(time.RFC1123Z)
		}
		ch.Items = append(ch.Items, one)
	}
	return marked(lang, "application/rss+xml; charset=utf-8", rss{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Channel: ch})
}

// sitemap lists every page with its languages.
func (s *site) sitemap(c content, lang, _ string) (*variant, error) {
	set := urlset{NS: "http://www.sitemaps.org/schemas/sitemap/0.9", XHTML: "http://www.w3.org/1999/xhtml"}
	f := s.frame(c, lang, "/")
	add := func(path, modified string, languages []string) {
		for _, l := range languages {
			p := mapPage{Loc: address(f, path, l), Mod: modified}
			for _, other := range languages {
				p.Links = append(p.Links, alternate{"alternate", other, address(f, path, other)})
			}
			set.URLs = append(set.URLs, p)
		}
	}
	add("/", "", words.Languages)
	for _, section := range f.Sections {
		path, _, _ := strings.Cut(section.Path, "?")
		add(path, "", words.Languages)
	}
	pages, notices := map[string]bool{}, map[string]bool{}
	for _, l := range words.Languages {
		for _, p := range c.pages[l] {
			if !pages[p.Slug] {
				pages[p.Slug] = true
				_, _, languages := inLanguages(c.pages, l, p.Slug, func(p Page) string { return p.Slug })
				add(pagePath(p.Slug), p.Updated, languages)
			}
		}
		for _, n := range c.news[l] {
			if !notices[n.Slug] {
				notices[n.Slug] = true
				_, _, languages := inLanguages(c.news, l, n.Slug, func(n News) string { return n.Slug })
				add(newsPath(n.Slug), n.Date, languages)
			}
		}
	}
	return marked(lang, "application/xml; charset=utf-8", set)
}

// address is where a page stands in a language, as its own head says.
func address(f frame, path, lang string) string {
	if lang == language(f.Coop) {
		return f.URL + path
	}
	return f.URL + path + "?bahasa=" + lang
}

// robots lets everybody read what is public and keeps them from the doors.
func (s *site) robots(c content, lang, _ string) (*variant, error) {
	text := "User-agent: *\nDisallow: /api/\nDisallow: /unduh/\nAllow: /api/files/\nDisallow: /_/\nDisallow: /kelola/\nDisallow: /kasir/\n\nSitemap: " + siteOf(c.coop) + "/sitemap.xml\n"
	v := pack(lang, "text/plain; charset=utf-8", []byte(text))
	return &v, nil
}
