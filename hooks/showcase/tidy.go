package showcase

import (
	"html/template"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// tidyDepth and tidyLimit bound what is taken from one editor's text.
const (
	tidyDepth = 20
	tidyLimit = 64 << 10
)

// kept are the elements of the editor that the page knows how to show; others give way to what they hold.
var kept = map[atom.Atom]bool{
	atom.P: true, atom.Br: true, atom.B: true, atom.Strong: true, atom.I: true, atom.Em: true, atom.Ul: true, atom.Ol: true,
	atom.Li: true, atom.A: true, atom.Blockquote: true, atom.Code: true, atom.Pre: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.Img: true,
	atom.Table: true, atom.Thead: true, atom.Tbody: true, atom.Tr: true, atom.Th: true, atom.Td: true,
}

// tidying is one text while it is made well-formed and plain, so that it can't break the page around it.
type tidying struct {
	strings.Builder
	level int // of the last heading
}

// tidy leaves of an editor's text what stands under the page's h1: headings go down one level at a time, pictures come
// from this co-op's own files, links lead to the web, to mail, or within this site.
func tidy(body string) template.HTML {
	nodes, err := fragment(body)
	if err != nil {
		return template.HTML(template.HTMLEscapeString(body))
	}
	t := &tidying{level: 1}
	for _, n := range nodes {
		t.take(n, 0)
	}
	return template.HTML(t.String())
}

func fragment(body string) ([]*html.Node, error) {
	if len(body) > tidyLimit {
		body = strings.ToValidUTF8(body[:tidyLimit], "")
	}
	return html.ParseFragment(strings.NewReader(body), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
}

func (t *tidying) take(n *html.Node, depth int) {
	if n.Type == html.TextNode {
		t.WriteString(template.HTMLEscapeString(n.Data))
		return
	}
	if n.Type != html.ElementNode || depth > tidyDepth || n.DataAtom == atom.Script || n.DataAtom == atom.Style {
		return
	}
	if n.DataAtom == atom.Img {
		t.image(n)
		return
	}
	name, show := t.name(n), kept[n.DataAtom]
	if show {
		t.WriteString("<" + name + link(n) + ">")
	}
	if n.DataAtom == atom.Br {
		return
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		t.take(child, depth+1)
	}
	if show {
		t.WriteString("</" + name + ">")
	}
}

// name is the element's own, but a heading is at most one level below the one before it.
func (t *tidying) name(n *html.Node) string {
	level := strings.Index("h1h2h3h4", n.Data)
	if len(n.Data) != 2 || level < 0 {
		return n.Data
	}
	t.level = min(max(level/2+1, 2), t.level+1)
	return "h" + string(rune('0'+t.level))
}

// image shows a picture that lies in the co-op's own files, wherever the editor thought they are.
func (t *tidying) image(n *html.Node) {
	u, err := url.Parse(valueOf(n, "src"))
	if err != nil || !strings.HasPrefix(u.Path, "/api/files/") || strings.Contains(u.Path, "..") {
		return
	}
	t.WriteString(`<img src="` + template.HTMLEscapeString((&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()) +
		`" alt="` + template.HTMLEscapeString(valueOf(n, "alt")) + `" loading="lazy">`)
}

func link(n *html.Node) string {
	if n.DataAtom != atom.A {
		return ""
	}
	href := valueOf(n, "href")
	u, err := url.Parse(href)
	if href == "" || err != nil || u.Scheme != "" && u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "mailto" {
		return ""
	}
	return ` href="` + template.HTMLEscapeString(href) + `"`
}

func valueOf(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// excerptRunes is how much of a text stands at most in lists, in search results and in the feed; excerptEnough is when
// a paragraph is no longer followed by the next.
const excerptRunes, excerptEnough = 170, 70

// excerpt is the beginning of a text without its markup: whole paragraphs where they fit, else up to a whole word.
func excerpt(body string) string {
	nodes, err := fragment(body)
	if err != nil {
		return ""
	}
	var b strings.Builder
	var read func(n *html.Node)
	read = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
		if n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.H1 || n.DataAtom == atom.H2 || n.DataAtom == atom.H3 {
			return
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			read(child)
		}
	}
	for _, n := range nodes {
		if b.Len() < excerptEnough {
			read(n)
		}
	}
	text := strings.NewReplacer(" .", ".", " ,", ",").Replace(strings.Join(strings.Fields(b.String()), " "))
	if utf8.RuneCountInString(text) <= excerptRunes {
		return text
	}
	text = string([]rune(text)[:excerptRunes])
	if i := strings.LastIndexByte(text, ' '); i > 0 {
		text = text[:i]
	}
	return strings.TrimRight(text, ".,;: ") + "…"
}
