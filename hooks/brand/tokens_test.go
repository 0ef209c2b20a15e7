package brand

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	declared = regexp.MustCompile(`--([a-z0-9-]+):([^;}]+)`)
	comment  = regexp.MustCompile(`(?s)/\*.*?\*/`)
	literal  = regexp.MustCompile(`#[0-9A-Fa-f]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(`)
	ownFont  = regexp.MustCompile(`font:[0-9]`)
)

const root = "../.." // this package may not know the test factory, which knows it

func sheet(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return comment.ReplaceAllString(string(raw), "")
}

// themes reads tokens.css as a browser would: what the dark theme doesn't say, the light one says.
func themes(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	css := sheet(t, "pb_public/styles/tokens.css")
	read := func(text string) map[string]string {
		all := map[string]string{}
		for _, m := range declared.FindAllStringSubmatch(text, -1) {
			all[m[1]] = strings.TrimSpace(m[2])
		}
		return all
	}
	first, wish, ok := strings.Cut(css, "@media screen and (prefers-color-scheme:dark)")
	if !ok {
		t.Fatal("tokens.css has no dark theme")
	}
	first, _, _ = strings.Cut(first, "@media")
	byDevice, byPerson, ok := strings.Cut(wish, "@media screen{")
	if !ok {
		t.Fatal("tokens.css has no dark theme for who chose it")
	}
	light = read(first)
	dark = maps.Clone(light)
	night, chosen := read(byDevice), read(byPerson)
	if !maps.Equal(night, chosen) {
		t.Error("the two dark themes of tokens.css differ")
	}
	maps.Copy(dark, night)
	return light, dark
}

// colourOf follows var() to a colour.
func colourOf(t *testing.T, theme map[string]string, name string) Colour {
	t.Helper()
	value := theme[name]
	for range 4 {
		to, ok := strings.CutPrefix(value, "var(--")
		if !ok {
			break
		}
		value = theme[strings.TrimSuffix(to, ")")]
	}
	c, ok := Parse(value)
	if !ok {
		t.Fatalf("--%s is %q", name, theme[name])
	}
	return c
}

// pairs are what stands on what, and the least it must reach: 4.5 for text, 3 for edges that one must find
// (WCAG 2.2, 1.4.3 and 1.4.11).
var pairs = []struct {
	over, ground string
	least        float64
}{
	{"ink", "paper", 4.5}, {"ink", "paper-raised", 4.5}, {"ink", "paper-sunk", 4.5}, {"ink", "row-hover", 4.5}, {"ink", "brand-tint", 4.5}, {"ink", "neg-tint", 4.5},
	{"ink-2", "paper", 4.5}, {"ink-2", "paper-raised", 4.5}, {"ink-2", "paper-sunk", 4.5}, {"ink-2", "row-hover", 4.5},
	{"ink-3", "paper", 4.5}, {"ink-3", "paper-raised", 4.5}, {"ink-3", "paper-sunk", 4.5}, {"ink-3", "row-hover", 4.5},
	{"control", "paper", 3}, {"control", "paper-raised", 3},
	{"on-brand", "brand", 4.5}, {"brand-text", "paper", 4.5}, {"brand-text", "paper-raised", 4.5}, {"brand-text", "paper-sunk", 4.5}, {"brand-text", "brand-tint", 4.5}, {"brand-text", "row-hover", 4.5},
	{"pos", "paper", 4.5}, {"pos", "paper-raised", 4.5}, {"pos", "pos-tint", 4.5}, {"pos", "row-hover", 4.5},
	{"neg", "paper", 4.5}, {"neg", "paper-raised", 4.5}, {"neg", "neg-tint", 4.5}, {"neg", "row-hover", 4.5},
	{"on-base", "base", 4.5}, {"on-base", "base-raised", 4.5}, {"on-base-2", "base", 4.5}, {"on-base-2", "base-raised", 4.5}, {"base-control", "base", 2.5},
	{"brand-on-base", "base", 4.5}, {"brand-on-base", "base-raised", 4.5}, {"pos-on-base", "base", 4.5}, {"neg-on-base", "base", 4.5}, {"neg-on-base", "base-raised", 4.5},
	{"focus-edge", "paper", 3}, {"card-ink", "card-base", 4.5}, {"card-ink-2", "card-base", 4.5}, {"print-ink", "white", 4.5}, {"print-ink-2", "white", 4.5},
	{"c0", "paper", 3}, {"c1", "paper", 3}, {"c2", "paper", 3}, {"c5", "paper", 3},
}

