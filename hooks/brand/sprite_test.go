package brand

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	symbol = regexp.MustCompile(`<symbol id="([a-z0-9-]+)"`)
	// Where a page names an icon: <Icon name="…">, icon="…" of a button or field, icon: '…' of a row, and choices between two.
	named  = regexp.MustCompile(`(?:\$\{Icon\}[^>]*?name=|\bicon=|\bicon: ?)(?:"([a-z0-9-]+)"|'([a-z0-9-]+)'|\$\{([^}]*)\})`)
	quoted = regexp.MustCompile(`[?:]\s*'([a-z0-9-]+)'`)
)

// Every icon that a page names is in the sprite, and the sprite has no other: it is fetched by every phone.
func TestTheSpriteHoldsWhatPagesName(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(root, "pb_public", "icons.svg"))
	if err != nil {
		t.Fatal(err)
	}
	var there []string
	for _, m := range symbol.FindAllStringSubmatch(string(raw), -1) {
		there = append(there, m[1])
	}
	var source strings.Builder
	err = filepath.WalkDir(filepath.Join(root, "pb_public"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".js") || strings.Contains(path, "vendor") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		source.Write(text)
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			asked := []string{m[1] + m[2]}
			if m[3] != "" { // a choice: the words behind ? and :
				asked = nil
				_, choice, ok := strings.Cut(m[3], "?")
				if ok && !strings.HasPrefix(choice, ".") && !strings.HasPrefix(choice, "?") {
					for _, q := range quoted.FindAllStringSubmatch("?"+choice, -1) {
						asked = append(asked, q[1])
					}
				}
			}
			for _, name := range asked {
				if !slices.Contains(there, name) {
					t.Errorf("%s names the icon %q, which the sprite has not", strings.TrimPrefix(path, root), name)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range there {
		if !regexp.MustCompile(`['"]` + name + `['"]`).MatchString(source.String()) {
			t.Errorf("nothing names the icon %q", name)
		}
	}
	if len(there) < 20 {
		t.Error("the sprite was not read")
	}
}

// The fonts are our own, small, and text is there before they are.
func TestFontsAreSmallAndSwap(t *testing.T) {
	css := sheet(t, "pb_public/styles/tokens.css")
	for name, most := range map[string]int64{"jakarta.woff2": 30_000, "mono.woff2": 10_000} {
		info, err := os.Stat(filepath.Join(root, "pb_public", "fonts", name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > most {
			t.Errorf("%s has %d bytes, at most %d", name, info.Size(), most)
		}
		face := regexp.MustCompile(`@font-face\{[^}]*` + regexp.QuoteMeta(name) + `[^}]*\}`).FindString(css)
		if !strings.Contains(face, "font-display:swap") {
			t.Errorf("%s: %s", name, face)
		}
	}
	for _, door := range []string{"anggota", "kasir", "kelola", "gaya"} {
		raw, err := os.ReadFile(filepath.Join(root, "pb_public", door, "index.html"))
		if err != nil {
			t.Fatal(err)
		}
		page := string(raw)
		for _, want := range []string{`rel="preload" href="/fonts/jakarta.woff2"`, `rel="stylesheet" href="/styles/base.css"`, `rel="stylesheet" href="/brand.css"`} {
			if !strings.Contains(page, want) {
				t.Errorf("%s does not say %s", door, want)
			}
		}
		if strings.Index(page, "/brand.css") < strings.Index(page, "/styles/base.css") {
			t.Errorf("%s: the co-op's tones come before the tokens", door)
		}
	}
}
