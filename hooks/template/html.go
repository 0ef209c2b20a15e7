package template

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// allowed are the elements that a page text may have; nothing with behaviour or a look of its own.
var allowed = []atom.Atom{atom.P, atom.H2, atom.H3, atom.Ul, atom.Ol, atom.Li, atom.Strong, atom.Em, atom.A, atom.Br, atom.Blockquote}

// dropped are elements that go with everything inside; of any other the text stays.
var dropped = []atom.Atom{atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Object, atom.Embed, atom.Svg, atom.Math, atom.Noscript,
	atom.Textarea, atom.Select, atom.Title, atom.Head, atom.Form}

// inText escapes what could start markup; quotes are safe between tags and stay readable.
var inText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// cleanHTML leaves plain markup of a text that somebody else wrote. What is written is built from the
// parsed tree, so nothing of the source's own spelling survives.
func cleanHTML(source string) string {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(source), body)
	if err != nil {
		return html.EscapeString(source)
	}
	var b strings.Builder
	for _, n := range nodes {
		clean(&b, n)
	}
	return b.String()
}

func clean(b *strings.Builder, n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(inText.Replace(n.Data))
		return
	case n.Type != html.ElementNode || n.Namespace != "" || slices.Contains(dropped, n.DataAtom):
		return
	}
	keep := slices.Contains(allowed, n.DataAtom)
	if keep {
		b.WriteString("<" + n.DataAtom.String())
		if href := safeLink(n); href != "" {
			b.WriteString(` href="` + html.EscapeString(href) + `" rel="noopener"`)
		}
		b.WriteString(">")
	}
	if n.DataAtom == atom.Br {
		return
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		clean(b, child)
	}
	if keep {
		b.WriteString("</" + n.DataAtom.String() + ">")
	}
}

// safeLink is where a link leads when that is a page or a letter.
func safeLink(n *html.Node) string {
	if n.DataAtom != atom.A {
		return ""
	}
	for _, a := range n.Attr {
		if a.Key == "href" && a.Namespace == "" {
			u, err := url.Parse(strings.TrimSpace(a.Val))
			if err == nil && (u.Scheme == "http" && u.Host != "" || u.Scheme == "https" && u.Host != "" || u.Scheme == "mailto") {
				return u.String()
			}
		}
	}
	return ""
}
