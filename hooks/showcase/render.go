package showcase

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"strings"

	"kpdk/hooks/internal/words"
)

// content is what one edition is made from, in all languages.
type content struct {
	coop    Coop
	figures Figures
	shelf   []Good
	makers  []Consignor
	pages   map[string][]Page
	news    map[string][]News
}

// gather asks the port once for everything.
func (s *site) gather(ctx context.Context) (content, error) {
	c := content{coop: s.port.Coop(), pages: map[string][]Page{}, news: map[string][]News{}}
	var err error
	if c.figures, err = s.port.Figures(ctx); err != nil {
		return c, fmt.Errorf("showcase: figures: %w", err)
	}
	if s.port.Shelf != nil {
		if c.shelf, err = s.port.Shelf(ctx); err != nil {
			return c, fmt.Errorf("showcase: shelf: %w", err)
		}
	}
	if s.port.Consignors != nil {
		if c.makers, err = s.port.Consignors(ctx); err != nil {
			return c, fmt.Errorf("showcase: consignors: %w", err)
		}
	}
	for _, lang := range words.Languages {
		if s.port.Pages != nil {
			if c.pages[lang], err = s.port.Pages(ctx, lang); err != nil {
				return c, fmt.Errorf("showcase: pages: %w", err)
			}
		}
		if s.port.News != nil {
			if c.news[lang], err = s.port.News(ctx, lang); err != nil {
				return c, fmt.Errorf("showcase: news: %w", err)
			}
		}
	}
	return c, nil
}

// render makes the page in every language.
func (s *site) render(ctx context.Context) (map[string]variant, error) {
	c, err := s.gather(ctx)
	if err != nil {
		return nil, err
	}
	style, policy := s.dress()
	pages := map[string]variant{}
	for _, lang := range words.Languages {
		var b bytes.Buffer
		v := s.view(c, lang)
		v.Style = style
		if c.coop.Logo != "" {
			v.Icon = template.URL(c.coop.Logo)
		}
		if err := s.page.Execute(&b, v); err != nil {
			return nil, fmt.Errorf("showcase: %s: %w", lang, err)
		}
		one := pack(lang, squeeze(b.Bytes()))
		one.policy = policy
		pages[lang] = one
	}
	pages[""] = pages[language(c.coop)]
	return pages, nil
}

// squeeze drops empty lines, which templates leave behind.
func squeeze(html []byte) []byte {
	lines := bytes.Split(html, []byte("\n"))
	kept := lines[:0]
	for _, line := range lines {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			kept = append(kept, line)
		}
	}
	return append(bytes.Join(kept, []byte("\n")), '\n')
}

// linked is the co-op in the words of schema.org. Marshalling escapes <, > and &.
func linked(c Coop, v *view) template.JS {
	card := map[string]any{
		"@context": "https://schema.org", "@type": "Organization",
		"name": c.Name, "alternateName": c.ShortName, "url": v.URL + "/", "description": v.Description,
	}
	if c.City != "" {
		card["address"] = map[string]any{"@type": "PostalAddress", "addressLocality": c.City, "addressCountry": "ID"}
	}
	if c.LegalNumber != "" {
		card["identifier"] = c.LegalNumber
	}
	if !few(v.Figures.Members) && v.Figures.Members > 0 {
		card["numberOfMembers"] = v.Figures.Members
	}
	raw, err := json.Marshal(card)
	if err != nil {
		panic(err) // strings and numbers marshal
	}
	return template.JS(raw)
}

// icon is the woven mark as the page's own little picture: no request of its own.
func icon() template.URL {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0E2F27"/>` +
		`<g transform="translate(4 4) scale(.75)"><path fill="#F4B024" d="M7 1h7v16H7zM7 26h7v5H7zM18 1h7v5h-7zM18 15h7v16h-7z"/>` +
		`<path fill="#FAF6EC" d="M1 7h5v7H1zM15 7h16v7H15zM1 18h16v7H1zM26 18h5v7h-5z"/></g></svg>`
	return template.URL("data:image/svg+xml," + strings.ReplaceAll(url.QueryEscape(svg), "+", "%20"))
}
