package brand

import (
	"bytes"
	"encoding/xml"
	"image"
	"image/png"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestEveryAccentCanBeRead is the promise to a co-op: whatever it picks, what is written can be read.
func TestEveryAccentCanBeRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		accent := Colour{rapid.Uint8().Draw(t, "r"), rapid.Uint8().Draw(t, "g"), rapid.Uint8().Draw(t, "b")}
		holds(t, accent)
	})
}

func TestTheCornersOfColourCanBeRead(t *testing.T) {
	for _, v := range []string{"#000000", "#FFFFFF", "#FF0000", "#00FF00", "#0000FF", "#FFFF00", "#FF00FF", "#00FFFF", "#808080", "#0E2F27", "#FAF6EC", "#F4B024"} {
		holds(t, must(v))
	}
}

type failer interface {
	Errorf(format string, args ...any)
}

func holds(t failer, accent Colour) {
	p := Derive(accent)
	for _, c := range []struct {
		name  string
		t     Tones
		g     Ground
		apart float64
	}{{"light", p.Light, Light, apart}, {"dark", p.Dark, Dark, apartInTheDark}} {
		least := func(what string, a, b Colour, want float64) {
			if got := Contrast(a, b); got < want {
				t.Errorf("%s in %s: %s has %.2f, needs %.1f (%s on %s)", accent, c.name, what, got, want, a, b)
			}
		}
		least("text on the accent", c.t.On, c.t.Brand, text)
		least("text on it under the pointer", c.t.On, c.t.Brand.mix(hover, c.t.On), text)
		least("the accent beside paper", c.t.Brand, c.g.Paper, c.apart)
		least("the accent beside the base", c.t.Brand, c.g.Base, apart)
		for _, g := range []Colour{c.g.Paper, c.g.Raised, c.g.Sunk, c.t.Tint} {
			least("accent as text", c.t.Text, g, text)
		}
		for _, g := range []Colour{Light.Base, Light.BaseRaised, Dark.Base, Dark.BaseRaised} {
			least("accent as text on the base", c.t.OnBase, g, text)
		}
	}
	if !strings.Contains(Style(accent.String()), p.Light.Text.String()) && accent != must(Usual) {
		t.Errorf("%s: the style does not say its tones", accent)
	}
}

// An accent that is good as it is stays as it is; one that is not keeps its hue.
func TestDeriveMovesNoMoreThanItMust(t *testing.T) {
	for _, c := range []struct{ accent, light string }{{"#F4B024", "#F4B024"}, {"#F2A07C", "#F2A07C"}, {"#6FCF9B", "#6FCF9B"}} {
		if got := Derive(must(c.accent)).Light.Brand; got != must(c.light) {
			t.Errorf("%s became %s", c.accent, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		accent := Colour{rapid.Uint8().Draw(t, "r"), rapid.Uint8().Draw(t, "g"), rapid.Uint8().Draw(t, "b")}
		from, to := accent.oklch(), Derive(accent).Light.Brand.oklch()
		if from.c < 0.05 || to.c < 0.03 {
			return // near grey a hue is only rounding
		}
		if turn := math.Abs(math.Remainder(from.h-to.h, 2*math.Pi)); turn > 0.2 {
			t.Errorf("%s turned by %.2f", accent, turn)
		}
	})
}

func TestColourSurvivesOKLCH(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Colour{rapid.Uint8().Draw(t, "r"), rapid.Uint8().Draw(t, "g"), rapid.Uint8().Draw(t, "b")}
		back := c.oklch().colour()
		for _, d := range []int{int(c.R) - int(back.R), int(c.G) - int(back.G), int(c.B) - int(back.B)} {
			if d < -1 || d > 1 {
				t.Fatalf("%s came back as %s", c, back)
			}
		}
	})
}

