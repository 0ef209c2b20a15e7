package showcase

import (
	"encoding/json"
	"html/template"
	"strings"

	"kpdk/hooks/internal/words"
)

// frame is what stands around every page: head, door, footer.
type frame struct {
	speech
	Coop                  Coop
	Lang, Other           string
	Languages             []string // in which this page exists
	Translated            bool     // not the language of visitors who ask for none
	Report, OpenAPI, Home bool
	URL, Path             string
	Canonical             string // where search engines shall look for this page
	Title, Description    string
	Kind, Picture         string // of the page's Open Graph card
	Moment                string
	Icon                  template.URL
	Style                 template.CSS
	Below                 string      // address of the sheet for what stands under the first page's fold
	Script                template.JS // empty: nothing on the page changes by itself
	Linked                template.JS
	Sections              []linkView
	More                  []linkView // the sections that the page's head has no words for
}

func (s *site) frame(c content, lang, path string) frame {
	f := frame{speech: speech{lang}, Coop: c.coop, Lang: lang, Other: "en", Languages: words.Languages, Path: path, Home: path == "/",
		Report: s.port.Signer != nil, OpenAPI: s.port.OpenAPI, Kind: "website", Icon: icon(), Style: c.inner, Below: s.below.path()}
	if f.Home {
		f.Style = c.style
	}
	if lang == "en" {
		f.Other = "id"
	}
	if c.coop.Logo != "" {
		f.Icon = template.URL(c.coop.Logo)
	}
	f.Translated = lang != language(c.coop)
	f.URL = strings.TrimRight(c.coop.URL, "/")
	f.Canonical = address(f, path, language(c.coop))
	if c.asked {
		f.Canonical = address(f, path, lang)
	}
	f.Picture = f.URL + f.To("/og.png")
	if f.Coop.ShortName == "" {
		f.Coop.ShortName = f.Coop.Name
	}
	f.Moment = f.speech.Moment(c.figures.AsOf)
	if path == "/" || path == "/bukti/" {
		f.Script = template.JS(s.script)
	}
	for _, link := range []struct {
		path, key string
		some      bool
	}{{"/bukti/", "proof", true}, {"/halaman/", "pages", len(c.pages[lang]) > 0}, {"/kabar/", "news", len(c.news[lang]) > 0},
		{"/pengurus/", "board", len(c.coop.Board)+len(c.coop.Supervisors) > 0}, {"/laporan/", "reports", len(c.reports) > 0}} {
		if link.some {
			section := linkView{Path: f.To(link.path), Title: f.T(link.key + ".title")}
			f.Sections = append(f.Sections, section)
			if link.path != "/bukti/" && link.path != "/halaman/" {
				f.More = append(f.More, section)
			}
		}
	}
	return f
}

// In is this page in a language, for search engines.
func (f frame) In(lang string) string { return address(f, f.Path, lang) }

// To is an address within this site in the reader's language.
func (f frame) To(path string) string {
	if !f.Translated {
		return path
	}
	path, anchor, some := strings.Cut(path, "#")
	path += "?bahasa=" + f.Lang
	if some {
		path += "#" + anchor
	}
	return path
}

// Switch is this page in the other language, or the front page in it when this one is not translated.
func (f frame) Switch() string {
	path := f.Path
	if len(f.Languages) < 2 {
		path = "/"
	}
	return path + "?bahasa=" + f.Other
}

// linked is the co-op in the words of schema.org. Marshalling escapes <, > and &.
func (f frame) linked(c content) template.JS {
	card := map[string]any{
		"@context": "https://schema.org", "@type": "Organization",
		"name": f.Coop.Name, "alternateName": f.Coop.ShortName, "url": f.URL + "/", "description": f.Description,
	}
	if f.Coop.City != "" {
		card["address"] = map[string]any{"@type": "PostalAddress", "addressLocality": f.Coop.City, "addressCountry": "ID"}
	}
	if f.Coop.LegalNumber != "" {
		card["identifier"] = f.Coop.LegalNumber
	}
	if !few(c.figures.Members) && c.figures.Members > 0 {
		card["numberOfMembers"] = c.figures.Members
	}
	return marshalled(card)
}

func marshalled(card map[string]any) template.JS {
	raw, err := json.Marshal(card)
	if err != nil {
		panic(err) // strings and numbers marshal
	}
	return template.JS(raw)
}

// Heading is the page's own title, without the co-op's name.
func (f frame) Heading() string {
	return strings.TrimSuffix(f.Title, f.T("titled", "title", "", "name", f.Coop.ShortName))
}

// Long writes a date out, for a pipeline.
func (f frame) Long(date string) string { return f.speech.Date(date) }
