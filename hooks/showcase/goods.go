package showcase

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
)

//go:embed assets
var assets embed.FS

// shapes tells by a word in a product's name what it is drawn as; the first that fits.
var shapes = []struct{ word, shape string }{
	{"telur", "tray"}, {"kental manis", "can"}, {"sarden", "can"}, {"kornet", "can"},
	{"beras", "sack"}, {"tepung", "sack"}, {"gula", "sack"}, {"kedelai", "sack"}, {"garam", "sack"},
	{"minyak", "bottle"}, {"kecap", "bottle"}, {"saus", "bottle"}, {"sirup", "bottle"}, {"madu", "bottle"}, {"air ", "bottle"},
	{"sabun", "pump"}, {"sampo", "pump"}, {"shampo", "pump"}, {"pembersih", "pump"}, {"pelembut", "pump"}, {"lotion", "pump"},
	{"kopi", "pouch"}, {"keripik", "pouch"}, {"deterjen", "pouch"}, {"detergen", "pouch"}, {"bumbu", "pouch"}, {"kacang", "pouch"}, {"mi ", "pouch"}, {"mie ", "pouch"},
	{"teh", "box"}, {"susu", "box"}, {"biskuit", "box"}, {"tisu", "box"}, {"pasta gigi", "box"},
}

// anyhow is what goods without a word of their own are drawn as, in turn.
var anyhow = []string{"box", "can", "pouch", "bottle"}

// labels are the pictures printed on pouches and boxes; the woven mark where none fits.
var labels = []struct{ word, label string }{{"kopi", "bean"}, {"teh", "flower"}, {"minyak", "drop"}, {"madu", "drop"}}

// draw gives the picture of the nth good on the shelf.
func draw(name string, n int) template.HTML {
	lower := strings.ToLower(name) + " "
	shape := anyhow[n%len(anyhow)]
	for _, s := range shapes {
		if strings.Contains(" "+lower, " "+s.word) {
			shape = s.shape
			break
		}
	}
	label := "weave"
	for _, l := range labels {
		if strings.Contains(lower, l.word) {
			label = l.label
			break
		}
	}
	word, _, _ := strings.Cut(strings.TrimSpace(lower), " ")
	size := 28
	if len(word) > 6 {
		size = 168 / len(word)
	}
	return template.HTML(strings.NewReplacer(
		"{n}", fmt.Sprint(n), "{label}", asset("label-"+label+".svg"),
		"{word}", template.HTMLEscapeString(word), "{size}", fmt.Sprint(size),
	).Replace(asset(shape + ".svg")))
}

// asset reads an embedded file; that it exists is shown by the tests that draw and render everything.
func asset(name string) string {
	raw, err := fs.ReadFile(assets, "assets/"+name)
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(raw))
}
