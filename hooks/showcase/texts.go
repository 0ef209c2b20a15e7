package showcase

import (
	"html/template"
	"path"
	"slices"
	"strings"
)

func pagePath(slug string) string { return "/halaman/" + slug + "/" }
func newsPath(slug string) string { return "/kabar/" + slug + "/" }

// shownPages is how many other pages are named beside one.
const shownPages = 6

// sections are the parts of /halaman/ in their order; a page without one stands in the last.
var sections = []string{"join", "guide", "statutes", "about"}

type (
	listView struct {
		frame
		Lead   string
		Groups []groupView
		Feed   string
	}
	groupView struct {
		Title string
		Links []linkView
	}
	textView struct {
		frame
		Back, BackTitle string
		Date, Updated   string
		Join            bool // it tells how to join: the way in stands under it
		Body            template.HTML
		Image           Picture
		Files           []linkView
		More            []linkView
	}
	officersView struct {
		frame
		Organs []organView
	}
	organView struct {
		Title, Text string
		People      []officerView
	}
	officerView struct{ Name, Role, Term, Photo, Initials string }
	reportsView struct {
		frame
		Years []yearView
	}
	yearView struct{ Year, Title, Note, Approved, File string }
)

// titled names a page in its head.
func (f *frame) titled(title, description string) {
	f.Title, f.Description = f.T("titled", "title", title, "name", f.Coop.ShortName), description
}

// pageList is everything that managers wrote, by section.
func (s *site) pageList(c content, lang string) listView {
	v := listView{frame: s.frame(c, lang, "/halaman/")}
	v.titled(v.T("pages.title"), v.T("pages.text"))
	v.Lead = v.T("pages.text")
	for _, section := range sections {
		group := groupView{Title: v.T("section." + section)}
		for _, p := range c.pages[lang] {
			if sectionOf(p) == section {
				group.Links = append(group.Links, linkView{Path: v.To(pagePath(p.Slug)), Title: p.Title, Text: excerpt(p.Body)})
			}
		}
		if len(group.Links) > 0 {
			v.Groups = append(v.Groups, group)
		}
	}
	return v
}

func sectionOf(p Page) string {
	if slices.Contains(sections, p.Section) {
		return p.Section
	}
	return sections[len(sections)-1]
}

// newsList is every notice that may be read by today, newest first.
func (s *site) newsList(c content, lang string) listView {
	v := listView{frame: s.frame(c, lang, "/kabar/")}
	v.titled(v.T("news.title"), v.T("news.text"))
	v.Lead, v.Feed = v.T("news.text"), v.To("/kabar.rss")
	group := groupView{}
	for _, n := range c.news[lang] {
		group.Links = append(group.Links, linkView{v.To(newsPath(n.Slug)), n.Title, n.Date, v.Brief(n.Date), excerpt(n.Body)})
	}
	v.Groups = []groupView{group}
	return v
}

// inLanguages finds a text by its slug in the reader's language or, when it is not translated, in another one.
func inLanguages[T any](lists map[string][]T, lang, slug string, slugOf func(T) string) (found T, in string, all []string) {
	for _, l := range []string{"id", "en"} {
		i := slices.IndexFunc(lists[l], func(t T) bool { return slugOf(t) == slug })
		if i < 0 {
			continue
		}
		all = append(all, l)
		if in == "" || l == lang {
			found, in = lists[l][i], l
		}
	}
	return found, in, all
}

func (s *site) onePage(c content, lang, slug string) (*variant, error) {
	p, in, languages := inLanguages(c.pages, lang, slug, func(p Page) string { return p.Slug })
	if in == "" {
		return nil, nil
	}
	v := s.text(c, in, pagePath(slug), p.Title, p.Body, p.Picture, p.Files)
	v.Languages, v.Back, v.BackTitle = languages, v.To("/halaman/"), v.T("pages.title")
	v.Updated, v.Join = p.Updated, p.Section == "join"
	for _, other := range c.pages[in] {
		if other.Slug != slug && len(v.More) < shownPages {
			v.More = append(v.More, linkView{Path: v.To(pagePath(other.Slug)), Title: other.Title})
		}
	}
	v.Linked = v.article(p.Title, "Article", "")
	return s.html(in, "text.html", v)
}

