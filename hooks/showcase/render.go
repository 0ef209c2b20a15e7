package showcase

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"net/url"
	"strings"

	"kpdk/hooks/internal/words"
)

// content is what one edition is made from, in all languages.
type content struct {
	coop    Coop
	asked   bool         // the language stands in the address
	style   template.CSS // of the first page
	inner   template.CSS // of the others
	policy  string
	figures Figures
	shelf   []Good
	makers  []Consignor
	pages   map[string][]Page
	news    map[string][]News
	reports []Report
	pattern *Pattern
}

// gather asks the port once for everything.
func (s *site) gather(ctx context.Context) (content, error) {
	c := content{coop: s.port.Coop(), pages: map[string][]Page{}, news: map[string][]News{}}
	c.style, c.inner, c.policy = s.dress()
	var err error
	if c.figures, err = s.port.Figures(ctx); err != nil {
		return c, fmt.Errorf("showcase: figures: %w", err)
	}
	if c.shelf, err = ask(ctx, s.port.Shelf); err != nil {
		return c, fmt.Errorf("showcase: shelf: %w", err)
	}
	if c.makers, err = ask(ctx, s.port.Consignors); err != nil {
		return c, fmt.Errorf("showcase: consignors: %w", err)
	}
	if c.reports, err = ask(ctx, s.port.Reports); err != nil {
		return c, fmt.Errorf("showcase: reports: %w", err)
	}
	if s.port.Pattern != nil {
		p, err := s.port.Pattern(ctx)
		if err != nil {
			return c, fmt.Errorf("showcase: pattern: %w", err)
		}
		c.pattern = &p
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

// ask is a list of the port, which may have none.
func ask[A any](ctx context.Context, list func(context.Context) ([]A, error)) ([]A, error) {
	if list == nil {
		return nil, nil
	}
	return list(ctx)
}

// fill writes a template.
func (s *site) fill(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("showcase: %w", err)
	}
	return squeeze(b.Bytes()), nil
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

// icon is the woven mark as the page's own little picture: no request of its own.
func icon() template.URL {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0E2F27"/>` +
		`<g transform="translate(4 4) scale(.75)"><path fill="#F4B024" d="M7 1h7v16H7zM7 26h7v5H7zM18 1h7v5h-7zM18 15h7v16h-7z"/>` +
		`<path fill="#FAF6EC" d="M1 7h5v7H1zM15 7h16v7H15zM1 18h16v7H1zM26 18h5v7h-5z"/></g></svg>`
	return template.URL("data:image/svg+xml," + strings.ReplaceAll(url.QueryEscape(svg), "+", "%20"))
}