func TestEveryPairOfTokensReachesItsContrast(t *testing.T) {
	light, dark := themes(t)
	for name, theme := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, p := range pairs {
			if got := Contrast(colourOf(t, theme, p.over), colourOf(t, theme, p.ground)); got < p.least {
				t.Errorf("%s: %s on %s has %.2f, needs %.1f", name, p.over, p.ground, got, p.least)
			}
		}
	}
}

// The ratios that the design was measured with. A token that moves is measured anew.
func TestTokensKeepTheDesignsRatios(t *testing.T) {
	light, dark := themes(t)
	for _, c := range []struct {
		over, ground string
		light, dark  float64
	}{
		{"ink", "paper", 13.38, 15.47}, {"ink-2", "paper", 6.36, 9.49}, {"ink-3", "paper", 5.29, 6.59}, {"control", "paper", 3.07, 4.59}, {"brand", "paper", 1.76, 10.08},
		{"on-brand", "brand", 7.62, 8.20}, {"brand-text", "paper", 5.90, 10.89}, {"brand-text", "brand-tint", 5.48, 8.79}, {"pos", "paper", 5.58, 9.36}, {"neg", "paper", 5.92, 8.33},
		{"pos", "pos-tint", 4.96, 7.06}, {"neg", "neg-tint", 5.21, 7.25}, {"on-base", "base", 13.38, 11.11}, {"on-base-2", "base", 8.07, 7.06},
		{"brand-on-base", "base", 8.82, 7.32}, {"pos-on-base", "base", 8.30, 6.89}, {"c0", "paper", 3.19, 6.59},
	} {
		for _, v := range []struct {
			name  string
			theme map[string]string
			want  float64
		}{{"light", light, c.light}, {"dark", dark, c.dark}} {
			got := Contrast(colourOf(t, v.theme, c.over), colourOf(t, v.theme, c.ground))
			if diff := got - v.want; diff > 0.006 || diff < -0.006 {
				t.Errorf("%s: %s on %s is %.3f, was %.2f", v.name, c.over, c.ground, got, v.want)
			}
		}
	}
}

func TestTheGroundsAreTheTokens(t *testing.T) {
	light, dark := themes(t)
	for _, c := range []struct {
		theme map[string]string
		g     Ground
	}{{light, Light}, {dark, Dark}} {
		for name, want := range map[string]Colour{"paper": c.g.Paper, "paper-raised": c.g.Raised, "paper-sunk": c.g.Sunk, "base": c.g.Base, "base-raised": c.g.BaseRaised} {
			if got := colourOf(t, c.theme, name); got != want {
				t.Errorf("--%s is %s, Derive reckons with %s", name, got, want)
			}
		}
	}
	if light["brand"] != Usual {
		t.Errorf("the usual accent is %s, the token %s", Usual, light["brand"])
	}
}

// A page's stylesheet lays out: colours and sizes of type come from tokens (a door's own may stand in its :root).
func TestPagesTakeColourAndTypeFromTokens(t *testing.T) {
	var sheets []string
	for _, dir := range []string{"pb_public", "hooks/showcase/assets"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".css") && d.Name() != "tokens.css" {
				sheets = append(sheets, strings.TrimPrefix(path, root+"/"))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	own := regexp.MustCompile(`(?s):root\{.*?\}`)
	for _, path := range sheets {
		css := sheet(t, path)
		for i, line := range strings.Split(css, "\n") {
			if found := literal.FindString(line); found != "" {
				t.Errorf("%s:%d: a literal colour %s: %s", path, i+1, found, strings.TrimSpace(line))
			}
		}
		if strings.HasPrefix(path, "pb_public/") {
			for _, line := range strings.Split(own.ReplaceAllString(css, ""), "\n") {
				if ownFont.MatchString(line) {
					t.Errorf("%s: type that is no token: %s", path, strings.TrimSpace(line))
				}
			}
		}
	}
	if len(sheets) < 4 {
		t.Error(fmt.Sprint("only these were found: ", sheets))
	}
}