func TestParseReadsOneSpelling(t *testing.T) {
	for text, ok := range map[string]bool{"#F4B024": true, "#f4b024": true, "": false, "F4B024": false, "#F4B": false, "#F4B0245": false, "#GGGGGG": false, "#+4B024": false, "red": false} {
		if _, got := Parse(text); got != ok {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestStyleOfTheUsualAccentIsInTheTokens(t *testing.T) {
	for _, accent := range []string{"", Usual, strings.ToLower(Usual), "nonsense"} {
		if got := Style(accent); got != "" {
			t.Errorf("%q: %s", accent, got)
		}
	}
}

func picture(w, h int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func TestWhatALogoMayBe(t *testing.T) {
	svg := func(inside string) []byte {
		return []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 4 4">` + inside + `</svg>`)
	}
	for _, c := range []struct {
		name string
		raw  []byte
		code string
	}{
		{"a PNG", picture(40, 40), ""},
		{"a wide PNG", picture(maxSide+1, 2), "brand.logo_large"},
		{"the beginning of a PNG", picture(40, 40)[:12], "brand.logo_kind"},
		{"too many bytes", bytes.Repeat([]byte{' '}, maxLogo+1), "brand.logo_large"},
		{"a drawing", svg(`<style>.a{fill:url(#g)}</style><g class="a"><path d="M0 0h4v4z"/></g><use xlink:href="#x"/>`), ""},
		{"a drawing with Inkscape's notes", svg(`<n:namedview xmlns:n="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"/><path d="M0 0"/>`), ""},
		{"text", []byte("logo"), "brand.logo_kind"},
		{"a page", []byte(`<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>`), "brand.logo_kind"},
		{"a drawing without an end", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><g>`), "brand.logo_kind"},
		{"a script", svg(`<script>alert(1)</script>`), "brand.logo_unsafe"},
		{"a script of another tongue", svg(`<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>`), "brand.logo_unsafe"},
		{"a handler", svg(`<path onload="alert(1)" d="M0 0"/>`), "brand.logo_unsafe"},
		{"a page inside", svg(`<foreignObject><p/></foreignObject>`), "brand.logo_unsafe"},
		{"a picture from outside", svg(`<image href="https://example.com/a.png"/>`), "brand.logo_unsafe"},
		{"a use from outside", svg(`<use xlink:href="https://example.com/a.svg#x"/>`), "brand.logo_unsafe"},
		{"a link", svg(`<a xlink:href="javascript:alert(1)"><path d="M0 0"/></a>`), "brand.logo_unsafe"},
		{"a fill from outside", svg(`<path style="fill:url(https://example.com/#x)" d="M0 0"/>`), "brand.logo_unsafe"},
		{"a style from outside", svg(`<style>@import "https://example.com/a.css"</style>`), "brand.logo_unsafe"},
		{"a style in escapes", svg(`<style>\40 import "https://example.com/a.css"</style>`), "brand.logo_unsafe"},
		{"a value that moves", svg(`<path d="M0 0"><set attributeName="onload" to="alert(1)"/></path>`), "brand.logo_unsafe"},
		{"entities", []byte(`<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>`), "brand.logo_unsafe"},
		{"a stylesheet's address", []byte(`<?xml-stylesheet href="https://example.com/a.css"?><svg xmlns="http://www.w3.org/2000/svg"/>`), "brand.logo_unsafe"},
	} {
		if got := judge(c.raw); got != c.code {
			t.Errorf("%s: %q, want %q", c.name, got, c.code)
		}
	}
}

// FuzzJudge holds that whatever is let through names no script, no handler and no page inside, however it is written.
func FuzzJudge(f *testing.F) {
	f.Add([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>`))
	f.Add([]byte(`<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:SCRIPT>x</s:SCRIPT><s:g ONload="x"/></s:svg>`))
	f.Add(picture(2, 2))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if judge(raw) != "" || bytes.HasPrefix(raw, []byte("\x89PNG")) {
			return
		}
		for d := xml.NewDecoder(bytes.NewReader(raw)); ; {
			token, err := d.Token()
			if err != nil {
				return
			}
			it, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			if name := strings.ToLower(it.Name.Local); it.Name.Space == svgSpace && (name == "script" || name == "foreignobject" || name == "a" || name == "image") {
				t.Errorf("let through <%s>: %s", name, raw)
			}
			for _, attribute := range it.Attr {
				if strings.HasPrefix(strings.ToLower(attribute.Name.Local), "on") {
					t.Errorf("let through %s: %s", attribute.Name.Local, raw)
				}
			}
		}
	})
}
