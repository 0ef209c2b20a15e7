package hooks_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
)

func catalogue(t *testing.T, language string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(testapp.Root(), "pb_public", "words", language+".json"))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(raw, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

// TestEveryCheckHasItsWords: what verify looks at is named on the public page and in the office, where few know its short name.
func TestEveryCheckHasItsWords(t *testing.T) {
	id := catalogue(t, "id")
	for _, check := range ledger.Checks(testapp.New(t)) {
		for _, key := range []string{"show.check." + check.Name, "show.check." + check.Name + ".asks", "office.check_" + check.Name + "_text"} {
			if id[key] == "" {
				t.Errorf("%s is missing", key)
			}
		}
	}
}

var placeholders = regexp.MustCompile(`\{[a-z_]+\}`)

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	id, en := catalogue(t, "id"), catalogue(t, "en")
	for key, text := range id {
		other, ok := en[key]
		if !ok {
			t.Errorf("%s has no English", key)
			continue
		}
		if strings.TrimSpace(text) == "" || strings.TrimSpace(other) == "" {
			t.Errorf("%s is empty", key)
		}
		one := strings.HasSuffix(key, ".one") // English says "one" where Indonesian says the number
		if a, b := fills(text), fills(other); !slices.Equal(a, b) && !one {
			t.Errorf("%s fills %v in Indonesian and %v in English", key, a, b)
		}
	}
	for key := range en {
		if _, ok := id[key]; !ok {
			t.Errorf("%s has no Indonesian", key)
		}
	}
}

func fills(text string) []string {
	all := placeholders.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

// said is what Go source says: every literal, and the keys that must have words, with their place.
type said struct {
	literals map[string]bool
	keys     map[string]string
}

// refusals are fault's makers whose first argument is a code.
var refusals = []string{"Refused", "NotFound", "Forbidden", "Bad", "TooLarge"}

var code = regexp.MustCompile(`^[a-z_0-9]+(\.[a-z_0-9]+)+$`)

func readGo(t *testing.T) said {
	t.Helper()
	s := said{map[string]bool{}, map[string]string{}}
	files := token.NewFileSet()
	err := filepath.WalkDir(filepath.Join(testapp.Root(), "hooks"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if text, ok := literal(n); ok {
				s.literals[text] = true
			}
			s.note(files, n)
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// note keeps the keys that a call or a field names in so many words.
func (s said) note(files *token.FileSet, n ast.Node) {
	keep := func(prefix string, e ast.Expr) {
		if text, ok := literal(e); ok && (prefix != "" || code.MatchString(text)) {
			s.keys[prefix+text] = files.Position(e.Pos()).String()
		}
	}
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if name, ok := n.Key.(*ast.Ident); ok && name.Name == "Help" {
			keep("", n.Value)
		}
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		if !ok {
			return
		}
		of, _ := f.X.(*ast.Ident)
		switch {
		case of != nil && of.Name == "fault" && slices.Contains(refusals, f.Sel.Name) && len(n.Args) > 0:
			keep("fault.", n.Args[0])
		case f.Sel.Name == "Add" && len(n.Args) >= 2 && isCode(n.Args[1]):
			keep("fault.", n.Args[1])
		case f.Sel.Name == "Check" && len(n.Args) >= 3 && isCode(n.Args[2]):
			keep("fault.", n.Args[2])
		case f.Sel.Name == "Say" && of != nil && of.Name == "words" && len(n.Args) == 3:
			keep("", n.Args[1])
		case f.Sel.Name == "Say" && len(n.Args) == 2:
			keep("", n.Args[0])
		}
	}
}

func isCode(e ast.Expr) bool {
	text, ok := literal(e)
	return ok && code.MatchString(text)
}

func literal(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

func TestEveryRefusalHasWords(t *testing.T) {
	id, source := catalogue(t, "id"), readGo(t)
	if len(source.keys) < 50 {
		t.Fatalf("only %d keys found: the search is broken", len(source.keys))
	}
	for key, place := range source.keys {
		if _, ok := id[key]; !ok {
			t.Errorf("%s: %s has no words", strings.TrimPrefix(place, testapp.Root()), key)
		}
	}
}

var spoken = regexp.MustCompile(`\b(w|wn|wFault)\(\s*['"]([^'"$]+)['"]`)

// pages reads our own JavaScript.
func pages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	root := filepath.Join(testapp.Root(), "pb_public")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".js") && !strings.HasSuffix(path, ".html") || strings.Contains(path, "vendor") {
			return err
		}
		raw, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, root)] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryWordOnAPageIsInTheCatalogue(t *testing.T) {
	id := catalogue(t, "id")
	for path, source := range pages(t) {
		for _, m := range spoken.FindAllStringSubmatch(source, -1) {
			key := m[2]
			if m[1] == "wFault" {
				key = "fault." + key
			}
			if _, ok := id[key]; !ok {
				t.Errorf("%s: %s has no words", path, key)
			}
		}
	}
}

// A refusal that nothing makes any more leaves no words behind. Codes of imports are made from a
// constant and its prefix; a page may name a code that the server puts into a list.
func TestNoRefusalIsForgotten(t *testing.T) {
	source, scripts := readGo(t), strings.Builder{}
	for _, text := range pages(t) {
		scripts.WriteString(text)
	}
	for key := range catalogue(t, "id") {
		name, isFault := strings.CutPrefix(key, "fault.")
		if !isFault {
			continue
		}
		_, last, _ := strings.Cut(name, ".")
		if !source.literals[name] && !source.literals[key] && !source.literals[last] && !strings.Contains(scripts.String(), name) {
			t.Errorf("%s is said by nobody", key)
		}
	}
}
