package showcase

import (
	"html/template"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// tidyDepth and tidyLimit bound what is taken from one editor's text.
const (
	tidyDepth = 20
	tidyLimit = 20_000
)

// kept are the elements of the editor that the page knows how to show; others give way to what they hold.
var kept = map[atom.Atom]bool{
	atom.P: true, atom.Br: true, atom.B: true, atom.Strong: true, atom.I: true, atom.Em: true, atom.Ul: true, atom.Ol: true,
	atom.Li: true, atom.A: true, atom.Blockquote: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.Code: true, atom.Pre: true,
}

// tidy makes an editor's text well-formed and plain, so that it can't break the page around it.
func tidy(body string) template.HTML {
	if len(body) > tidyLimit {
		body = strings.ToValidUTF8(body[:tidyLimit], "")
	}
	nodes, err := html.ParseFragment(strings.NewReader(body), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return template.HTML(template.HTMLEscapeString(body))
	}
	var b strings.Builder
	for _, n := range nodes {
		plain(&b, n, 0)
	}
	return template.HTML(b.String())
}

func plain(b *strings.Builder, n *html.Node, depth int) {
	if n.Type == html.TextNode {
		b.WriteString(template.HTMLEscapeString(n.Data))
		return
	}
	if n.Type != html.ElementNode || depth > tidyDepth || n.DataAtom == atom.Script || n.DataAtom == atom.Style {
		return
	}
	name := n.Data
	if n.DataAtom == atom.H2 || n.DataAtom == atom.H3 {
		name = "h4"
	}
	show := kept[n.DataAtom]
	if show {
		b.WriteString("<" + name + link(n) + ">")
	}
	if n.DataAtom == atom.Br {
		return
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		plain(b, child, depth+1)
	}
	if show {
		b.WriteString("</" + name + ">")
	}
}

// link keeps a link's address when it leads to the web, to mail, or within this site.
func link(n *html.Node) string {
	if n.DataAtom != atom.A {
		return ""
	}
	for _, a := range n.Attr {
		if a.Key != "href" {
			continue
		}
		u, err := url.Parse(a.Val)
		if err == nil && (u.Scheme == "" || u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "mailto") {
			return ` href="` + template.HTMLEscapeString(a.Val) + `"`
		}
	}
	return ""
}
