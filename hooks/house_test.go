package hooks_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/web"
)

// The floors of the house, lowest first. Imports go down; a room does not import a room; nothing
// imports a window. docs/names.md and README say the same in words.
var (
	ground  = []string{"ledger", "ledger/book", "login", "member", "policy", "notice", "document", "document/pdf"}
	rooms   = []string{"opening", "savings", "store", "payroll", "treasury", "surplus", "meeting", "center"}
	windows = []string{"showcase", "portal", "console", "template", "demo", "guard", "openapi", "replica", "brand"}
	// A living co-op is founded like any other before it is played.
	exceptions = map[string][]string{"demo": {"template"}}
)

type listedPackage struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listedPackage {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	list.Dir = testapp.Root()
	raw, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listedPackage
	for d := json.NewDecoder(bytes.NewReader(raw)); ; {
		var p listedPackage
		if err := d.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// may says whether one package of ours may import another; both are paths below kpdk/hooks.
func may(from, to string) bool {
	under := func(floors ...[]string) bool { return slices.Contains(slices.Concat(floors...), to) }
	switch {
	case strings.HasPrefix(to, "internal/") && to != "internal/testapp":
		return true
	case slices.Contains(exceptions[from], to):
		return true
	case from == "ledger/book":
		return false // the pure half knows no other package of the co-op
	case strings.HasPrefix(from, "internal/"):
		return false
	case slices.Contains(ground, from):
		return under(ground)
	case slices.Contains(rooms, from):
		return under(ground)
	case slices.Contains(windows, from):
		return under(ground, rooms)
	default:
		return false
	}
}

func TestImportsRunOneWay(t *testing.T) {
	for _, p := range packages(t) {
		for _, to := range p.Imports {
			if !strings.HasPrefix(to, "kpdk") {
				continue
			}
			from, inHooks := strings.CutPrefix(p.ImportPath, "kpdk/hooks/")
			below, toHooks := strings.CutPrefix(to, "kpdk/hooks/")
			switch {
			case p.ImportPath == "kpdk":
				if to != "kpdk/hooks" && to != "kpdk/pb_migrations" {
					t.Errorf("main imports %s: it knows the table of contents alone", to)
				}
			case p.ImportPath == "kpdk/pb_migrations":
				t.Errorf("a migration imports %s: it would change with it", to)
			case p.ImportPath == "kpdk/hooks" || from == "internal/testapp" || from == "e2e":
			case !inHooks || !toHooks || !may(from, below):
				t.Errorf("%s imports %s: imports run main → hooks → windows → rooms → ground floor → internal", p.ImportPath, to)
			}
		}
	}
}

func TestEveryPackageHasAFloor(t *testing.T) {
	for _, p := range packages(t) {
		name, inHooks := strings.CutPrefix(p.ImportPath, "kpdk/hooks/")
		if !inHooks || strings.HasPrefix(name, "internal/") || name == "e2e" || slices.Contains(slices.Concat(ground, rooms, windows), name) {
			continue
		}
		t.Errorf("%s stands on no floor of the house", p.ImportPath)
	}
}

var spelled = regexp.MustCompile("`(GET|POST|PUT|PATCH|DELETE) (/api/coop/[^` ?]*)")

// written reads the routes that a text names, such as `GET /api/coop/info`.
func written(t *testing.T, path string) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(testapp.Root(), path))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range spelled.FindAllStringSubmatch(string(raw), -1) {
		all = append(all, m[1]+" "+strings.TrimRight(m[2], "…"))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestTheDocsNameEveryRouteAndNoOther(t *testing.T) {
	app := testapp.New(t)
	app.Serve()
	var bound []string
	for _, r := range web.Routes(app) {
		if strings.HasPrefix(r.Path, "/api/coop/") {
			bound = append(bound, r.Method+" "+r.Path)
		}
	}
	names := written(t, "docs/names.md")
	if missing := without(bound, names); len(missing) > 0 {
		t.Errorf("docs/names.md does not name:\n%s", strings.Join(missing, "\n"))
	}
	for _, doc := range []string{"docs/names.md", "README.md"} {
		if _, err := os.Stat(filepath.Join(testapp.Root(), doc)); err != nil {
			t.Errorf("%s: %v", doc, err)
			continue
		}
		if extra := without(written(t, doc), append(bound, local...)); len(extra) > 0 {
			t.Errorf("%s names what is not bound:\n%s", doc, strings.Join(extra, "\n"))
		}
	}
}

// local are offered to this machine's commands only, on a port of their own.
var local = []string{"GET /api/coop/local/hello", "POST /api/coop/local/command"}

func without(all, known []string) (rest []string) {
	for _, s := range all {
		if !slices.Contains(known, s) {
			rest = append(rest, s)
		}
	}
	return rest
}

func TestMayIsTheRule(t *testing.T) {
	for _, c := range []struct {
		from, to string
		may      bool
	}{
		{"store", "ledger", true}, {"store", "payroll", false}, {"payroll", "store", false}, {"ledger", "member", true}, {"ledger", "store", false},
		{"portal", "store", true}, {"store", "portal", false}, {"guard", "template", false}, {"internal/act", "ledger", false}, {"internal/act", "internal/clock", true},
		{"store", "internal/testapp", false}, {"ledger/book", "internal/money", true}, {"ledger/book", "policy", false}, {"nowhere", "ledger", false}, {"demo", "template", true},
	} {
		if may(c.from, c.to) != c.may {
			t.Error(fmt.Sprint(c))
		}
	}
}
