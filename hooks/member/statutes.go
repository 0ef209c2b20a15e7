package member

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"kpdk/hooks/document/pdf"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
)

// Statute is one page of the statutes as somebody who joins reads it: its text by paragraphs, its page on
// the public site.
type Statute struct {
	Slug  string   `json:"slug"`
	Title string   `json:"title"`
	Text  []string `json:"text"`
}

// agreedTo are the statutes that a consent is given to: their pages, their words as they are hashed, and the hash.
type agreedTo struct {
	pages []Statute
	words []byte
	hash  [32]byte
}

// statutesIn reads the published statutes, in a language where there are any of it.
func statutesIn(r act.Reader, language string) (all agreedTo, err error) {
	for _, tongue := range []string{language, "id", "en"} {
		all = agreedTo{pages: []Statute{}}
		err = act.Each(r, "SELECT slug, title, body FROM pages WHERE section = 'statutes' AND public = TRUE AND language = ? ORDER BY sort, title, slug", []any{tongue}, func(row act.Scanner) error {
			var s Statute
			var body string
			err := row.Scan(&s.Slug, &s.Title, &body)
			all.words = fmt.Appendf(all.words, "%d %d\n%s\n%s\n", len(s.Title), len(body), s.Title, body)
			s.Text = paragraphs(body)
			all.pages = append(all.pages, s)
			return err
		})
		all.hash = sha256.Sum256(all.words)
		if err != nil || len(all.pages) > 0 {
			return all, err
		}
	}
	return all, nil
}

// keep lays down the words with the first consent that was given to them.
func (s agreedTo) keep(tx *act.Tx) error {
	var there bool
	if err := tx.Row("SELECT EXISTS(SELECT 1 FROM statute_texts WHERE hash = ?)", s.hash[:]).Scan(&there); err != nil || there {
		return err
	}
	return tx.Exec("INSERT INTO statute_texts(hash, text, act) VALUES(?, ?, ?)", s.hash[:], string(s.words), tx.ID())
}

// readWords parts words again into the pages that they were made of.
func readWords(text string) (pages []Statute, err error) {
	for text != "" {
		var title, body int
		head, rest, _ := strings.Cut(text, "\n")
		if _, err := fmt.Sscanf(head, "%d %d", &title, &body); err != nil || title < 0 || body < 0 || len(rest) < title+1+body+1 {
			return nil, fmt.Errorf("member: statutes are kept as %.40q", head)
		}
		pages = append(pages, Statute{Title: rest[:title], Text: paragraphs(rest[title+1 : title+1+body])})
		text = rest[title+1+body+1:]
	}
	return pages, nil
}

// showStatutes is the wording that a consent was given to, as a paper.
func showStatutes(c *web.Call) error {
	hash, err := hex.DecodeString(c.Path("hash"))
	if err != nil {
		return fault.NotFound("member.statutes_unknown")
	}
	var text string
	var at int64
	err = act.Read(c.App).Row("SELECT s.text, a.at FROM statute_texts s JOIN acts a ON a.id = s.act WHERE s.hash = ?", hash).Scan(&text, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.NotFound("member.statutes_unknown")
	}
	if err != nil {
		return err
	}
	pages, err := readWords(text)
	if err != nil {
		return err
	}
	coop, err := pdf.CoopOf(c.App)
	if err != nil {
		return err
	}
	say, first := func(key string) string { return words.Say(c.Language(), key, nil) }, time.UnixMilli(at)
	doc := pdf.New(pdf.Paper{Coop: coop, Title: say("join.statutes"), Language: c.Language(), Made: clock.Of(c.App).Now(),
		Facts: []pdf.Fact{{Label: say("join.statutes_since"), Value: pdf.Day(c.Language(), clock.Of(c.App).DateOf(first))}}})
	for _, page := range pages {
		doc.Heading(page.Title)
		for _, part := range page.Text {
			doc.Text(part)
		}
	}
	doc.Note(say("join.paper_statutes_hash"))
	doc.Code(hexOf(hash))
	raw, err := doc.Bytes()
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/pdf", raw)
}

// statutesPublished says whether there is anything that a consent can be given to.
func statutesPublished(r act.Reader) (published bool, err error) {
	err = r.Row("SELECT EXISTS(SELECT 1 FROM pages WHERE section = 'statutes' AND public = TRUE)").Scan(&published)
	return published, err
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
