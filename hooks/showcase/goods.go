package showcase

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"regexp"
	"strings"
	"unicode"
)

//go:embed assets
var assets embed.FS

// catalogue says how goods are drawn. The table and the drawings are those of the member's app (lib/components): a
// shape is a symbol of goods.svg, its label another.
type catalogue struct {
	Shapes [][]string          // a word in a product's name, its shape; the first that fits
	Labels [][]string          // a word, what is printed on the goods
	Places map[string]struct { // of each shape
		X     int    // its left edge in the drawing
		Label string // where its label sits
		Word  int    // the baseline of the name on it
	}
	symbols map[string]string // the sprite's drawings by name
}

const (
	goodsTable  = "lib/components/goods-table.js"
	goodsSprite = "lib/components/goods.svg"
)

// readGoods reads the table, a module with nothing but JSON.
func readGoods(public fs.FS) (catalogue, error) {
	var c catalogue
	raw, err := fs.ReadFile(public, goodsTable)
	if err != nil {
		return c, fmt.Errorf("showcase: %w", err)
	}
	_, body, found := bytes.Cut(raw, []byte("export default "))
	if !found {
		return c, fmt.Errorf("showcase: %s exports nothing", goodsTable)
	}
	if err := json.Unmarshal(bytes.TrimRight(body, "; \n"), &c); err != nil {
		return c, fmt.Errorf("showcase: %s: %w", goodsTable, err)
	}
	sprite, err := fs.ReadFile(public, goodsSprite)
	if err != nil {
		return c, fmt.Errorf("showcase: %w", err)
	}
	c.symbols = map[string]string{}
	for _, m := range symbolLine.FindAllStringSubmatch(string(sprite), -1) {
		c.symbols[m[1]] = m[0]
	}
	return c, nil
}

// symbolLine is a drawing of the sprite: each stands on a line of its own.
var symbolLine = regexp.MustCompile(`(?m)^<[a-z]+ id="([a-z]+)".*$`)

var usedSymbol = regexp.MustCompile(`<use href="#([a-z]+)"`)

// drawings are the symbols that these pictures use, once each: in the page, so that the shelf costs no request.
func (c catalogue) drawings(shelf []goodView) template.HTML {
	var b strings.Builder
	done := map[string]bool{}
	for _, good := range shelf {
		for _, m := range usedSymbol.FindAllStringSubmatch(string(good.Picture), -1) {
			if !done[m[1]] {
				done[m[1]] = true
				b.WriteString(c.symbols[m[1]])
			}
		}
	}
	return template.HTML(`<svg class="vh" aria-hidden="true">` + b.String() + `</svg>`)
}

// spelled is a name's words in small letters, each between blanks.
func spelled(name string) string {
	return " " + strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ") + " "
}

// first finds what a word that begins in the name says, or otherwise.
func first(list [][]string, name, otherwise string) string {
	for _, pair := range list {
		if strings.Contains(name, " "+pair[0]) {
			return pair[1]
		}
	}
	return otherwise
}

// draw gives a good's picture: what has no drawing of its own is a parcel with its name on it.
func (c catalogue) draw(name string) template.HTML {
	lower := spelled(name)
	shape := first(c.Shapes, lower, "parcel")
	place := c.Places[shape]
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="good" viewBox="%d 20 164 180" aria-hidden="true"><use href="#%s"/>`, place.X, shape)
	if place.Label != "" {
		fmt.Fprintf(&b, `<use href="#%s" transform="%s"/>`, first(c.Labels, lower, "mark"), place.Label)
	}
	if place.Word > 0 {
		word, _, _ := strings.Cut(strings.TrimSpace(lower), " ")
		size := 28
		if len([]rune(word)) > 6 {
			size = 168 / len([]rune(word))
		}
		fmt.Fprintf(&b, `<text class="%s" x="100" y="%d" text-anchor="middle" font-size="%d">%s</text>`, shape, place.Word, size, template.HTMLEscapeString(word))
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// asset reads an embedded file; that it exists is shown by the tests that draw and render everything.
func asset(name string) string {
	raw, err := fs.ReadFile(assets, "assets/"+name)
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(raw))
}
