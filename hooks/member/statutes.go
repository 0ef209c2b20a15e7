package member

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"kpdk/hooks/internal/act"
)

// Statute is one page of the statutes as somebody who joins reads it: its text by paragraphs, its page on
// the public site.
type Statute struct {
	Slug  string   `json:"slug"`
	Title string   `json:"title"`
	Text  []string `json:"text"`
}

// statutesIn reads the published statutes, in a language where there are any of it, and the hash of their
// words: what a consent was given to.
func statutesIn(r act.Reader, language string) (all []Statute, hash [32]byte, err error) {
	for _, tongue := range []string{language, "id", "en"} {
		all = []Statute{}
		h := sha256.New()
		err = act.Each(r, "SELECT slug, title, body FROM pages WHERE section = 'statutes' AND public = TRUE AND language = ? ORDER BY sort, title, slug", []any{tongue}, func(row act.Scanner) error {
			var s Statute
			var body string
			err := row.Scan(&s.Slug, &s.Title, &body)
			fmt.Fprintf(h, "%d %d\n%s\n%s\n", len(s.Title), len(body), s.Title, body)
			s.Text = paragraphs(body)
			all = append(all, s)
			return err
		})
		h.Sum(hash[:0])
		if err != nil || len(all) > 0 {
			return all, hash, err
		}
	}
	return all, hash, nil
}

// Blocks part an editor's text into paragraphs; a heading is one too.
var blocks = map[atom.Atom]bool{atom.P: true, atom.Li: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.Blockquote: true, atom.Tr: true, atom.Br: true, atom.Div: true}

// paragraphs leaves the words of a rich text.
func paragraphs(body string) []string {
	all, open := []string{}, strings.Builder{}
	end := func() {
		if text := strings.Join(strings.Fields(open.String()), " "); text != "" {
			all = append(all, text)
		}
		open.Reset()
	}
	z := html.NewTokenizer(strings.NewReader(body))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			end()
			return all
		case html.TextToken:
			open.Write(z.Text())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			if tag := atom.Lookup(name); blocks[tag] {
				end()
			} else if (tag == atom.Script || tag == atom.Style) && kind == html.StartTagToken {
				z.Next() // what is written for machines
			}
		}
	}
}