func (s *site) oneNews(c content, lang, slug string) (*variant, error) {
	n, in, languages := inLanguages(c.news, lang, slug, func(n News) string { return n.Slug })
	if in == "" {
		return nil, nil
	}
	v := s.text(c, in, newsPath(slug), n.Title, n.Body, n.Picture, n.Files)
	v.Languages, v.Back, v.BackTitle, v.Date = languages, v.To("/kabar/"), v.T("news.title"), n.Date
	for _, other := range c.news[in] {
		if other.Slug != slug && len(v.More) < shownNews {
			v.More = append(v.More, linkView{v.To(newsPath(other.Slug)), other.Title, other.Date, v.Brief(other.Date), ""})
		}
	}
	v.Linked = v.article(n.Title, "NewsArticle", n.Date)
	return s.html(in, "text.html", v)
}

// text is what a page and a notice have in common.
func (s *site) text(c content, lang, path, title, body string, image Picture, files []File) *textView {
	v := &textView{frame: s.frame(c, lang, path), Body: tidy(body), Image: image}
	v.titled(title, excerpt(body))
	v.Kind = "article"
	if image.Path != "" {
		v.Picture, v.Image.Path = v.URL+image.Path, image.Path+"?thumb=960x0"
	}
	for _, f := range files {
		v.Files = append(v.Files, linkView{Path: f.Path, Title: fileName(f.Name), Text: kindOf(f.Name)})
	}
	return v
}

// fileName is a stored file's name as it was before PocketBase made it unique: rapat_k3j2h1g0f9.pdf.
func fileName(stored string) string {
	name := strings.TrimSuffix(stored, path.Ext(stored))
	if i := strings.LastIndexByte(name, '_'); i > 0 && len(name)-i == 11 {
		name = name[:i]
	}
	return strings.ReplaceAll(name, "_", " ")
}

func kindOf(stored string) string {
	return strings.ToUpper(strings.TrimPrefix(path.Ext(stored), "."))
}

// article is a text in the words of schema.org.
func (v *textView) article(title, kind, date string) template.JS {
	card := map[string]any{"@context": "https://schema.org", "@type": kind, "headline": title, "description": v.Description, "inLanguage": v.Lang,
		"url": v.URL + v.To(v.Path), "image": v.Picture, "publisher": map[string]any{"@type": "Organization", "name": v.Coop.Name, "url": v.URL + "/"}}
	if date != "" {
		card["datePublished"] = date
	}
	return marshalled(card)
}

// officers are board and supervisors.
func (s *site) officers(c content, lang string) officersView {
	v := officersView{frame: s.frame(c, lang, "/pengurus/")}
	v.titled(v.T("board.title"), v.T("board.text"))
	for _, organ := range []struct {
		key    string
		people []Office
	}{{"board", c.coop.Board}, {"supervisors", c.coop.Supervisors}} {
		o := organView{Title: v.T("foot." + organ.key), Text: v.T(organ.key + ".does")}
		for _, who := range organ.people {
			o.People = append(o.People, officerView{who.Name, who.Role.in(lang), v.term(who), thumb(who.Photo), initials(who.Name)})
		}
		if len(o.People) > 0 {
			v.Organs = append(v.Organs, o)
		}
	}
	return v
}

func thumb(photo string) string {
	if photo == "" {
		return ""
	}
	return photo + "?thumb=320x320"
}

func (f frame) term(o Office) string {
	switch {
	case o.From != "" && o.To != "":
		return f.T("term.range", "from", f.Brief(o.From), "to", f.Brief(o.To))
	case o.From != "":
		return f.T("term.since", "from", f.Brief(o.From))
	default:
		return ""
	}
}

// initials stand where there is no photo.
func initials(name string) string {
	var letters []rune
	for _, word := range strings.Fields(name) {
		if len(letters) < 2 {
			letters = append(letters, []rune(word)[0])
		}
	}
	return string(letters)
}

func (s *site) reportList(c content, lang string) reportsView {
	v := reportsView{frame: s.frame(c, lang, "/laporan/")}
	v.titled(v.T("reports.title"), v.T("reports.text"))
	for _, r := range c.reports {
		y := yearView{Year: itoa(r.Year), Title: r.Title.in(lang), Note: r.Note.in(lang), File: r.File}
		if r.Approved != "" {
			y.Approved = v.T("reports.approved", "date", v.speech.Date(r.Approved))
		}
		v.Years = append(v.Years, y)
	}
	return v
}

// lost is for whoever follows an address that leads nowhere.
func (s *site) lost(c content, lang string) frame {
	f := s.frame(c, lang, "/")
	f.Home = false
	f.titled(f.T("lost.title"), f.T("lost.text"))
	return f
}
